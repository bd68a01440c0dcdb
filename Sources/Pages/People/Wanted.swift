/// What was typed into the finder, as searches for a Patient: the first that finds anybody answers.
struct Wanted: Sendable {
  /// One search, as the text behind `Patient?`.
  struct Search: Hashable, Sendable {
    let query: String
    /// The first letters that the sound of a name must have; the store cannot search by them.
    var initials: String?
  }

  /// What is typed beyond is not read.
  static let longestText = 100
  static let partLimit = 6

  let searches: [Search]
  /// Whether a single person found is shown at once.
  let opensAlone: Bool

  init(_ typed: String) {
    let text = Self.plain(typed)
    let digits = text.filter { $0.isASCII && ($0.isNumber || $0 == "X" || $0 == "x") }
    let isNumber =
      digits.count >= 6 && text.allSatisfy { $0.isASCII && !$0.isLetter || "xX".contains($0) }
      && !Self.isDate(text)
    if isNumber {
      let exact = text.filter { $0 != " " && $0 != "-" }
      searches =
        ["identifier=" + exact.uppercased().urlEncoded, "phone=" + exact.urlEncoded]
        .map { Search(query: $0) }
      opensAlone = exact.count >= 15
      return
    }
    opensAlone = false
    let parts = text.split(separator: " ").prefix(Self.partLimit).map(String.init)
    guard !parts.isEmpty else {
      searches = []
      return
    }
    var searches = [Search(query: parts.map(Self.criterion).joined(separator: "&"))]
    if parts.count == 1, let part = parts.first { searches += Self.sounds(part) }
    if parts.allSatisfy(\.isIdentifierLike) {
      searches.append(Search(query: "identifier=" + text.urlEncoded))
    }
    self.searches = searches
  }

  /// Full-width letters as narrow ones, points between the parts of a name as the national one.
  private static func plain(_ typed: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in typed.prefix(longestText).unicodeScalars {
      switch scalar.value {
      case 0x3000, 0x09, 0x2C, 0xFF0C: out.append(" ")
      case 0x2022, 0x2027, 0x22C5, 0x30FB, 0xFF65: out.append("\u{B7}")
      case 0xFF01...0xFF5E: out.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
      default: out.append(scalar)
      }
    }
    return String(out).split(separator: " ").joined(separator: " ")
  }

  private static func isDate(_ text: String) -> Bool {
    text.wholeMatch(of: /\d{4}-\d{2}(-\d{2})?/) != nil
  }

  /// A date is a birthday; anything else a part of a name.
  private static func criterion(_ part: String) -> String {
    isDate(part) ? "birthdate=" + part : "name=" + part.fhirEscaped.urlEncoded
  }

  /// `zhangwei` may be `Zhang Wei`, or `Wei Zhang`; `zw` the first letters.
  private static func sounds(_ part: String) -> [Search] {
    guard part.allSatisfy({ $0.isASCII && $0.isLetter }) else { return [] }
    let text = part.lowercased()
    if let syllables = Pinyin.syllables(text), syllables.count > 1 {
      return (1..<min(syllables.count, 4)).flatMap { place -> [Search] in
        let (head, tail) = (syllables[..<place].joined(), syllables[place...].joined())
        return [
          Search(query: "family=\(head)&given=\(tail)"),
          Search(query: "family=\(tail)&given=\(head)"),
        ]
      }
    }
    guard (2...4).contains(text.count), let first = text.first, let second = text.dropFirst().first
    else { return [] }
    return [Search(query: "family=\(first)&given=\(second)", initials: text)]
  }
}

extension String {
  /// The separators of search values written as characters.
  /// <https://hl7.org/fhir/R4/search.html#escaping>
  fileprivate var fhirEscaped: String {
    var out = ""
    for character in self {
      if "\\,|$".contains(character) { out.append("\\") }
      out.append(character)
    }
    return out
  }

  /// Whether it could be a number of a card or a record with letters in it.
  fileprivate var isIdentifierLike: Bool {
    count >= 4 && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      && contains(where: \.isNumber) && contains(where: \.isLetter)
  }
}
