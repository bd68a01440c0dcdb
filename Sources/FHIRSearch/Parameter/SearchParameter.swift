package import FHIR

/// A search parameter of one resource type, with its number in the index.
///
/// <https://hl7.org/fhir/R4/searchparameter.html>
package final class SearchParameter: Sendable {
  /// The type of resource that is searched.
  package let base: TypeID
  package let definition: SearchParameterDefinition
  /// Dense and stable for the life of a store: `ParameterTable.numbers`.
  package let number: Int32
  /// The parameters of a composite, in order.
  package let components: [SearchParameter]
  /// The parameters whose rows are its rows, when it has none of its own: see `Union`.
  package let union: [SearchParameter]
  /// The systems of codes that stand without one in the resource: see `FixedSystem`.
  let fixedSystems: [String]

  package var code: String { definition.code }
  package var type: SearchParameterType { definition.type }

  init(
    base: TypeID, definition: SearchParameterDefinition, number: Int32,
    components: [SearchParameter] = [], union: [SearchParameter] = []
  ) {
    self.base = base
    self.definition = definition
    self.number = number
    self.components = components
    self.union = union
    fixedSystems =
      definition.type == .token ? FixedSystem.systems(of: definition, on: base) : []
  }

  /// The key of the index rows of a kind that it has itself; none has it when it is a union.
  func key(_ variant: IndexVariant = .value) -> Int32 {
    number &* IndexVariant.count &+ variant.rawValue
  }

  /// The keys of the index rows of a kind.
  package func keys(_ variant: IndexVariant = .value) -> [Int32] {
    union.isEmpty ? [key(variant)] : union.map { $0.key(variant) }
  }

  /// The numbers that its index rows have.
  var numbers: [Int32] { union.isEmpty ? [number] : union.map(\.number) }

  /// The same, without rows of its own but those of others.
  func united(from members: [SearchParameter]) -> SearchParameter {
    SearchParameter(
      base: base, definition: definition, number: number, components: components, union: members)
  }

  /// The types of resource that a reference may lead to.
  package var targets: [TypeID] {
    definition.targets.isEmpty ? Schema.r4.resourceTypes : definition.targets
  }

  /// Whether it belongs to every type, such as `_tag`.
  package var isCommon: Bool { code.utf8.first == UInt8(ascii: "_") }
}

extension SearchParameter: CustomStringConvertible {
  package var description: String { "\(Schema.r4.name(of: base)).\(code)" }
}

/// The kinds of index rows that one parameter may have.
package enum IndexVariant: Int32, CaseIterable, Sendable {
  /// The value itself; of a date, a number or a quantity the range when it is short.
  case value
  /// A range that is longer than `RangeLimit`, by its start.
  case long
  /// The same by its end.
  case longEnd
  /// The words for people of a token, for `:text`.
  case text
  /// The identifier of a reference, for `:identifier`.
  case identifier
  /// The type of an identifier with its value, for `:of-type`.
  case ofType
  /// A quantity with its unit.
  case unit
  /// A quantity in UCUM's base units.
  case canonical

  /// Numbers kept free for variants, so that keys stay when one is added.
  package static let count: Int32 = 16
}
