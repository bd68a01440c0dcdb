/// How strictly an element keeps to its value set.
///
/// <https://hl7.org/fhir/R4/terminologies.html#strength>
package enum BindingStrength: String, Sendable {
  case required, extensible, preferred, example
}

/// The value set that the codes of an element come from.
package struct Binding: Hashable, Sendable {
  package let strength: BindingStrength
  /// The canonical URL, without a version: all are of the edition of the schema.
  package let valueSet: String
  /// The value set that no code may be outside of, even where the binding is weaker than required.
  package let maxValueSet: String?
}
