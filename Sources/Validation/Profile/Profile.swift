import FHIR

/// A StructureDefinition that constrains a type, as a tree.
///
/// <https://hl7.org/fhir/R4/profiling.html>
final class Profile: Sendable {
  let url: String
  /// The type it constrains.
  let type: TypeID
  /// The profile that it stands on; nil when that is the type itself.
  let base: String?
  let root: ProfileElement
  /// Where an extension may stand; empty for anything else.
  let contexts: [String]

  init(url: String, type: TypeID, base: String?, root: ProfileElement, contexts: [String]) {
    self.url = url
    self.type = type
    self.base = base
    self.root = root
    self.contexts = contexts
  }
}

/// What a profile says of one element, or of one slice of it.
///
/// <https://hl7.org/fhir/R4/elementdefinition.html>
struct ProfileElement: Sendable {
  /// The JSON path, with slices: `Observation.component:systolic.code`.
  let id: String
  /// Without `[x]`.
  let name: String
  var sliceName: String?
  var min: Int?
  var max: Int?
  /// Nil for all types of the base.
  var types: [ProfileType]?
  var fixed: JSON?
  var pattern: JSON?
  /// The value set that codes must be in.
  var valueSet: String?
  var minValue: JSON?
  var maxValue: JSON?
  var minLength: Int?
  var maxLength: Int?
  var mustHaveValue = false
  var rules: [Rule] = []
  var slicing: Slicing?
  var slices: [ProfileElement] = []
  var children: [ProfileElement] = []

  init(id: String, name: String, sliceName: String? = nil) {
    self.id = id
    self.name = name
    self.sliceName = sliceName
  }

  /// The element below with a name.
  func child(_ name: String) -> ProfileElement? { children.first { $0.name == name } }
}

/// A type that a profile allows, with the profiles that its values keep to.
struct ProfileType: Sendable {
  var type: TypeID
  /// Any one of them; a fragment names an element of the profile.
  var profiles: [String] = []
  /// Of a reference: profiles of what it leads to, any one.
  var targets: [String] = []
  /// Of a reference: `contained`, `referenced`, `bundled`; empty for any.
  var aggregation: [String] = []
}

/// How the values of an element are told apart. <https://hl7.org/fhir/R4/profiling.html#slicing>
struct Slicing: Sendable {
  enum Rules: String, Sendable { case open, closed, openAtEnd }
  enum Kind: String, Sendable { case value, pattern, type, exists, profile }

  /// What to look at in each value.
  struct Discriminator: Sendable {
    var kind: Kind
    /// Elements and functions in order, such as `code` or `resolve()`; empty for the value itself.
    var path: [String]
  }

  var discriminators: [Discriminator]
  var rules: Rules
  var isOrdered: Bool
}
