import FHIR
import FHIRSearch

/// The statements of a page: matches in the order of their dense ids, or of sort keys, and their
/// number.
struct PageSQL {
  let tree: Expression
  let types: [TypeID]

  /// What is read of a match, in this order.
  static let columns =
    "r.rid, r.type, r.id, r.version, r.updated, r.sequence, r.method, r.dictionary, r.body"

  private var printer: SQLPrinter { SQLPrinter(types: types) }

  init(_ tree: Expression, _ types: [TypeID]) {
    self.tree = tree.ordered
    self.types = types
  }

  /// Which resources come next.
  enum Place: Hashable {
    case start
    case after(Int64)
    case before(Int64)
  }

  /// The next matches in the order of dense ids; before a place in falling order.
  func page(_ place: Place, limit: Int) -> SQLText {
    let source = source
    let order: SQLText
    let bound: SQLText
    switch place {
    case .start: (bound, order) = ("", "ASC")
    case .after(let last): (bound, order) = (" AND \(raw: source.rid) > \(last)", "ASC")
    case .before(let first): (bound, order) = (" AND \(raw: source.rid) < \(first)", "DESC")
    }
    return """
      SELECT \(raw: Self.columns) FROM \(source.tables) WHERE \(source.conditions)\(bound) \
      ORDER BY \(raw: source.rid) \(order) LIMIT \(limit)
      """
  }

  /// How many resources match, up to a limit.
  func total(limit: Int) -> SQLText { "SELECT COUNT(*) FROM (\(rids(limit: limit)))" }

  /// The dense ids of all matches, up to a limit.
  func rids(limit: Int) -> SQLText {
    let source = source
    return """
      SELECT DISTINCT r.rid FROM \(source.tables) WHERE \(source.conditions) LIMIT \(limit)
      """
  }

  /// Where matches come from.
  struct Source {
    var tables: SQLText
    var conditions: SQLText
    /// The column of the dense id that the rows come in the order of.
    var rid = "r.rid"
  }

  var source: Source {
    if let (rows, others) = driver {
      return Source(
        tables: """
          \(raw: rows.table.rawValue) AS m CROSS JOIN resource AS r ON r.rid = m.rid
          """, conditions: conditions(rows.condition, others, "m.rid", isOfType: true),
        rid: "m.rid")
    }
    let resource: SQLText = "resource AS r"
    if tree.isPositive {
      let start: SQLText = "r.rid IN (\(printer.set(tree)))"
      return Source(
        tables: resource,
        conditions: conditions(start, [], "r.rid", isOfType: tree.isOfType))
    }
    let condition = condition("r.rid")
    if types.count == 1 || types.count == Schema.r4.resourceTypes.count {
      return Source(
        tables: resource, conditions: "\(printer.ofTypes("r.")) AND \(condition)")
    }
    return Source(
      tables: resource, conditions: conditions(condition, [], "r.rid", isOfType: false))
  }

  private func condition(_ rid: String) -> SQLText { printer.condition(tree, rid) }

  /// The leaf whose rows already come in the order of dense ids, and what else must hold.
  private var driver: (RowSelect, [Expression])? {
    let parts = if case .and(let parts) = tree { parts } else { [tree] }
    guard let index = pointIndex(of: parts), let rows = printer.rows(parts[index]) else {
      return nil
    }
    return (rows[0], parts.indices.filter { $0 != index }.map { parts[$0] })
  }

  /// Which part of a conjunction drives the page, if any does.
  func pointIndex(of parts: [Expression]) -> Int? {
    let points = parts.indices.filter { parts[$0].isOfType && isPoint(parts[$0]) }
    return points.min { parts[$0].rank < parts[$1].rank }
  }

  /// Whether a leaf is one range of the index, in the order of dense ids.
  func isPoint(_ leaf: Expression) -> Bool {
    guard let rows = printer.rows(leaf), rows.count == 1 else { return false }
    return rows[0].isPoint && rows[0].column == "rid"
  }

  /// Adds conditions; a plus sign keeps SQLite from choosing an index of `resource` instead.
  private func conditions(
    _ start: SQLText, _ parts: [Expression], _ rid: String, isOfType: Bool
  ) -> SQLText {
    var whole = start
    for part in parts { whole = "\(whole) AND \(printer.condition(part, rid))" }
    whole = "\(whole) AND +r.deleted = 0"
    guard !isOfType, types.count < Schema.r4.resourceTypes.count else { return whole }
    let numbers = types.map { SQLValue.integer(Int64($0.rawValue)) }
    return "\(whole) AND +r.type \(oneOf: numbers)"
  }
}
