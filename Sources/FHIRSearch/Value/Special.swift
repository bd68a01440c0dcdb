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
/// "高血压" becomes "高血 血压", so that a phrase of pairs finds any run of characters.
package enum Bigrams {
  /// The terms of a text, separated by spaces.
  package static func terms(of text: String) -> String {
    var terms: [UInt8] = []
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &terms) }
    return String(decoding: terms, as: UTF8.self)
  }

  /// Appends the terms of valid UTF-8, each with a space behind it.
  package static func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    var folded: [UInt8] = []
    Fold.append(bytes, to: &folded)
    folded.withUnsafeBytes { folded in
      var index = 0
      var previous: UnsafeRawBufferPointer?
      var isAlone = false
      while index < folded.count {
        let (scalar, size) = Fold.scalar(folded, at: index)
        let character = UnsafeRawBufferPointer(rebasing: folded[index..<index &+ size])
        if isIdeograph(scalar) {
          if let previous {
            out.append(contentsOf: previous)
            out.append(contentsOf: character)
            out.append(UInt8(ascii: " "))
          } else if let last = out.last, last != UInt8(ascii: " ") {
            out.append(UInt8(ascii: " "))
          }
          isAlone = previous == nil
          previous = character
        } else {
          finish(&out, isAlone ? previous : nil, after: previous)
          previous = nil
          isAlone = false
          if isWordByte(scalar) {
            out.append(contentsOf: character)
          } else if let last = out.last, last != UInt8(ascii: " ") {
            out.append(UInt8(ascii: " "))
          }
        }
        index &+= size
      }
      finish(&out, isAlone ? previous : nil, after: previous)
      if let last = out.last, last != UInt8(ascii: " ") { out.append(UInt8(ascii: " ")) }
    }
  }

  /// A single ideograph between other text is a term itself.
  private static func finish(
    _ out: inout [UInt8], _ single: UnsafeRawBufferPointer?, after previous: UnsafeRawBufferPointer?
  ) {
    guard let single, previous != nil else { return }
    out.append(contentsOf: single)
    out.append(UInt8(ascii: " "))
  }

  private static func isWordByte(_ scalar: UInt32) -> Bool {
    if scalar >= 0x80 { return true }
    guard let byte = UInt8(exactly: scalar) else { return false }
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
