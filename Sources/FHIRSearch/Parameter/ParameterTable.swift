package import FHIR

/// The search parameters of all resource types: the standard's and those that were added.
package struct ParameterTable: Sendable {
  /// The standard's alone, numbered in their own order.
  package static let r4: ParameterTable = {
    var table = ParameterTable()
    table.addStandard()
    table.unite()
    return table
  }()

  /// The codes of the members of the standard's unions.
  private static let unions: [TypeID: [String: [String]]] = {
    var table = ParameterTable()
    table.addStandard()
    return table.byType.mapValues { Union.members(Array($0.values)) }
  }()

  private var byType: [TypeID: [String: SearchParameter]] = [:]
  /// The number of each parameter, by `Type url`; a store keeps them and gives them back.
  package private(set) var numbers: [String: Int32] = [:]
  private var last: Int32 = 0

  private init() {}

  /// The standard's parameters and others, with the numbers that a store gave before.
  package init(numbers: [String: Int32], custom: [SearchParameterDefinition] = []) throws(Anomaly) {
    self.numbers = numbers
    last = numbers.values.max() ?? 0
    addStandard()
    unite()
    for definition in custom { try add(definition) }
  }

  package func parameter(_ code: String, of type: TypeID) -> SearchParameter? {
    byType[type]?[code]
  }

  /// All parameters of a type, by name.
  package func parameters(of type: TypeID) -> [SearchParameter] {
    (byType[type] ?? [:]).values.sorted { $0.code < $1.code }
  }

  /// Adds a parameter that is not the standard's; its code must be free in all its types.
  package mutating func add(_ definition: SearchParameterDefinition) throws(Anomaly) {
    for base in concreteTypes(definition.base) where byType[base]?[definition.code] != nil {
      let name = Schema.r4.name(of: base)
      throw .conflict(
        "\(name) has a search parameter '\(definition.code)' already",
        chinese: "\(name) 已有检索参数“\(definition.code)”")
    }
    for base in concreteTypes(definition.base) { try add(definition, to: base) }
  }

  private mutating func add(_ definition: SearchParameterDefinition, to base: TypeID)
    throws(Anomaly)
  {
    let paths = PathParser.paths(definition.expression, of: base)
    if definition.type != .composite, definition.type != .special, paths == nil {
      throw .unsupported(
        "The expression of search parameter '\(definition.code)' is not a path: "
          + definition.expression,
        chinese: "检索参数“\(definition.code)”的表达式不是路径:\(definition.expression)")
    }
    insert(definition, base)
  }

  private mutating func addStandard() {
    for type in Schema.r4.resourceTypes {
      let definitions = Schema.r4.searchParameters(for: type)
      for definition in definitions where !Self.isLeftOut(definition) {
        if byType[type]?[definition.code] == nil, definition.type != .composite {
          insert(definition, type)
        }
      }
      for definition in definitions where definition.type == .composite {
        insert(definition, type)
      }
    }
  }

  /// Takes the rows from parameters that others say together; an added one always has its own,
  /// since they are made when it is added.
  private mutating func unite() {
    for (type, unions) in Self.unions {
      for (code, members) in unions {
        let parts = members.compactMap { parameter($0, of: type) }
        let union = parameter(code, of: type)?.united(from: parts)
        byType[type]?[code] = union
      }
    }
  }

  /// Parameters that the standard publishes to show the format of one, and those of Bundle that
  /// reach into a resource inside of it, which is not indexed by itself.
  private static func isLeftOut(_ definition: SearchParameterDefinition) -> Bool {
    if definition.expression.hasPrefix("Bundle.entry[0].resource") { return true }
    let examples = ["example", "example-extension", "example-reference", "filter"]
    return examples.contains { definition.url == "http://hl7.org/fhir/SearchParameter/\($0)" }
  }

  private mutating func insert(_ definition: SearchParameterDefinition, _ base: TypeID) {
    let key = "\(Schema.r4.name(of: base)) \(definition.url)"
    let number = numbers[key] ?? last + 1
    last = max(last, number)
    numbers[key] = number
    let components = definition.components.compactMap { component($0.definition, base) }
    byType[base, default: [:]][definition.code] = SearchParameter(
      base: base, definition: definition, number: number, components: components)
  }

  private func component(_ url: String, _ base: TypeID) -> SearchParameter? {
    if let own = byType[base]?.values.first(where: { $0.definition.url == url }) { return own }
    // A component may be a parameter of another type, as the context of conformance resources.
    return Schema.r4.searchParameter(url: url).map {
      SearchParameter(base: base, definition: $0, number: 0)
    }
  }

  private func concreteTypes(_ bases: [TypeID]) -> [TypeID] {
    Schema.r4.resourceTypes.filter { type in
      bases.contains { Schema.r4.isSubtype(type, of: $0) }
    }
  }
}
