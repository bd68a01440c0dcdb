/// A type of FHIR R4 with its elements, those it inherits among them.
package final class TypeDefinition: Sendable {
  package enum Kind: Sendable { case primitive, complex, backbone, resource }

  package let id: TypeID
  /// Such as `Patient` and `HumanName`; for the content of an element, its path: `Patient.contact`.
  package let name: String
  package let kind: Kind
  package let base: TypeID?
  package let isAbstract: Bool
  /// The canonical URL; empty for a backbone element.
  package let url: String
  /// In the order of the standard. The `value` of a primitive type is not among them.
  package let elements: [ElementDefinition]
  /// The rules that the type adds to those of its base.
  package let invariants: [InvariantDefinition]
  package let primitive: Primitive?
  /// The regular expression of a primitive's value; empty for none.
  package let regex: String
  private let members: MemberTable

  init(
    id: TypeID, name: String, kind: Kind, base: TypeID?, isAbstract: Bool, url: String,
    elements: [ElementDefinition], invariants: [InvariantDefinition], regex: String,
    members: MemberTable
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.base = base
    self.isAbstract = isAbstract
    self.url = url
    self.elements = elements
    self.invariants = invariants
    self.primitive = id.primitive
    self.regex = regex
    self.members = members
  }

  /// The element that a JSON member stands for, and its type: `valueQuantity` is a `Quantity`.
  package func element(_ name: NameID) -> (index: Int, type: TypeID)? {
    guard let member = members[name] else { return nil }
    return (member.element, member.type)
  }

  /// The same with the facts that a reader of JSON needs at once.
  package func member(_ name: NameID) -> Member? { members[name] }

  /// The element with this name (without `[x]`), such as `value`.
  package func element(named name: String) -> ElementDefinition? {
    elements.first { $0.name == name }
  }
}
