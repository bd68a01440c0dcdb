import FHIR

extension Walk {
  /// One invariant on a value.
  mutating func invariant(_ invariant: InvariantDefinition, on cursor: JSONCursor, _ type: TypeID) {
  }
}
