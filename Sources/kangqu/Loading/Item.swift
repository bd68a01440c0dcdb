import FHIR
import RecordStore

/// What stands or falls together on its way into a store: one resource, or a whole transaction.
///
/// What would be created under an id of the server's goes in under one that follows from the
/// source: the `urn:uuid` of its entry, or else its content. So loading the same files again
/// doubles nothing.
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

extension BundleEntry {
  /// The same as an update under an id that is always the same, where it would create one.
  ///
  /// A conditional create stays as it is: its condition keeps it from doubling.
  func withKnownID() throws(Anomaly) -> BundleEntry {
    guard verb == .post, ifNoneExist == nil, let resource,
      let type = resource.root.member("resourceType")?.string, url == type
    else { return self }
    let prefix = "urn:uuid:"
    let id =
      if let fullURL, fullURL.hasPrefix(prefix), ResourceKey.isID(fullURL.dropFirst(prefix.count)) {
        String(fullURL.dropFirst(prefix.count)).lowercased()
      } else {
        ContentID.of(resource.bytes)
      }
    var entry = self
    entry.verb = .put
    entry.url = "\(type)/\(id)"
    if resource.root.member("id")?.string != id {
      var tree = JSON(resource.root)
      tree["id"] = .string(id)
      entry.resource = try JSONDocument.parse(tree.encoded())
    }
    return entry
  }
}

/// An id made of content: the same bytes have the same id, others another.
enum ContentID {
  /// Two 64-bit FNV-1a hashes from different starts, written as 32 hexadecimal digits.
  static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    var first: UInt64 = 0xCBF2_9CE4_8422_2325
    var second: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in bytes {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
      second = (second ^ UInt64(byte)) &* 0x100_0000_01B3
      second ^= second >> 29
    }
    return hexadecimal(first) + hexadecimal(second)
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
