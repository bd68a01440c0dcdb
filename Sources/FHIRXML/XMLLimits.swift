/// The bounds of an XML text: beyond them it is refused, not read; and how strictly it is read.
package struct XMLLimits: Sendable {
  /// The nesting of elements.
  package var depth = 128
  /// The size of the text, in bytes.
  package var size = 64 << 20
  /// The attributes of one element; FHIR's own have four at most, those of a narrative a few more.
  package var attributes = 64
  /// Whether elements must stand in the standard's order, as every sender should write them.
  ///
  /// Items of the same name must stand together in any case.
  package var requiresOrder = true
  /// Stirs the parser's hash tables so that nobody can foresee their collisions.
  package var hashSalt: UInt

  package init(hashSalt: UInt = XMLLimits.processSalt) { self.hashSalt = hashSalt }

  /// Drawn once for the process.
  package static let processSalt = UInt.random(in: 1...UInt.max)
}
