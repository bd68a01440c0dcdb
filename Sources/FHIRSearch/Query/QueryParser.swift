package import FHIR

extension Query {
  /// Reads the text behind the `?` of a search.
  package static func parse(
    _ text: String, in scope: SearchScope, _ context: QueryContext
  ) throws(Anomaly) -> Query {
    var parser = try QueryParser(QueryText.pairs(text), scope, context)
    return try parser.parse()
  }

  /// The criteria alone, for conditional interactions: no parameter may ask for a shape of the
  /// result.
  ///
  /// <https://hl7.org/fhir/R4/http.html#ccreate>
  package static func parseCriteria(
    _ text: String, of type: TypeID, _ context: QueryContext
  ) throws(Anomaly) -> Query {
    var context = context
    context.isLenient = false
    let pairs = try QueryText.pairs(text)
    if let pair = pairs.first(where: { ResultParameter(rawValue: $0.name.baseName) != nil }) {
      throw .incorrect(
        "'\(pair.name)' has no meaning in a condition", chinese: "条件中不能使用“\(pair.name)”")
    }
    guard !pairs.isEmpty else {
      throw .incorrect("The condition has no criterion", chinese: "条件为空")
    }
    var parser = try QueryParser(pairs, .type(type), context)
    return try parser.parse()
  }
}

/// The parameters that shape the result rather than choose resources.
///
/// <https://hl7.org/fhir/R4/search.html#Summary>
enum ResultParameter: String, CaseIterable {
  case sort = "_sort"
  case count = "_count"
  case total = "_total"
  case summary = "_summary"
  case elements = "_elements"
  case include = "_include"
  case revinclude = "_revinclude"
  case contained = "_contained"
  case containedType = "_containedType"
  case format = "_format"
  case pretty = "_pretty"
  case cursor = "_cursor"
}

/// Reads one query; each parameter is refused or, if that is allowed, left out with a warning.
struct QueryParser {
  let context: QueryContext
  let pairs: [(name: String, value: String)]
  var query: Query

  init(
    _ pairs: [(name: String, value: String)], _ scope: SearchScope, _ context: QueryContext
  ) throws(Anomaly) {
    self.context = context
    self.pairs = pairs
    query = Query(scope: scope, types: [], expression: .all)
    query.types = try types(of: scope)
  }

  mutating func parse() throws(Anomaly) -> Query {
    var criteria: [Expression] = []
    var applied: [String] = []
    for (name, value) in pairs {
      do throws(Anomaly) {
        if let criterion = try apply(name, value) { criteria.append(criterion) }
        if name != Query.cursorName {
          applied.append(QueryText.encoded(name) + "=" + QueryText.encoded(value))
        }
      } catch {
        guard context.isLenient else { throw error }
        query.warnings.append(error)
      }
    }
    if let compartment = try compartmentCriterion() { criteria.append(compartment) }
    query.expression = Expression.and(criteria).normalized
    query.applied = applied.joined(separator: "&")
    return query
  }

  /// Applies one parameter; gives its criterion if it has one.
  private mutating func apply(_ name: String, _ value: String) throws(Anomaly) -> Expression? {
    let base = name.baseName
    if let parameter = ResultParameter(rawValue: base) {
      try shape(parameter, name, value)
      return nil
    }
    if base == "_type" { return nil }
    let whole = name + "=" + value
    let parsed = QueryValue(
      whole: whole, offset: name.utf8.count + 1, text: whole[...].dropFirst(name.count + 1))
    guard !value.isEmpty else { throw parsed.wrong("'\(name)' has no value", "“\(name)”没有值") }
    let reader = CriterionReader(context: context, whole: whole, value: parsed)
    return try reader.read(name[...], of: query.types, depth: 0)
  }

  // MARK: What is searched

  private func types(of scope: SearchScope) throws(Anomaly) -> [TypeID] {
    switch scope {
    case .type(let type): return [type]
    case .system: return try types(among: Schema.r4.resourceTypes)
    case .compartment(let center, _, let type):
      guard let compartment = Schema.r4.compartment(of: center) else {
        let name = Schema.r4.name(of: center)
        throw .notFound("There is no compartment of \(name)", chinese: "没有 \(name) 的隔离区")
      }
      let members = Schema.r4.resourceTypes.filter {
        $0 == center || compartment.parameters[$0]?.isEmpty == false
      }
      guard let type else { return try types(among: members) }
      guard members.contains(type) else {
        let (name, member) = (Schema.r4.name(of: center), Schema.r4.name(of: type))
        throw .notFound(
          "\(member) is not in the compartment of \(name)",
          chinese: "\(member) 不属于 \(name) 的隔离区")
      }
      return [type]
    }
  }

  /// `_type`, <https://hl7.org/fhir/R4/search.html#all>
  private func types(among allowed: [TypeID]) throws(Anomaly) -> [TypeID] {
    guard let value = pairs.first(where: { $0.name == "_type" })?.value else { return allowed }
    var types: [TypeID] = []
    for name in value.split(separator: ",") {
      guard let type = Schema.r4.type(named: String(name)), allowed.contains(type) else {
        throw CriterionReader.unknownType(name, in: "_type=" + value)
      }
      if !types.contains(type) { types.append(type) }
    }
    guard !types.isEmpty else {
      throw .incorrect("'_type' names no type", chinese: "“_type”没有写类型")
    }
    return types
  }

  /// <https://hl7.org/fhir/R4/compartmentdefinition.html>
  private func compartmentCriterion() throws(Anomaly) -> Expression? {
    guard case .compartment(let center, let id, _) = query.scope,
      let compartment = Schema.r4.compartment(of: center)
    else { return nil }
    var parameters: [SearchParameter] = []
    for type in query.types {
      for code in compartment.parameters[type] ?? [] {
        if let parameter = context.table.parameter(code, of: type) { parameters.append(parameter) }
      }
    }
    let around = Expression.compartment(center, id: id, ParameterKeys(parameters))
    guard query.types.contains(center) else { return around }
    return .or([around, .and([.types([center]), .ids([id])])])
  }
}

extension String {
  /// The name of a parameter without its modifier.
  var baseName: String { String(prefix { $0 != ":" }) }
}
