import FHIR
import Registries

extension Site {
  /// The pages of the registry of health resources 卫生资源.
  static let resourceRoutes: [PageRoute] = [
    .shows("/resources") { (site, visit) throws(Anomaly) in
      try await site.institutions(visit.request, visit.frame)
    },
    .shows("/resources/institution/new", newInstitution),
    .takes("/resources/institution/new", newInstitution),
    .shows("/resources/institution/*") { (site, visit) throws(Anomaly) in
      try await site.institution(visit.id, visit.frame)
    },
    .shows("/resources/institution/*/change", change),
    .takes("/resources/institution/*/change", change),
    .shows("/resources/staff") { (site, visit) throws(Anomaly) in
      try await site.staff(visit.request, visit.frame)
    },
  ]

  private static let newInstitution: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, InstitutionQuestion(id: nil))
  }
  private static let change: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, InstitutionQuestion(id: visit.id))
  }
}
