/// A place in a text, drawn: the line (or the part around the place) and a caret under the
/// character.
///
/// All parsers — JSON, FHIRPath, search, HL7 v2 — show their errors this way.
package struct Caret: Hashable, Sendable {
  /// Counted from 1.
  package let line: Int
  /// Counted from 1, in characters.
  package let column: Int
  /// Two lines: the text around the place and the caret.
  package let drawing: String

  /// How many characters of the line are shown on either side, at most.
  static let reach = 40

  package init(in text: UnsafeRawBufferPointer, at offset: Int) {
    let place = min(max(offset, 0), text.count)
    let newline = UInt8(ascii: "\n")
    var line = 1
    var start = 0
    for index in 0..<place where text[index] == newline {
      line += 1
      start = index + 1
    }
    let end = text[place...].firstIndex(of: newline) ?? text.count
    // A long line is cut near the place before it is decoded: it may have megabytes.
    let before = Array(
      String(decoding: text[max(start, place - Caret.reach * 4)..<place], as: UTF8.self)
        .suffix(Caret.reach))
    let after = String(decoding: text[place..<min(end, place + Caret.reach * 4)], as: UTF8.self)
      .prefix(Caret.reach)
    self.line = line
    column = String(decoding: text[start..<place], as: UTF8.self).count + 1
    let shown = (String(before) + after).map { $0.isNewline || $0 == "\t" ? " " : $0 }
    drawing = String(shown) + "\n" + String(repeating: " ", count: before.count) + "^"
  }

  package init(in text: String, at offset: Int) {
    self = Array(text.utf8).withUnsafeBytes { Caret(in: $0, at: offset) }
  }
}
