import FHIR

/// The resources of a bundle by `fullUrl`. <https://hl7.org/fhir/R4/bundle.html#references>
struct BundleIndex {
  private let bundle: JSONCursor
  /// Whether its type is `collection`.
  let isCollection: Bool
  /// Tape indices of the entries, by the hash of their full URL.
  private var entries: [Int: [Int]] = [:]

  init(_ bundle: JSONCursor) {
    self.bundle = bundle
    isCollection = bundle.member(.type)?.equals("collection") ?? false
    guard let list = bundle.member(.entry), list.kind == .array else { return }
    for entry in list.children {
      guard let url = entry.member(.fullUrl), url.kind == .string else { continue }
      let hash = Self.hash(url.raw)
      // Resources that share a full URL are versions of one: two are as good as all.
      if entries[hash]?.count ?? 0 < 2 { entries[hash, default: []].append(entry.index) }
    }
  }

  /// The entries with a full URL.
  func entries(at url: UnsafeRawBufferPointer) -> [JSONCursor] {
    (entries[Self.hash(url)] ?? []).map(bundle.at).filter {
      $0.member(.fullUrl)?.raw.elementsEqual(url) ?? false
    }
  }

  /// The type of the resource with a full URL.
  func type(of url: UnsafeRawBufferPointer, _ schema: Schema) -> TypeID? {
    entries(at: url).first?.member(.resource).flatMap {
      Place.resourceType(of: $0, schema: schema)
    }
  }

  /// The type of the resource whose full URL is `urn:uuid:` with the id of a relative reference.
  func type(ofUUID reference: UnsafeRawBufferPointer, _ schema: Schema) -> TypeID? {
    guard !entries.isEmpty, reference.count > 37,
      reference[reference.count - 37] == UInt8(ascii: "/")
    else { return nil }
    let id = UnsafeRawBufferPointer(rebasing: reference.suffix(36))
    guard PrimitiveFormat.isUUIDValue(id) else { return nil }
    var url = Array("urn:uuid:".utf8)
    url.append(contentsOf: id)
    return url.withUnsafeBytes { type(of: $0, schema) }
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }
}
