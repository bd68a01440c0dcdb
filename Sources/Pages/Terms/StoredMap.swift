import FHIR
import FHIRSearch
import RecordStore
import Terminology

/// A stored ConceptMap that maps one code system to another.
///
/// <https://hl7.org/fhir/R4/conceptmap.html>
struct StoredMap {
  let key: ResourceKey
  let version: Int
  private(set) var resource: JSON

  init(_ stored: Version) throws(Anomaly) {
    key = stored.key
    version = stored.version
    resource = try JSON(parsing: stored.body)
  }

  static func make(title: String, source: String, target: String, url: String) -> JSON {
    [
      "resourceType": "ConceptMap", "url": .string(url), "title": .string(title),
      "status": "active", "sourceUri": .string(source), "targetUri": .string(target),
    ]
  }

  var title: String {
    resource["title"]?.string ?? resource["name"]?.string ?? resource["url"]?.string ?? key.id
  }
  private var group: JSON? { resource["group"]?[0] }
  var source: String { group?["source"]?.string ?? resource["sourceUri"]?.string ?? "" }
  var target: String { group?["target"]?.string ?? resource["targetUri"]?.string ?? "" }
  var elements: [JSON] { (resource["group"]?.items ?? []).flatMap { $0["element"]?.items ?? [] } }
  var link: String { "/terms/map/\(key.id)" }

  /// Says what a code of the source is; nil for a target that there is none.
  mutating func put(
    _ code: String, _ display: String, _ target: (code: String, display: String)?,
    _ equivalence: Equivalence
  ) {
    remove(code)
    var counterpart: JSON = ["equivalence": .string(equivalence.rawValue)]
    if let target {
      counterpart["code"] = .string(target.code)
      counterpart["display"] = .string(target.display)
    }
    let element: JSON = [
      "code": .string(code), "display": .string(display), "target": [counterpart],
    ]
    var groups = resource["group"]?.items ?? []
    if groups.isEmpty { groups = [["source": .string(source), "target": .string(self.target)]] }
    groups[0]["element"] = .array((groups[0]["element"]?.items ?? []) + [element])
    resource["group"] = .array(groups)
  }

  /// Forgets what a code is mapped to.
  mutating func remove(_ code: String) {
    let groups = (resource["group"]?.items ?? []).map { group in
      var group = group
      group["element"] = .array(
        (group["element"]?.items ?? []).filter { $0["code"]?.string != code })
      return group
    }
    resource["group"] = .array(groups)
  }

  /// The resource to be stored: an empty list may not stand in it.
  func document() throws(Anomaly) -> JSONDocument {
    var whole = resource
    whole["group"] = .array(
      (resource["group"]?.items ?? []).filter { !($0["element"]?.items ?? []).isEmpty })
    if whole["group"]?.items.isEmpty == true { whole["group"] = nil }
    return try JSONDocument.parse(whole.encoded())
  }

  func row(_ library: Library) -> [String: Any] {
    [
      "link": link, "name": title, "count": elements.count,
      "source": library.codeSystem(source)?.title ?? source,
      "target": library.codeSystem(target)?.title ?? target,
    ]
  }
}

extension Site {
  /// How many concept maps are listed.
  private static let mapsListed = 200

  func mapType() throws(Anomaly) -> TypeID {
    guard let type = Schema.r4.type(named: "ConceptMap") else {
      throw .fault("The schema has no ConceptMap")
    }
    return type
  }

  func storedMaps() async throws(Anomaly) -> [StoredMap] {
    let query = try Query.parse(
      "_sort=-_lastUpdated&_count=\(Self.mapsListed)", in: .type(try mapType()),
      QueryContext(table: store.parameters, now: clock()))
    var maps: [StoredMap] = []
    for entry in try await store.search(query).entries { maps.append(try StoredMap(entry.version)) }
    return maps
  }

  func storedMap(_ id: String) async throws(Anomaly) -> StoredMap {
    let key = ResourceKey(type: try mapType(), id: id)
    guard let version = try await store.read(key), !version.isDeleted else {
      throw .notFound("There is no concept map \(id)", chinese: "没有编号为 \(id) 的映射")
    }
    return try StoredMap(version)
  }
}
