package import FHIR

/// What the asker wants of an expansion. <https://hl7.org/fhir/R4/valueset-operation-expand.html>
package struct ExpansionOptions: Sendable {
  /// Words that the code or a name must contain.
  package var filter: String?
  package var offset: Int?
  package var count: Int?
  package var includesDesignations = false
  package var includesDefinition = false
  /// `system|code` of the designations wanted, a language as `urn:ietf:bcp:47|de`; all when empty.
  package var designations: [String] = []
  package var isFlat: Bool?
  package var properties: [String] = []
  /// Code systems that are left out.
  package var excludedSystems: [Canonical] = []
  /// What of the request the expansion repeats.
  package var echo: [JSON] = []
  /// How many codes an answer may have at most; more are refused, never cut off.
  package var limit = ExpansionOptions.defaultLimit
  /// When the expansion was made, and its identifier.
  package var timestamp = ""
  package var identifier = ""

  /// The most codes of an answer unless the operator says otherwise.
  package static let defaultLimit = 1_000
  /// The most concepts that are looked at for one expansion.
  static let workLimit = 2_000_000

  package init() {}
}
