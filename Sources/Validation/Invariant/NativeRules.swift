import FHIR

/// Invariants that stand in every second object, by code of their own.
///
/// They may only find that a rule holds; where they do not, FHIRPath has the last word.
extension Walk {
  static func holds(_ rule: Rule.Native, _ cursor: JSONCursor) -> Bool {
    switch rule {
    case .periodOrder: isInOrder(cursor)
    case .requestsOfEntries: entries(of: cursor, request, in: ["batch", "transaction", "history"])
    case .responsesOfEntries:
      entries(of: cursor, response, in: ["batch-response", "transaction-response", "history"])
    case .distinctURLs: areDistinct(cursor)
    case .unversionedURL: isUnversioned(cursor)
    }
  }

  private static let request = Schema.r4.names.id(of: "request")
  private static let response = Schema.r4.names.id(of: "response")

  /// Whether a period's start is not after its end, as far as both are precise.
  private static func isInOrder(_ cursor: JSONCursor) -> Bool {
    guard let start = cursor.member(.start), let end = cursor.member(.end), start.kind == .string,
      end.kind == .string
    else { return true }
    let (one, other) = (start.raw, end.raw)
    // Texts of the same form and zone sort as their times do.
    if one.count == other.count, one.count <= 10 || one.suffix(6).elementsEqual(other.suffix(6)) {
      return !other.lexicographicallyPrecedes(one)
    }
    guard let from = PartialDate(parsing: one, as: .dateTime),
      let to = PartialDate(parsing: other, as: .dateTime)
    else { return true }
    return from.range().lowerBound < to.range().upperBound
  }

  /// Whether all entries have a member where the bundle is of these types, and none elsewhere.
  private static func entries(
    of bundle: JSONCursor, _ name: NameID, in types: [StaticString]
  ) -> Bool {
    guard let type = bundle.member(.type), type.kind == .string,
      let entries = bundle.member(.entry), entries.kind == .array
    else { return false }
    let isExpected = types.contains { type.equals($0) }
    for entry in entries.children where (entry.member(name) != nil) != isExpected { return false }
    return true
  }

  /// Whether no two entries of a bundle have the same full URL and version.
  private static func areDistinct(_ bundle: JSONCursor) -> Bool {
    guard let entries = bundle.member(.entry), entries.kind == .array else { return false }
    var seen: Set<Int> = []
    for entry in entries.children {
      guard let url = entry.member(.fullUrl) else { continue }
      var hasher = Hasher()
      hasher.combine(bytes: url.raw)
      if let version = entry.member(.resource)?.member(.meta)?.member(.versionId) {
        hasher.combine(bytes: version.raw)
      }
      if !seen.insert(hasher.finalize()).inserted { return false }
    }
    return true
  }

  /// Whether the full URL of an entry has no `/_history/`.
  private static func isUnversioned(_ cursor: JSONCursor) -> Bool {
    guard let url = cursor.member(.fullUrl) else { return true }
    guard !url.entry.flags.contains(.escaped) else { return false }
    return !url.raw.contains(UInt8(ascii: "_"))
  }
}
