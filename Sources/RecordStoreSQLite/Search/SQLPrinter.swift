import FHIR
import FHIRSearch

/// Turns the tree of a search into SQL: sets of dense ids, and conditions on one.
struct SQLPrinter {
  /// The types that are searched at this place of the tree.
  let types: [TypeID]

  // MARK: Sets

  /// A statement that selects the dense ids of the resources that the tree holds for.
  ///
  /// A resource may come twice. Deleted resources have no index rows.
  func set(_ tree: Expression) -> SQLText {
    if let rows = rows(tree) {
      return .joined(rows.map(\.text), by: " UNION ALL ")
    }
    switch tree {
    case .none: return "SELECT rid FROM resource WHERE 0"
    case .or(let parts) where parts.allSatisfy(\.isPositive):
      return .joined(parts.map(set), by: " UNION ALL ")
    case .and(let parts):
      guard let index = parts.firstIndex(where: \.isPositive) else { return universe(tree) }
      let others = parts.indices.filter { $0 != index }.map { parts[$0] }
      if let rows = rows(parts[index]), rows.count == 1 {
        return and(rows[0].text, others, rows[0].rid)
      }
      return and("SELECT rid FROM (\(set(parts[index]))) AS d WHERE 1", others, "d.rid")
    default: return universe(tree)
    }
  }

  private func and(_ start: SQLText, _ parts: [Expression], _ rid: String) -> SQLText {
    var whole = start
    for part in parts { whole = "\(whole) AND \(condition(part, rid))" }
    return whole
  }

  /// All resources of the types that a condition holds for.
  private func universe(_ tree: Expression) -> SQLText {
    "SELECT rid FROM resource WHERE \(ofTypes("")) AND \(condition(tree, "resource.rid"))"
  }

  /// Live resources of the types.
  func ofTypes(_ prefix: String) -> SQLText {
    let live: SQLText = "\(raw: prefix)deleted = 0"
    guard types.count < Schema.r4.resourceTypes.count else { return live }
    let numbers = types.map { SQLValue.integer(Int64($0.rawValue)) }
    return "\(raw: prefix)type \(oneOf: numbers) AND \(live)"
  }

  // MARK: Conditions

  /// A condition on the resource whose dense id stands in a column.
  func condition(_ tree: Expression, _ rid: String) -> SQLText {
    switch tree {
    case .all: return "1"
    case .none: return "0"
    case .and(let parts):
      return "(\(.joined(parts.map { condition($0, rid) }, by: " AND ")))"
    case .or(let parts) where !parts.allSatisfy(\.isPositive) || parts.allSatisfy(isPoint):
      return "(\(.joined(parts.map { condition($0, rid) }, by: " OR ")))"
    case .not(let part): return "NOT \(condition(part, rid))"
    case .missing(let keys): return "\(raw: rid) NOT IN (\(present(keys)))"
    default:
      if let rows = rows(tree), rows.count == 1, rows[0].isPoint, rows[0].column == "rid" {
        let table = rows[0].table.rawValue
        return """
          EXISTS (SELECT 1 FROM \(raw: table) AS e WHERE \(rows[0].condition) \
          AND e.rid = \(raw: rid))
          """
      }
      return "\(raw: rid) IN (\(set(tree)))"
    }
  }

  private func isPoint(_ leaf: Expression) -> Bool {
    guard let rows = rows(leaf), rows.count == 1 else { return false }
    return rows[0].isPoint && rows[0].column == "rid"
  }

  /// The resources that have any value of a parameter.
  private func present(_ keys: ParameterKeys) -> SQLText {
    switch keys.type {
    case .string, .uri:
      return "SELECT rid FROM txt WHERE param \(oneOf: Expression.keys(keys, .value))"
    case .composite:
      let param = Expression.keys(keys, [.value, .unit])
      return "SELECT rid FROM composite WHERE param \(oneOf: param)"
    case .token:
      let words = Expression.keys(keys, .text)
      return """
        SELECT rid FROM idx WHERE param \(oneOf: Expression.keys(keys, .value)) \
        UNION ALL SELECT rid FROM txt WHERE param \(oneOf: words)
        """
    case .reference:
      let param = Expression.keys(keys, [.value, .identifier])
      return "SELECT rid FROM idx WHERE param \(oneOf: param)"
    case .date, .number, .quantity, .special:
      let param = Expression.keys(keys, [.value, .long])
      return "SELECT rid FROM idx WHERE param \(oneOf: param)"
    }
  }

  // MARK: Leaves

