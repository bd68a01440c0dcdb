/// An element of a type: its cardinality, types and rules.
///
/// <https://hl7.org/fhir/R4/elementdefinition.html>
package final class ElementDefinition: Sendable {
  /// Without `[x]`.
  package let name: String
  package let nameID: NameID
  /// The members that may stand for it in JSON: one, or one for each type of a choice.
  package let jsonNames: [(NameID, TypeID)]
  package let min: Int
  /// `Int.max` stands for `*`.
  package let max: Int
  package let types: [TypeReference]
  /// Whether it is written `name[x]`.
  package let isChoice: Bool
  package let isSummary: Bool
  package let isModifier: Bool
  package let binding: Binding?
  /// The rules of this element alone; those of its types stand there.
  package let invariants: [InvariantDefinition]
  /// Whether XML writes it as an attribute.
  package let isXMLAttribute: Bool
  /// Whether its content is defined at another element, by `contentReference`.
  package let isContentReference: Bool
  /// The place among the elements of the type, which is the order in XML.
  package let order: Int

  package var isArray: Bool { max > 1 }

  init(
    name: String, nameID: NameID, jsonNames: [(NameID, TypeID)], min: Int, max: Int,
    types: [TypeReference], flags: Flags, binding: Binding?, invariants: [InvariantDefinition],
    isContentReference: Bool, order: Int
  ) {
    self.name = name
    self.nameID = nameID
    self.jsonNames = jsonNames
    self.min = min
    self.max = max
    self.types = types
    self.isChoice = flags.contains(.choice)
    self.isSummary = flags.contains(.summary)
    self.isModifier = flags.contains(.modifier)
    self.binding = binding
    self.invariants = invariants
    self.isXMLAttribute = flags.contains(.attribute)
    self.isContentReference = isContentReference
    self.order = order
  }

  /// The letters of the third column of types.tsv.
  struct Flags: OptionSet {
    let rawValue: UInt8
    static let summary = Flags(rawValue: 1)
    static let modifier = Flags(rawValue: 2)
    static let attribute = Flags(rawValue: 4)
    static let choice = Flags(rawValue: 8)
  }
}

/// A type that an element may have.
package struct TypeReference: Hashable, Sendable {
  package let type: TypeID
  /// The FHIRPath type where the value is not a FHIR primitive, such as `Element.id`.
  package let system: SystemType?
  /// The resource types that a `Reference` or `canonical` may lead to; empty for any.
  package let targets: [TypeID]
  /// The profiles that the content must conform to, by name (`SimpleQuantity`) below HL7's base.
  package let profiles: [String]
}
