/// The kinds of JSON values. <https://www.rfc-editor.org/rfc/rfc8259#section-3>
package enum JSONKind: UInt8, Sendable {
  case null, `false`, `true`, number, string, array, object
}

/// One value on the tape of a `JSONDocument`: where its text stands, and where the next value
/// begins.
package struct JSONEntry: Sendable {
  /// The first byte of the value's text; for a string, the byte after its quote.
  package var offset: UInt32
  /// How many bytes the text takes; for a string, without its quotes.
  package var length: UInt32
  /// The tape index of the entry behind this value and everything in it.
  package var next: UInt32
  /// The first byte of the member's name, when the value is a member of an object.
  package var nameOffset: UInt32
  /// The interned name of the member; `_birthDate` has the name `birthDate` and `isUnderscored`.
  package var name: NameID
  /// How many bytes the name takes in the text, with its underscore; 0 outside of objects.
  package var nameLength: UInt16
  package var kind: JSONKind
  package var flags: Flags

  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The string has a `\` escape, so its text is not its value.
    package static let escaped = Flags(rawValue: 1)
    /// The member's name begins with an underscore: the `id` and `extension` of a primitive.
    package static let underscored = Flags(rawValue: 2)
    /// The string has a character beyond ASCII.
    package static let beyondASCII = Flags(rawValue: 4)
    /// The member's name has a `\` escape.
    package static let escapedName = Flags(rawValue: 8)
  }
}
