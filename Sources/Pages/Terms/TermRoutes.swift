import FHIR
import Terminology

extension Site {
  /// Code systems, value sets, concept maps; data elements are code systems too.
  static let termRoutes: [PageRoute] = [
    .shows("/terms") { (site, visit) throws(Anomaly) in
      try await site.terms(visit.request, visit.frame)
    },
    .shows("/terms/system") { (site, visit) throws(Anomaly) in
      try await site.codeSystem(visit.request, visit.frame)
    },
    .shows("/terms/difference") { (site, visit) throws(Anomaly) in
      try await site.editionDifference(visit.request, visit.frame)
    },
    .shows("/terms/code") { (site, visit) throws(Anomaly) in
      try await site.concept(visit.request, visit.frame)
    },
    .shows("/terms/set") { (site, visit) throws(Anomaly) in
      try await site.valueSet(visit.request, visit.frame)
    },
    .shows("/terms/import") { (site, visit) throws(Anomaly) in
      site.importForm(visit.request, visit.frame)
    },
    .takes("/terms/import") { (site, visit) throws(Anomaly) in
      try await site.importPreview(visit.request, visit.frame)
    },
    .takes("/terms/import/store") { (site, visit) throws(Anomaly) in
      try await site.storeEdition(visit.request, visit.frame)
    },
    .shows("/terms/map/new") { (site, visit) throws(Anomaly) in
      try await site.newMap(visit.request, visit.frame)
    },
    .takes("/terms/map/new") { (site, visit) throws(Anomaly) in
      try await site.makeMap(visit.request, visit.frame)
    },
    .shows("/terms/map/*") { (site, visit) throws(Anomaly) in
      try await site.conceptMap(visit.id, visit.request, visit.frame)
    },
    .takes("/terms/map/*") { (site, visit) throws(Anomaly) in
      try await site.mapCodes(visit.id, visit.request, visit.frame)
    },
  ]
}

/// Where the pages of terms lie.
enum TermPath {
  static func system(_ system: CodeSystem) -> String { "/terms/system?" + canonical(system) }

  static func code(_ system: CodeSystem, _ place: Int) -> String {
    "/terms/code?\(canonical(system))&code=\(system.code(place).urlEncoded)"
  }

  static func set(_ set: ValueSet) -> String {
    let version = set.version.map { "&version=\($0.urlEncoded)" } ?? ""
    return "/terms/set?url=\((set.url ?? "").urlEncoded)\(version)"
  }

  private static func canonical(_ system: CodeSystem) -> String {
    let version = system.version.map { "&version=\($0.urlEncoded)" } ?? ""
    return "url=\(system.url.urlEncoded)\(version)"
  }
}

/// A long list a page at a time, by the query item `from`.
struct ListPage {
  static let size = 100

  let from: Int
  let total: Int

  init(_ request: PageRequest, total: Int) {
    self.total = total
    from = min(max(request["from"].flatMap { Int($0) } ?? 0, 0), total)
  }

  var range: Range<Int> { from..<from + min(Self.size, total - from) }

  /// The values for a template; `base` is the path with its other query items.
  func values(_ base: String, _ frame: Frame) -> [String: Any] {
    var values: [String: Any] = [:]
    let mark = base.contains("?") ? "&" : "?"
    if from > 0 { values["previous"] = "\(base)\(mark)from=\(max(0, from - Self.size))" }
    if range.upperBound < total { values["next"] = "\(base)\(mark)from=\(range.upperBound)" }
    if total > Self.size {
      values["shown"] = Texts.text(
        "termShown", frame.language, String(from + 1), String(range.upperBound), String(total))
    }
    return values
  }
}