  /// The rows that a leaf is found by; nil for anything that is not found by rows.
  func rows(_ leaf: Expression) -> [RowSelect]? {
    switch leaf {
    case .token(let keys, let value): Expression.rows(keys, value)
    case .codes(let keys, let set): Expression.rows(keys, set)
    case .string(let keys, let value): Expression.rows(keys, value)
    case .uri(let keys, let value): Expression.rows(keys, value)
    case .range(let keys, let value): value.rows(keys)
    case .quantity(let keys, let value): value.rows(keys)
    case .reference(let keys, let value): Expression.rows(keys, value)
    case .composite(let keys, let values): Expression.rows(keys, values)
    case .ids(let ids): [self.ids(ids)]
    case .chain(let keys, let type, let inner): [chain(keys, type, inner)]
    case .has(let keys, let type, let inner): [has(keys, type, inner)]
    case .compartment(let type, let id, let keys): [compartment(type, id, keys)]
    case .list(let id, let keys): [list(id, keys)]
    case .fullText(let value): [fullText(value)]
    case .updated(let value):
      [
        RowSelect(
          table: .resource,
          condition: "\(ofTypes("")) AND \(value.condition("updated", "updated"))")
      ]
    case .sequence(let range):
      [
        RowSelect(
          table: .resource,
          condition:
            "\(ofTypes("")) AND sequence BETWEEN \(range.lowerBound) AND \(range.upperBound)")
      ]
    case .types(let types):
      [RowSelect(table: .resource, condition: SQLPrinter(types: types).ofTypes(""))]
    case .all, .none, .and, .or, .not, .missing: nil
    }
  }

  private func ids(_ ids: [String]) -> RowSelect {
    let numbers = types.map { SQLValue.integer(Int64($0.rawValue)) }
    return RowSelect(
      table: .ident,
      condition: "id \(oneOf: ids.map { SQLValue.id($0) }) AND type \(oneOf: numbers)")
  }

  private func chain(_ keys: ParameterKeys, _ type: TypeID, _ inner: Expression) -> RowSelect {
    let param = Expression.keys(keys, .value)
    let targets = SQLPrinter(types: [type]).set(inner)
    return RowSelect(
      table: .idx,
      condition:
        "param \(oneOf: param) AND lo IN (SELECT +rid FROM (\(targets))) AND hi = 0")
  }

  private func has(_ keys: ParameterKeys, _ type: TypeID, _ inner: Expression) -> RowSelect {
    let param = Expression.keys(keys, .value)
    let holds = SQLPrinter(types: [type]).condition(inner, "idx.rid")
    return RowSelect(
      table: .idx,
      condition: "param \(oneOf: param) AND hi = 0 AND \(holds)",
      column: "lo")
  }

  private func compartment(_ type: TypeID, _ id: String, _ keys: ParameterKeys) -> RowSelect {
    let param = Expression.keys(keys, .value)
    return RowSelect(
      table: .idx,
      condition: "param \(oneOf: param) AND \(Expression.target([type], id)) AND hi = 0",
      isPoint: param.count == 1)
  }

  private func list(_ id: String, _ keys: ParameterKeys) -> RowSelect {
    let lists = Schema.r4.type(named: "List").map { [$0] } ?? []
    let param = Expression.keys(keys, .value)
    return RowSelect(
      table: .idx,
      condition: "param \(oneOf: param) AND hi = 0 AND rid = (\(Expression.ident(lists, id)))",
      column: "lo")
  }

  private func fullText(_ value: FullTextValue) -> RowSelect {
    guard let match = value.match else { return RowSelect(table: .fulltext, condition: "0") }
    return RowSelect(table: .fulltext, condition: "fulltext MATCH \(match)", column: "rowid")
  }
}

extension Expression {
  /// Whether it is found by rows of the index, so that nothing else has to be looked at.
  var isPositive: Bool {
    switch self {
    case .all, .not, .missing, .updated, .sequence, .types: false
    case .and(let parts): parts.contains(where: \.isPositive)
    case .or(let parts): parts.allSatisfy(\.isPositive)
    default: true
    }
  }

  /// Whether only resources of the types searched can be found.
  var isOfType: Bool {
    switch self {
    case .all, .not, .missing, .updated, .sequence, .has, .list, .fullText: false
    case .and(let parts): parts.contains(where: \.isOfType)
    case .or(let parts): parts.allSatisfy(\.isOfType)
    default: true
    }
  }
}

extension FullTextValue {
  /// The query of FTS5: all terms, each a phrase of words or of pairs of ideographs; nil for no
  /// words.
  var match: String? {
    let phrases = terms.map { Bigrams.phrase(of: $0) }.filter { !$0.isEmpty }
    if phrases.isEmpty { return nil }
    return "{\(column.rawValue)} : (" + phrases.joined(separator: " AND ") + ")"
  }
}
