/// The nine kinds of search, <https://hl7.org/fhir/R4/search.html#ptypes>.
package enum SearchParameterType: String, CaseIterable, Sendable {
  case number, date, string, token, reference, composite, quantity, uri, special
}

/// A parameter by which resources are searched, <https://hl7.org/fhir/R4/searchparameter.html>.
package struct SearchParameterDefinition: Sendable {
  /// The canonical URL.
  package let url: String
  /// The name in a query, such as `birthdate`.
  package let code: String
  /// The name in code, mostly the same.
  package let name: String
  package let type: SearchParameterType
  /// The types that can be searched by it; for `_id` and its like, `Resource`.
  package let base: [TypeID]
  /// FHIRPath to the values; empty where the standard defines them in words, as for `_text`.
  package let expression: String
  /// The types of resource that a reference may lead to; empty for any.
  package let targets: [TypeID]
  /// The parts of a composite: the parameter's canonical URL, and where its values are.
  package let components: [(definition: String, expression: String)]
  /// The prefixes allowed, such as `ge`; empty where the definition does not restrict them.
  package let comparators: [String]
  /// The modifiers allowed, such as `missing`; empty where the definition does not restrict them.
  package let modifiers: [String]
  /// Whether several values may be given with commas.
  package let multipleOr: Bool
  /// Whether it may be given several times.
  package let multipleAnd: Bool
  /// What it finds, in few words; empty where the definition is shared by several resources.
  package let description: String

  package init(
    url: String, code: String, name: String? = nil, type: SearchParameterType, base: [TypeID],
    expression: String, targets: [TypeID] = [],
    components: [(definition: String, expression: String)] = [], comparators: [String] = [],
    modifiers: [String] = [], multipleOr: Bool = true, multipleAnd: Bool = true,
    description: String = ""
  ) {
    self.url = url
    self.code = code
    self.name = name ?? code
    self.type = type
    self.base = base
    self.expression = expression
    self.targets = targets
    self.components = components
    self.comparators = comparators
    self.modifiers = modifiers
    self.multipleOr = multipleOr
    self.multipleAnd = multipleAnd
    self.description = description
  }
}

extension Schema {
  /// All search parameters of the standard.
  package var searchParameters: [SearchParameterDefinition] { SearchParameterTable.r4.all }

  /// The search parameters of a type, those of `Resource` and `DomainResource` first.
  package func searchParameters(for type: TypeID) -> [SearchParameterDefinition] {
    let table = SearchParameterTable.r4
    return table.indices(for: type, in: self).map { table.all[$0] }
  }

  /// The search parameter of a type that has this name in queries.
  package func searchParameter(_ code: String, for type: TypeID) -> SearchParameterDefinition? {
    let table = SearchParameterTable.r4
    let index = table.indices(for: type, in: self).first { table.all[$0].code == code }
    return index.map { table.all[$0] }
  }

  /// The search parameter with this canonical URL.
  package func searchParameter(url: String) -> SearchParameterDefinition? {
    SearchParameterTable.r4.byURL[url].map { SearchParameterTable.r4.all[$0] }
  }
}
