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
      entries[Self.hash(url.raw), default: []].append(entry.index)
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

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }
}
