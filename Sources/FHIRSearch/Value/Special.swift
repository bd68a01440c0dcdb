import FHIR

/// Words in a narrative or in a whole resource. <https://hl7.org/fhir/R4/search.html#content>
package struct FullTextValue: Hashable, Sendable {
  package enum Column: String, Hashable, Sendable { case narrative, content }

  package var column: Column
  /// Terms that must all be there; a term is a word, or Chinese text of any length.
  package var terms: [String]

  package init(_ column: Column, _ text: String) {
    self.column = column
    terms = text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}

extension FullTextValue: CustomStringConvertible {
  package var description: String {
    "\(column == .narrative ? "_text" : "_content") has \(terms.joined(separator: " "))"
  }
}

/// Text cut for a word index: Chinese in pairs of neighbours, other scripts in words.
///
/// "高血压" becomes "高血 血压 压": a phrase of pairs finds any run of characters, and the beginning of
/// a pair any single one.
package enum Bigrams {
  /// The terms of a text, separated by spaces.
  package static func terms(of text: String) -> String {
    var terms: [UInt8] = []
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &terms) }
    return String(decoding: terms, as: UTF8.self)
  }

  /// The phrase of FTS5 that finds a text without spaces in it.
  package static func phrase(of text: String) -> String {
    var words = terms(of: text).split(separator: " ")
    guard let last = words.last, let first = last.unicodeScalars.first else { return "" }
    let isSingle = last.unicodeScalars.count == 1 && isIdeograph(first.value)
    // The last character of a run stands alone in the index, here only where it is all there is.
    if isSingle, words.count > 1 { words.removeLast() }
    let phrase = "\"" + words.joined(separator: " ") + "\""
    return isSingle && words.count == 1 && words[0] == last ? phrase + " *" : phrase
  }

  /// Appends the terms of valid UTF-8, each with a space behind it.
  package static func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    var folded: [UInt8] = []
    Fold.append(bytes, to: &folded)
    let space = UInt8(ascii: " ")
    func finish(_ out: inout [UInt8]) {
      if let last = out.last, last != space { out.append(space) }
    }
    finish(&out)
    folded.withUnsafeBytes { folded in
      var index = 0
      var previous: Range<Int>?
      while index < folded.count {
        let (scalar, size) = Fold.scalar(folded, at: index)
        let character = index..<index &+ size
        let isIdeograph = isIdeograph(scalar)
        if let before = previous {
          out.append(contentsOf: folded[before])
          if isIdeograph { out.append(contentsOf: folded[character]) }
          out.append(space)
        } else if isIdeograph {
          finish(&out)
        }
        previous = isIdeograph ? character : nil
        if !isIdeograph {
          if isOfWord(scalar) { out.append(contentsOf: folded[character]) } else { finish(&out) }
        }
        index &+= size
      }
      if let last = previous { out.append(contentsOf: folded[last]) }
    }
    finish(&out)
  }

  private static func isOfWord(_ scalar: UInt32) -> Bool {
    guard let byte = UInt8(exactly: scalar), byte < 0x80 else { return true }
    return byte &- UInt8(ascii: "0") < 10 || byte &- UInt8(ascii: "a") < 26
  }

  /// Han, kana and Hangul: scripts without spaces between words.
  package static func isIdeograph(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF,
      0x20000...0x323AF:
      true
    default: false
    }
  }
}
