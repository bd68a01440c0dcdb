import FHIR

/// A part of a query's value, escapes not yet resolved, with its place for error messages.
///
/// <https://hl7.org/fhir/R4/search.html#escaping>: `\,` `\$` `\|` `\\`
struct QueryValue {
  /// The whole parameter, such as `birthdate=ge1990`.
  let whole: String
  /// Where the part starts in it, in bytes.
  let offset: Int
  let text: Substring

  init(whole: String, offset: Int, text: Substring) {
    self.whole = whole
    self.offset = offset
    self.text = text
  }

  /// The parts between separators that are not escaped.
  func split(_ separator: Character) -> [QueryValue] {
    var parts: [QueryValue] = []
    var start = text.startIndex
    var isEscaped = false
    for index in text.indices {
      let character = text[index]
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == separator {
        parts.append(part(start..<index))
        start = text.index(after: index)
      }
    }
    parts.append(part(start..<text.endIndex))
    return parts
  }

  private func part(_ range: Range<Substring.Index>) -> QueryValue {
    QueryValue(
      whole: whole, offset: offset + text[..<range.lowerBound].utf8.count, text: text[range])
  }

  /// The text with its escapes resolved.
  var unescaped: String {
    guard text.contains("\\") else { return String(text) }
    var out = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        if !",$|\\".contains(character) { out.append("\\") }
        out.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        out.append(character)
      }
    }
    if isEscaped { out.append("\\") }
    return out
  }

  /// The comparison in front of an ordered value; `eq` when there is none.
  func prefix() -> (Comparison, QueryValue) {
    guard let comparison = Comparison(rawValue: String(text.prefix(2))) else { return (.eq, self) }
    let rest = text.index(text.startIndex, offsetBy: 2)..<text.endIndex
    return (comparison, part(rest))
  }

  func wrong(_ message: String, _ chinese: String) -> Anomaly {
    let caret = Caret(in: whole, at: offset)
    return .incorrect(
      "\(message)\n\(caret.drawing)", chinese: "\(chinese)\n\(caret.drawing)", code: .value)
  }
}
