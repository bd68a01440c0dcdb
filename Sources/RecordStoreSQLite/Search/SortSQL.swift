import FHIR
import FHIRSearch

/// The statement of a sorted page of many matches; few are sorted in memory.
///
/// Resources without a value come last in either direction.
struct SortSQL {
  let page: PageSQL
  let keys: [SortKey]

  /// The next matches beyond a cursor; backward in the opposite order.
  func statement(_ cursor: SearchCursor?, limit: Int) throws(Anomaly) -> SQLText {
    let source = page.source
    var joins: SQLText = ""
    var columns: [SQLText] = []
    for (index, key) in keys.enumerated() {
      let (join, column) = try column(key, index)
      joins = "\(joins)\(join)"
      columns.append(column)
    }
    let isBackward = cursor?.isBackward ?? false
    let names = keys.indices.map { "k\($0)" }
    var order = zip(names, keys).map { name, key in
      "\(name) \(key.isDescending != isBackward ? "DESC" : "ASC")"
    }
    order.append("rid \(isBackward ? "DESC" : "ASC")")
    let selected = zip(columns, names).map { column, name -> SQLText in
      "\(column) AS \(raw: name)"
    }
    let bound = cursor.map { beyond($0) } ?? "1"
    return """
      SELECT * FROM (SELECT \(raw: PageSQL.columns), \(.joined(selected, by: ", ")) \
      FROM \(source.tables)\(joins) WHERE \(source.conditions)) WHERE \(bound) \
      ORDER BY \(raw: order.joined(separator: ", ")) LIMIT \(limit)
      """
  }

  /// The value that a resource is sorted by, never null.
  private func column(_ key: SortKey, _ index: Int) throws(Anomaly) -> (SQLText, SQLText) {
    switch key.key {
    case .lastUpdated: return ("", "r.sequence")
    case .id: return ("", Self.idColumn)
    case .parameter(let keys):
      let choice = key.isDescending ? "MAX" : "MIN"
      // A blob is behind every number and text, the least integer before them.
      let missing: SQLText = key.isDescending ? "-9223372036854775807" : "x'ff'"
      let table: String
      let value: String
      switch keys.type {
      case .string, .uri: (table, value) = ("txt", "text")
      case .date, .number, .quantity: (table, value) = ("idx", "lo")
      default:
        throw Anomaly(
          .unsupported,
          "More than \(SortedRead.limit) matches cannot be sorted by '\(keys.code)'; narrow it",
          chinese: "结果超过 \(SortedRead.limit) 条,不能按“\(keys.code)”排序,请缩小范围",
          code: .tooCostly)
      }
      let variants: [IndexVariant] = table == "txt" ? [.value] : [.value, .long]
      let param = Expression.keys(keys, variants)
      let join: SQLText = """
         LEFT JOIN (SELECT rid, \(raw: choice)(\(raw: value)) AS k FROM \(raw: table) \
        WHERE param \(oneOf: param) GROUP BY rid) AS s\(raw: String(index)) \
        ON s\(raw: String(index)).rid = r.rid
        """
      return (join, "COALESCE(s\(raw: String(index)).k, \(missing))")
    }
  }

  /// The logical id as text: UUIDs lie in the table as 16 bytes.
  private static let idColumn: SQLText = """
    CASE typeof(r.id) WHEN 'text' THEN r.id ELSE lower(substr(hex(r.id), 1, 8) || '-' || \
    substr(hex(r.id), 9, 4) || '-' || substr(hex(r.id), 13, 4) || '-' || \
    substr(hex(r.id), 17, 4) || '-' || substr(hex(r.id), 21)) END
    """

  /// What comes behind the cursor: greater in the first key that differs.
  private func beyond(_ cursor: SearchCursor) -> SQLText {
    var bound: SQLText = "rid \(raw: cursor.isBackward ? "<" : ">") \(cursor.rid)"
    for index in keys.indices.reversed() where index < cursor.keys.count {
      let name = "k\(index)"
      let sign = keys[index].isDescending != cursor.isBackward ? "<" : ">"
      let value: SQLText
      switch cursor.keys[index] {
      case .integer(let number): value = "\(number)"
      case .real(let number): value = "\(SQLValue.real(number))"
      case .text(let bytes): value = "\(String(decoding: bytes, as: UTF8.self))"
      case .missing: value = keys[index].isDescending ? "-9223372036854775807" : "x'ff'"
      }
      bound = """
        (\(raw: name) \(raw: sign) \(value) OR (\(raw: name) = \(value) AND \(bound)))
        """
    }
    return bound
  }
}
