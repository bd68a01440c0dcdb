/// The languages in which displays are wanted, the best first.
///
/// As in `Accept-Language`: `de, en;q=0.5, *;q=0`.
/// <https://www.rfc-editor.org/rfc/rfc9110#field.accept-language>
package struct LanguagePreference: Hashable, Sendable, CustomStringConvertible {
  private struct Entry: Hashable {
    var tag: String
    var quality: Double
    var written: String?
  }

  private var entries: [Entry] = []

  package init() {}

  package init(_ text: String) {
    for part in text.split(separator: ",").prefix(Self.limit) {
      let fields = part.split(separator: ";").map { $0.filter { $0 != " " } }
      guard let tag = fields.first, !tag.isEmpty else { continue }
      let written = fields.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      entries.append(
        Entry(
          tag: tag, quality: written.flatMap { Double($0) } ?? 1, written: written.map(String.init))
      )
    }
  }

  /// The most languages that are heeded.
  private static let limit = 32

  package var isEmpty: Bool { wanted.isEmpty }

  /// Whether no other language will do: `*;q=0`.
  package var isStrict: Bool { entries.contains { $0.tag == "*" && $0.quality == 0 } }

  private var wanted: [Entry] { entries.filter { $0.tag != "*" && $0.quality > 0 } }

  /// The tags, the best first.
  package var tags: [String] {
    wanted.enumerated().sorted {
      ($0.element.quality, -$0.offset) > ($1.element.quality, -$1.offset)
    }.map(\.element.tag)
  }

  /// Whether a language is one of the wanted; of a tag the beginning is enough.
  package func accepts(_ language: String) -> Bool {
    tags.contains { Self.matches(language, $0) }
  }

  /// Whether a text is in the language wanted, such as `de-CH` for `de`.
  package static func matches(_ language: String, _ tag: String) -> Bool {
    let (language, tag) = (language.lowercased(), tag.lowercased())
    return language == tag || language.hasPrefix(tag + "-")
  }

  package var description: String {
    entries.enumerated().map { place, entry in
      guard let written = entry.written else { return place == 0 ? entry.tag : ",\(entry.tag)" }
      return (place == 0 ? "" : ", ") + "\(entry.tag); q=\(written)"
    }.joined()
  }
}
