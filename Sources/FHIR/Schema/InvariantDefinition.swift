/// A rule that a type or an element must obey.
///
/// <https://hl7.org/fhir/R4/conformance-rules.html#constraints>
package struct InvariantDefinition: Hashable, Sendable {
  package let key: String
  /// Whether breaking it is an error; otherwise it is a warning.
  package let isError: Bool
  package let human: String
  /// FHIRPath that yields true where the rule holds.
  package let expression: String

  package init(key: String, isError: Bool, human: String, expression: String) {
    self.key = key
    self.isError = isError
    self.human = human
    self.expression = expression
  }
}
