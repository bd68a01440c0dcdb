/// The interned name of an element, the same number wherever the name stands.
package struct NameID: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  /// No element of the schema has this name.
  package static let unknown = NameID(rawValue: 0)
}

/// The names of all elements of the schema.
package struct NameTable: Sendable {
  package static let shared = NameTable()

  @inline(__always)
  package func id(of name: UnsafeRawBufferPointer) -> NameID { .unknown }
}
