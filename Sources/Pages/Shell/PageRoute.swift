import FHIR
import RecordStore

/// A page and where it is found; one table routes, and the menu is drawn from it.
struct PageRoute: Sendable {
  /// What a browser does there.
  enum Kind: Sendable {
    /// Shows something and changes nothing.
    case shows
    /// Carries out the form that was sent, and answers with a redirect or with what is wrong.
    case takes
  }

  /// What a page is made from.
  struct Visit: Sendable {
    let request: PageRequest
    let frame: Frame
    /// What stood in the path for each `*`, in order.
    let parts: [String]

    /// The part of the path for the first `*`.
    var id: String { parts.first ?? "" }
  }

  typealias Page = @Sendable (Site, Visit) async throws(Anomaly) -> PageReply?

  let kind: Kind
  /// The segments of the path; `*` stands for any one.
  let segments: [Substring]
  let page: Page

  static func shows(_ path: String, _ page: @escaping Page) -> PageRoute {
    PageRoute(kind: .shows, segments: path.split(separator: "/"), page: page)
  }

  static func takes(_ path: String, _ page: @escaping Page) -> PageRoute {
    PageRoute(kind: .takes, segments: path.split(separator: "/"), page: page)
  }

  /// What stands for each `*`; nil when the path is another.
  func parts(of path: [Substring]) -> [String]? {
    guard path.count == segments.count else { return nil }
    var parts: [String] = []
    for (segment, word) in zip(segments, path) {
      if segment == "*" { parts.append(String(word)) } else if segment != word { return nil }
    }
    return parts
  }
}

/// A place that the menu of every page leads to.
struct MenuItem: Sendable {
  let path: String
  /// The key of its name in `Data/pages/texts.tsv`.
  let name: String
}

extension Site {
  /// Every page there is. A folder of pages gives its own list.
  static let routes: [PageRoute] =
    peopleRoutes + recordRoutes + indexRoutes + populationRoutes + resourceRoutes + cardRoutes
    + termRoutes + browserRoutes

  /// What the head of every page offers.
  static let menu: [MenuItem] = [
    MenuItem(path: "/", name: "findPerson"),
    MenuItem(path: "/population", name: "population"),
    MenuItem(path: "/cards", name: "cards"),
    MenuItem(path: "/resources", name: "healthResources"),
    MenuItem(path: "/index", name: "masterIndex"),
    MenuItem(path: "/terms", name: "terms"),
    MenuItem(path: "/fhir", name: "fhirBrowser"),
  ]

  private static let peopleRoutes: [PageRoute] = [
    .shows("/") { (site, visit) throws(Anomaly) in
      try await site.home(visit.request, visit.frame)
    }
  ]

  private static let recordRoutes: [PageRoute] = [
    .shows("/Patient/*") { (site, visit) throws(Anomaly) in
      try await site.record(visit.id, "", visit.request, visit.frame)
    },
    .shows("/Patient/*/*") { (site, visit) throws(Anomaly) in
      try await site.record(visit.id, visit.parts[1], visit.request, visit.frame)
    },
  ]

  private static let browserRoutes: [PageRoute] = [
    .shows("/fhir") { (site, visit) throws(Anomaly) in site.browser(visit.request, visit.frame) },
    .shows("/build") { (site, visit) throws(Anomaly) in try site.built(visit.request) },
    .shows("/fhir/*") { (site, visit) throws(Anomaly) in
      guard let type = Schema.r4.type(named: visit.id), Schema.r4.isConcreteResource(type)
      else { return nil }
      return try await site.results(type, visit.request, visit.frame)
    },
    .shows("/fhir/*/*") { (site, visit) throws(Anomaly) in
      try await site.resource(version: nil, visit)
    },
    .shows("/fhir/*/*/_history") { (site, visit) throws(Anomaly) in
      try await site.resource(version: nil, visit)
    },
    .shows("/fhir/*/*/_history/*") { (site, visit) throws(Anomaly) in
      guard let number = Int(visit.parts[2]) else { return nil }
      return try await site.resource(version: number, visit)
    },
  ]

  private func resource(
    version: Int?, _ visit: PageRoute.Visit
  ) async throws(Anomaly) -> PageReply? {
    guard let key = ResourceKey(reference: "\(visit.parts[0])/\(visit.parts[1])") else {
      return nil
    }
    return try await resource(key, version: version, visit.request, visit.frame)
  }
}
