import FHIR
import FHIRPath

/// An invariant, compiled once. <https://hl7.org/fhir/R4/conformance-rules.html#constraints>
final class Rule: Sendable {
  let definition: InvariantDefinition
  /// Nil when the expression is not FHIRPath.
  let path: Path?
  let presence: Presence
  let native: Native?

  /// Invariants that this validator checks by its own code, beside their expressions.
  enum Native: String, Sendable {
    case periodOrder = "per-1"
    case requestsOfEntries = "bdl-3"
    case responsesOfEntries = "bdl-4"
    case distinctURLs = "bdl-7"
    case unversionedURL = "bdl-8"
  }

  /// Invariants that the walk over the structure has checked before, or that are advice alone.
  ///
  /// `dom-6` asks for a narrative: a recommended practice, as its extension says, no rule.
  static let checkedElsewhere: Set<String> = [
    "ele-1", "ext-1", "ref-1", "txt-1", "txt-2", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6",
  ]

  /// Expressions of R4 that do not say what their own words do, put right.
  ///
  /// `que-12` says "more than one", but counts to two; `que-7` means the FHIR type of the answer.
  /// R4B and R5 have both as here: <https://hl7.org/fhir/R4B/questionnaire.html#invs>.
  static let corrections = [
    "que-7": "operator = 'exists' implies (answer is boolean)",
    "que-12": "enableWhen.count() > 1 implies enableBehavior.exists()",
  ]

  init(_ definition: InvariantDefinition, on type: TypeDefinition?) {
    self.definition = definition
    native = Native(rawValue: definition.key)
    let expression = Self.corrections[definition.key] ?? definition.expression
    presence = type.map { PresenceReader.read(expression, of: $0) } ?? .open
    do {
      path = try Path(parsing: expression)
    } catch {
      path = nil
    }
  }

  /// The rules of each type and element, side by side.
  static func compiled(_ definitions: [InvariantDefinition], on type: TypeDefinition?) -> [Rule] {
    definitions.filter { !checkedElsewhere.contains($0.key) }.map { Rule($0, on: type) }
  }
}
