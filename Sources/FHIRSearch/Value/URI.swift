import FHIR

/// A URI that is searched for. <https://hl7.org/fhir/R4/search.html#uri>
package enum URIValue: Hashable, Sendable {
  /// Exactly this; of a canonical URL, in any version unless one is given.
  case equal(String)
  /// Whatever starts with this.
  case below(String)
  /// One of these: a URL and the paths above it.
  case above([String])
}

extension URIValue: CustomStringConvertible {
  package var description: String {
    switch self {
    case .equal(let url): "= \(url)"
    case .below(let url): "below \(url)"
    case .above(let urls): "above \(urls.first ?? "")"
    }
  }
}

extension URIValue {
  /// A URL and all paths above it, down to its host.
  static func above(_ url: String) -> URIValue {
    var urls = [url]
    let hostEnd = url.firstRange(of: "://").map {
      url[$0.upperBound...].firstIndex(of: "/") ?? url.endIndex
    }
    guard let hostEnd else { return .above([]) }
    var rest = url[...]
    while let slash = rest.lastIndex(of: "/"), slash >= hostEnd {
      rest = rest[..<slash]
      urls.append(String(rest))
      urls.append(String(rest) + "/")
    }
    var seen: Set<String> = []
    return .above(urls.filter { seen.insert($0).inserted })
  }

  /// Whether a text has a path that others can lie above.
  static func isURL(_ text: String) -> Bool {
    text.contains("://") && !text.hasPrefix("urn:")
  }
}

/// The rows of URIs.
extension EntryWriter {
  func uri(_ value: JSONCursor, _ key: Int32) {
    guard value.kind == .string, value.entry.length > 0 else { return }
    let start = entries.text.count
    withBytes(of: value) { bytes in
      entries.text.append(contentsOf: bytes.prefix(Fold.limit))
    }
    entries.rows.append(IndexEntry(key, .text, Int64(start), Int64(entries.text.count)))
  }
}
