import FHIR

extension Site {
  /// The pages of the master index.
  static let indexRoutes: [PageRoute] = [
    .shows("/index") { (site, visit) throws(Anomaly) in
      try await site.workList(visit.request, visit.frame)
    },
    .shows("/index/pair/*/*") { (site, visit) throws(Anomaly) in try await site.pair(visit) },
    .takes("/index/pair/*/*") { (site, visit) throws(Anomaly) in try await site.decide(visit) },
    .shows("/index/person/*") { (site, visit) throws(Anomaly) in
      try await site.masterPerson(visit)
    },
    .takes("/index/person/*/apart") { (site, visit) throws(Anomaly) in
      try await site.takeApart(visit)
    },
  ]
}
