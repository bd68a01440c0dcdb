import FHIR
import RecordStore

/// The resources of one person's record that a page needs.
///
/// Cursors of its items are valid while the record lives.
struct Record: Sendable {
  struct Item: Sendable {
    let key: ResourceKey
    let type: String
    let document: JSONDocument

    var root: JSONCursor { document.root }
    /// The page of the resource: its source, versions and their difference.
    var link: String { "/fhir/\(type)/\(key.id)" }
    var reference: String { "\(type)/\(key.id)" }
  }

  private var byType: [String: [Item]] = [:]
  private var places: [String: (type: String, index: Int)] = [:]

  init() {}

  init(_ versions: some Sequence<Version>) throws(Anomaly) {
    try add(versions)
  }

  /// Adds resources that are not there yet; deleted ones are left out.
  mutating func add(_ versions: some Sequence<Version>) throws(Anomaly) {
    for version in versions where !version.isDeleted {
      let type = Schema.r4.name(of: version.key.type)
      let reference = "\(type)/\(version.key.id)"
      guard places[reference] == nil else { continue }
      let item = Item(key: version.key, type: type, document: try .parse(version.body))
      places[reference] = (type, byType[type]?.count ?? 0)
      byType[type, default: []].append(item)
    }
  }

  subscript(type: String) -> [Item] { byType[type] ?? [] }

  /// The resource that a reference such as `Encounter/23` leads to; nil when it was not read.
  func item(_ reference: String?) -> Item? {
    guard let reference, let place = places[reference] else { return nil }
    return byType[place.type]?[place.index]
  }

  /// What a Reference is called: its display, else the name of what it leads to.
  func name(of reference: JSONCursor?) -> String? {
    guard let reference else { return nil }
    if let display = reference.text("display") { return display }
    guard let target = item(reference.text("reference"))?.root else { return nil }
    if let name = target.text("name") { return name }
    return PersonName.names(of: target).first?.text ?? CodeText.text(target.member("code"))
  }
}
