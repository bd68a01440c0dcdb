import FHIR
import Registries

extension Site {
  /// The pages of the population registry 人口登记.
  static let populationRoutes: [PageRoute] = [
    .shows("/population") { (site, visit) throws(Anomaly) in
      try await site.population(visit.request, visit.frame)
    },
    .shows("/population/household/*") { (site, visit) throws(Anomaly) in
      try await site.household(visit.id, visit.frame)
    },
    .shows("/population/person/*") { (site, visit) throws(Anomaly) in
      try await site.householdOfPerson(visit)
    },
    .takes("/population/person/*") { (site, visit) throws(Anomaly) in
      try await site.ask(visit, FoundingQuestion(of: visit.id))
    },
    .shows("/population/household/*/birth", birth), .takes("/population/household/*/birth", birth),
    .shows("/population/household/*/arrival", arrival),
    .takes("/population/household/*/arrival", arrival),
    .shows("/population/household/*/head", head), .takes("/population/household/*/head", head),
    .shows("/population/person/*/birth") { (site, visit) throws(Anomaly) in
      guard let household = try await site.registry.household(of: visit.id) else {
        return .redirect(to: "/population/person/\(visit.id)")
      }
      return .redirect(
        to: "/population/household/\(household.id)/birth?mother=\(visit.id.urlEncoded)")
    },
    .shows("/population/person/*/death", death), .takes("/population/person/*/death", death),
    .shows("/population/person/*/departure", departure),
    .takes("/population/person/*/departure", departure),
    .shows("/population/person/*/name", name), .takes("/population/person/*/name", name),
    .shows("/population/person/*/sex", sex), .takes("/population/person/*/sex", sex),
  ]

  private static let birth: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, BirthQuestion(household: visit.id, bearer: visit.request["mother"]))
  }
  private static let arrival: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, ArrivalQuestion(household: visit.id))
  }
  private static let head: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, HeadQuestion(household: visit.id))
  }
  private static let death: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, DeathQuestion(of: visit.id))
  }
  private static let departure: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, DepartureQuestion(of: visit.id))
  }
  private static let name: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, NameQuestion(of: visit.id))
  }
  private static let sex: PageRoute.Page = { (site, visit) throws(Anomaly) in
    try await site.ask(visit, SexQuestion(of: visit.id))
  }

  var registry: PopulationRegistry { PopulationRegistry(store: store, clock: clock) }

  /// Who registers, until accounts tell it.
  func registrar(_ frame: Frame) -> Registrar {
    Registrar(name: Texts.text("registrarHere", frame.language))
  }
}
