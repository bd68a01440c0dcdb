package import FHIR

/// What a search asks of a resource, as a tree: one case for each kind of criterion.
///
/// The leaves hold the parameters of every type that is searched, mostly one. Rewriters change the
/// tree;
/// a printer for each database turns it into a statement.
package indirect enum Expression: Hashable, Sendable {
  /// Every resource.
  case all
  /// No resource.
  case none
  case and([Expression])
  case or([Expression])
  case not(Expression)
  case ids([String])
  case token(ParameterKeys, TokenValue)
  /// `:in`, `:above` and `:below`.
  case codes(ParameterKeys, CodeSet)
  case string(ParameterKeys, StringValue)
  case uri(ParameterKeys, URIValue)
  /// Dates and numbers.
  case range(ParameterKeys, RangeValue)
  case quantity(ParameterKeys, QuantityValue)
  case reference(ParameterKeys, ReferenceValue)
  case composite(ParameterKeys, [CompositeValue])
  /// Resources without any value of the parameters.
  case missing(ParameterKeys)
  /// Resources whose reference leads to a resource that the criterion holds for.
  case chain(ParameterKeys, TypeID, Expression)
  /// Resources that a resource of the type refers to, which the criterion holds for.
  case has(ParameterKeys, TypeID, Expression)
  /// `_lastUpdated`
  case updated(RangeValue)
  /// The same as places in the change feed.
  case sequence(ClosedRange<Int64>)
  /// Resources of a type; where several are searched.
  case types([TypeID])
  /// `_text` and `_content`
  case fullText(FullTextValue)
  /// `_list`: the id of a List.
  case list(String, ParameterKeys)
  /// Resources of the compartment around this resource, by the parameters of their type.
  case compartment(TypeID, id: String, ParameterKeys)
}

/// The parameters that a leaf asks for, one for each type that is searched; of a union its members.
package struct ParameterKeys: Hashable, Sendable {
  /// As in the query, for people.
  package let code: String
  package let type: SearchParameterType
  /// `SearchParameter.number`, ascending.
  package let numbers: [Int32]

  package init(code: String, type: SearchParameterType, numbers: [Int32]) {
    self.code = code
    self.type = type
    self.numbers = Set(numbers).sorted()
  }

  package init(_ parameters: [SearchParameter]) {
    self.init(
      code: parameters.first?.code ?? "", type: parameters.first?.type ?? .special,
      numbers: parameters.flatMap(\.numbers))
  }

  /// The keys of the index rows of a kind.
  package func keys(_ variant: IndexVariant) -> [Int32] {
    numbers.map { $0 &* IndexVariant.count &+ variant.rawValue }
  }
}
