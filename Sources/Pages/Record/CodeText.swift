import FHIR

/// What a coded element says to a reader: words in Chinese first, else other words, else the code.
enum CodeText {
  /// The words of a CodeableConcept, a Coding or a plain string.
  static func text(_ value: JSONCursor?) -> String? {
    guard let value else { return nil }
    guard value.kind == .object else { return value.kind == .string ? value.string : nil }
    var words: String?
    var code: String?
    for text in candidates(value) {
      if text.isCode {
        code = code ?? text.words
      } else if text.words.hasHan {
        return text.words
      } else {
        words = words ?? text.words
      }
    }
    return words ?? code
  }

  /// `text`, then the display of each coding, then each code.
  private static func candidates(_ value: JSONCursor) -> [(words: String, isCode: Bool)] {
    var found: [(words: String, isCode: Bool)] = []
    for name in ["text", "display"] {
      if let text = value.text(name) { found.append((text, false)) }
    }
    for coding in value.all("coding") {
      if let text = coding.text("display") { found.append((text, false)) }
    }
    for coding in value.all("coding") + [value] {
      if let code = coding.text("code") { found.append((code, true)) }
    }
    return found
  }

  /// What tells one coded element from another: `system|code` of its first coding, else its words.
  static func key(_ value: JSONCursor?) -> String? {
    guard let value else { return nil }
    guard let coding = value.first("coding"), let code = coding.text("code") else {
      return text(value)
    }
    return "\(coding.text("system") ?? "")|\(code)"
  }

  /// The code of a CodeableConcept's or Coding's first coding.
  static func code(_ value: JSONCursor?) -> String? {
    value?.text("coding", "code") ?? value?.text("code")
  }

  /// A code of a small value set in the reader's language, from the texts; the code itself when
  /// unknown.
  static func term(_ prefix: String, _ code: String, _ language: Language) -> String {
    Texts.has(prefix + code) ? Texts.text(prefix + code, language) : code
  }
}

extension String {
  /// Whether a Chinese character is in the text.
  var hasHan: Bool {
    unicodeScalars.contains { scalar in
      (0x3400...0x9FFF).contains(scalar.value) || (0x20000...0x323AF).contains(scalar.value)
        || (0xF900...0xFAFF).contains(scalar.value)
    }
  }
}
