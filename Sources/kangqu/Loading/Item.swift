import FHIR
import RecordStore

/// What stands or falls together on its way into a store: one resource, or a whole transaction.
///
/// Entries have ids known beforehand, see `BundleEntry.withKnownID`, so loading the same files
/// again doubles nothing.
struct Item: Sendable {
  var entries: [BundleEntry]
  /// Where it stands: `file:line`, and the entry of a Bundle.
  var place: String

  /// What a text holds: the entries of a Bundle, or one resource.
  static func all(in document: JSONDocument, at place: String) throws(Anomaly) -> [Item] {
    let root = document.root
    defer { withExtendedLifetime(document) {} }
    guard root.member("resourceType")?.equals("Bundle") == true else {
      return [Item(entries: [try entry(document)], place: place)]
    }
    switch root.member("type")?.string {
    case "transaction":
      let entries = try requests(document)
      return entries.isEmpty ? [] : [Item(entries: entries, place: place)]
    case "batch": return alone(try requests(document), at: place)
    default: return alone(try contents(root), at: place)
    }
  }

  private static func alone(_ entries: [BundleEntry], at place: String) -> [Item] {
    entries.enumerated().map { Item(entries: [$1], place: "\(place) entry \($0)") }
  }

  private static func requests(_ document: JSONDocument) throws(Anomaly) -> [BundleEntry] {
    var entries = try RequestBundle(document).entries
    for index in entries.indices { entries[index] = try entries[index].withKnownID() }
    return entries
  }

  /// The resources of a Bundle that asks for nothing, such as a collection.
  private static func contents(_ root: JSONCursor) throws(Anomaly) -> [BundleEntry] {
    var entries: [BundleEntry] = []
    guard let list = root.member("entry") else { return entries }
    for entry in list.children {
      guard let resource = entry.member("resource") else { continue }
      var bytes: [UInt8] = []
      resource.write(into: &bytes, isCompact: false)
      entries.append(try Self.entry(try JSONDocument.parse(bytes)))
    }
    return entries
  }

  private static func entry(_ document: JSONDocument) throws(Anomaly) -> BundleEntry {
    guard let type = document.root.member("resourceType")?.string else {
      throw .incorrect(
        "The resource has no resourceType", chinese: "资源缺少 resourceType", code: .required,
        path: "resourceType")
    }
    let id = document.root.member("id")?.string
    let entry = BundleEntry(
      id == nil ? .post : .put, id.map { "\(type)/\($0)" } ?? type, resource: document)
    return try entry.withKnownID()
  }
}
