import Embedded

/// Every word on the pages, by key and language; the table is `Data/pages/texts.tsv`.
enum Texts {
  private static let table: [String: [Language: String]] = {
    var table: [String: [Language: String]] = [:]
    for line in embeddedText("pages/texts.tsv").split(separator: "\n") where line.first != "#" {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 3 else { continue }
      table[cells[0]] = [.chinese: cells[1], .english: cells[2]]
    }
    return table
  }()

  /// The keys that have a text in each language.
  static var keys: Set<String> {
    Set(
      table.filter { entry in Language.allCases.allSatisfy { entry.value[$0]?.isEmpty == false } }
        .keys)
  }

  static func has(_ key: String) -> Bool { table[key] != nil }

  /// All texts of a language, for templates: `{{t.find}}`.
  static func all(_ language: Language) -> [String: String] {
    table.compactMapValues { $0[language] }
  }

  /// One text with its `%` places filled in; the key itself when there is none, so that a gap is
  /// seen.
  static func text(_ key: String, _ language: Language, _ values: String...) -> String {
    guard var text = table[key]?[language] else { return key }
    for value in values {
      guard let place = text.firstIndex(of: "%") else { break }
      text.replaceSubrange(place...place, with: value)
    }
    return text
  }
}

/// A table of `Data/` as text; empty when the program does not carry it.
func embeddedText(_ path: String) -> String {
  var length = 0
  guard let start = embedded_table(path, &length) else { return "" }
  return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
}
