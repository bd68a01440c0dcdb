/// An extension that FHIR R4 itself defines, <https://hl7.org/fhir/R4/extensibility-registry.html>.
package final class ExtensionDefinition: Sendable {
  /// Where an extension may stand, <https://hl7.org/fhir/R4/defining-extensions.html#context>.
  package enum Context: Hashable, Sendable {
    /// On a type and all types based on it; a backbone element is a type too.
    case type(TypeID)
    /// On an element of a type.
    case element(NameID, of: TypeID)
  }

  /// The canonical URL; inside another extension, the plain word that stands in `url`.
  package let url: String
  package let min: Int
  /// `Int.max` stands for `*`.
  package let max: Int
  package let isModifier: Bool
  /// Empty for one inside another, which may stand only there.
  package let contexts: [Context]
  /// FHIRPath that must be true of the element it stands on; empty for none.
  package let condition: String
  /// Whether `value[x]` must be there.
  package let isValueRequired: Bool
  /// The types that `value[x]` may have; empty where there are only extensions inside.
  package let values: [TypeReference]
  package let binding: Binding?
  /// The extensions inside.
  package let extensions: [ExtensionDefinition]

  init(
    url: String, cardinality: (min: Int, max: Int), isModifier: Bool = false,
    contexts: [Context] = [], condition: String = "", isValueRequired: Bool,
    values: [TypeReference], binding: Binding?, extensions: [ExtensionDefinition]
  ) {
    self.url = url
    self.min = cardinality.min
    self.max = cardinality.max
    self.isModifier = isModifier
    self.contexts = contexts
    self.condition = condition
    self.isValueRequired = isValueRequired
    self.values = values
    self.binding = binding
    self.extensions = extensions
  }

  /// Whether it may stand on an element of this type, which is that member of its owner.
  package func isAllowed(
    on type: TypeID, member name: NameID = .unknown, of owner: TypeID? = nil,
    in schema: Schema = .r4
  ) -> Bool {
    contexts.contains { context in
      switch context {
      case .type(let allowed): schema.isSubtype(type, of: allowed)
      case .element(let allowed, let allowedOwner):
        name == allowed && owner.map { schema.isSubtype($0, of: allowedOwner) } ?? false
      }
    }
  }
}

extension Schema {
  /// The extension with this canonical URL, if the standard defines it.
  package func extensionDefinition(url: String) -> ExtensionDefinition? {
    ExtensionReader.r4[url]
  }

  /// All extensions that the standard defines, by canonical URL.
  package var extensionDefinitions: [String: ExtensionDefinition] { ExtensionReader.r4 }
}
