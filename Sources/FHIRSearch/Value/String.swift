import FHIR

/// A text that is searched for. <https://hl7.org/fhir/R4/search.html#string>
package struct StringValue: Hashable, Sendable {
  package enum Match: String, Hashable, Sendable { case starts, exact, contains }

  package var match: Match
  /// As in the query.
  package var text: String
  /// Strings proper, or the words for people of tokens.
  package var variant: IndexVariant = .value

  package init(_ match: Match, _ text: String, variant: IndexVariant = .value) {
    self.match = match
    self.text = text
    self.variant = variant
  }

  /// The text as it stands in the index.
  package var folded: String { Fold.text(text) }

  /// The whole row for an exact match: the folded text and, where it differs, the text as written.
  package var exactRow: String {
    var row: [UInt8] = []
    var text = text
    text.withUTF8 { EntryWriter.appendRow(UnsafeRawBufferPointer($0), to: &row) }
    return String(decoding: row, as: UTF8.self)
  }

  /// The first text behind all that begin with this.
  package static func end(of prefix: String) -> String { prefix + "\u{10FFFF}" }
}

extension StringValue: CustomStringConvertible {
  package var description: String { "\(match.rawValue) '\(text)'" }
}

/// The rows of strings.
extension EntryWriter {
  /// Between the folded text and the text as written.
  static let separator: UInt8 = 1

  /// Appends the folded text and, where that is another, the text as written.
  static func appendRow(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    let start = out.count
    Fold.append(bytes, to: &out)
    let written = UnsafeRawBufferPointer(rebasing: bytes.prefix(Fold.limit))
    let isSame =
      out.count - start == written.count
      && out.withUnsafeBytes {
        UnsafeRawBufferPointer(rebasing: $0[start...]).elementsEqual(written)
      }
    if !isSame {
      out.append(separator)
      out.append(contentsOf: written)
    }
  }

  func text(_ value: JSONCursor, _ key: Int32) {
    guard value.kind == .string, value.entry.length > 0 else { return }
    let start = entries.text.count
    withBytes(of: value) { EntryWriter.appendRow($0, to: &entries.text) }
    entries.rows.append(IndexEntry(key, .text, Int64(start), Int64(entries.text.count)))
  }

  /// The parts of a name, an address or any other type with strings in it.
  ///
  /// <https://hl7.org/fhir/R4/search.html#string>: "string, HumanName, Address": the search "may
  /// match any
  /// of the string fields".
  func strings(_ value: JSONCursor, _ key: Int32) {
    if value.kind == .string { return text(value, key) }
    guard value.kind == .object else { return }
    for member in value.children where !member.isUnderscored {
      if member.name == .use || member.name == .type || member.name == .id { continue }
      if member.kind == .array {
        for item in member.children { text(item, key) }
      } else {
        text(member, key)
      }
    }
  }
}
