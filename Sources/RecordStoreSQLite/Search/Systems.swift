import FHIR
import FHIRSearch

/// A code without a system is looked for in every system that the index has it in: mostly one.
///
/// Then its rows come in the order of dense ids, and a page is read without sorting all matches.
extension Expression {
  /// The tree with the systems of codes, where a conjunction begins.
  func withSystems(_ connection: Connection) throws(Anomaly) -> Expression {
    switch self {
    case .token(let keys, let value) where value.system == .any && value.code != nil:
      return try Self.systems(keys, value, connection) ?? self
    case .and(let parts):
      var resolved: [Expression] = []
      for part in parts { resolved.append(try part.withSystems(connection)) }
      return Expression.and(resolved).normalized
    default: return self
    }
  }

  /// The most systems that are looked for one by one.
  private static let limit = 4

  /// One criterion for each system; nil when there are many systems or parameters.
  private static func systems(
    _ keys: ParameterKeys, _ value: TokenValue, _ connection: Connection
  ) throws(Anomaly) -> Expression? {
    guard let key = keys.keys(value.variant).first, keys.numbers.count == 1,
      let code = value.codeHash
    else { return nil }
    var found: [Expression] = []
    var last = Int64.min
    while found.count <= limit {
      let sql: SQLText = """
        SELECT hi FROM idx WHERE param = \(Int64(key)) AND lo = \(code) AND hi > \(last) \
        ORDER BY hi LIMIT 1
        """
      let row = try connection.statement(sql)
      defer { row.reset() }
      guard try row.step() else {
        return found.isEmpty ? Expression.none : Expression.or(found).normalized
      }
      last = row.int64(0)
      var token = value
      token.system = .number(last)
      found.append(.token(keys, token))
    }
    return nil
  }
}
