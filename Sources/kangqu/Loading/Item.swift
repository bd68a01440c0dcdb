import FHIR
import RecordStore

/// A resource on its way into a store, as the entry that stores it under an id known beforehand.
///
/// What would be created under an id of the server's goes in under one that follows from the
/// source: the
/// `urn:uuid` of its entry, or else its content. So loading the same files again doubles nothing.
struct Item: Sendable {
  var entry: BundleEntry
  /// Where it stands: `file:line`, and the entry of a Bundle.
  var place: String

  /// Items that belong together: a transaction stays whole or is refused whole.
  struct Group: Sendable {
    var items: [Item]
    var isAtomic: Bool
  }

  /// What a text holds: the entries of a Bundle, or one resource.
  static func group(_ document: JSONDocument, at place: String) throws(Anomaly) -> Group {
    let root = document.root
    defer { withExtendedLifetime(document) {} }
    guard root.member("resourceType")?.equals("Bundle") == true else {
      return Group(items: [try item(document, at: place)], isAtomic: false)
    }
    switch root.member("type")?.string {
    case "transaction": return Group(items: try requests(document, at: place), isAtomic: true)
    case "batch": return Group(items: try requests(document, at: place), isAtomic: false)
    default: return Group(items: try contents(root, at: place), isAtomic: false)
    }
  }

  private static func requests(_ document: JSONDocument, at place: String) throws(Anomaly)
    -> [Item]
  {
    let bundle = try RequestBundle(document)
    var items: [Item] = []
    for (index, entry) in bundle.entries.enumerated() {
      let place = "\(place) entry \(index)"
      items.append(Item(entry: try entry.withKnownID(), place: place))
    }
    return items
  }

  /// The resources of a Bundle that asks for nothing, such as a collection.
  private static func contents(_ root: JSONCursor, at place: String) throws(Anomaly) -> [Item] {
    var items: [Item] = []
    guard let entries = root.member("entry") else { return items }
    for (index, entry) in entries.children.enumerated() {
      guard let resource = entry.member("resource") else { continue }
      var bytes: [UInt8] = []
      resource.write(into: &bytes, isCompact: false)
      items.append(try item(try JSONDocument.parse(bytes), at: "\(place) entry \(index)"))
    }
    return items
  }

  private static func item(_ document: JSONDocument, at place: String) throws(Anomaly) -> Item {
    guard let type = document.root.member("resourceType")?.string else {
      throw .incorrect(
        "The resource has no resourceType", chinese: "资源缺少 resourceType", code: .required,
        path: "resourceType")
    }
    let id = document.root.member("id")?.string
    let entry = BundleEntry(
      id == nil ? .post : .put, id.map { "\(type)/\($0)" } ?? type, resource: document)
    return Item(entry: try entry.withKnownID(), place: place)
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
