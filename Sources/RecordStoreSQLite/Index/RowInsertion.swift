import FHIR
import FHIRSearch

/// Inserts rows many at once: a row of a statement with many costs half of one with its own.
struct RowInsertion: Sendable {
  private let columns: Int
  /// The statements by how many rows they insert, most first.
  private let statements: [(count: Int, sql: String)]

  static let numbers = RowInsertion("idx", ["param", "lo", "hi", "rid"])
  static let texts = RowInsertion("txt", ["param", "text", "rid"])
  static let tuples = RowInsertion(
    "composite", ["param", "lo1", "hi1", "lo2", "hi2", "lo3", "hi3", "rid"])

  private init(_ table: String, _ names: [String]) {
    columns = names.count
    let row = "(" + names.map { _ in "?" }.joined(separator: ", ") + ")"
    statements = [32, 8, 1].map { count in
      let rows = [String](repeating: row, count: count).joined(separator: ", ")
      return (
        count,
        "INSERT OR IGNORE INTO \(table) (\(names.joined(separator: ", "))) VALUES \(rows)"
      )
    }
  }

  /// Inserts all rows; `bind` binds one, its columns behind the number that it is given.
  @inline(__always)
  func run<Row>(
    _ rows: [Row], on connection: Connection, bind: (Statement, Row, Int32) -> Void
  ) throws(Anomaly) {
    var place = 0
    for (count, sql) in statements where rows.count - place >= count {
      let statement = try connection.statement(sql)
      while rows.count - place >= count {
        for index in 0..<count {
          bind(statement, rows[place + index], Int32(index * columns))
        }
        try statement.run()
        place += count
      }
    }
  }
}

extension Statement {
  @inline(__always)
  func bind(_ number: IndexBuffer.Number, from column: Int32) {
    let isReal = number.param & 1 == 1
    bind(number.param >> 1, at: column + 1)
    bind(bound: number.low, isReal: isReal, at: column + 2)
    bind(bound: number.high, isReal: isReal, at: column + 3)
    bind(number.rid, at: column + 4)
  }

  func bind(_ text: IndexBuffer.Text, from column: Int32) {
    bind(text.param, at: column + 1)
    bind(utf8: text.bytes, at: column + 2)
    bind(text.rid, at: column + 3)
  }

  func bind(_ tuple: IndexBuffer.Tuple, from column: Int32) {
    bind(tuple.param, at: column + 1)
    for (index, value) in tuple.values.enumerated() { bind(value, at: column + Int32(index + 2)) }
    bind(tuple.rid, at: column + 8)
  }

  /// Binds a bound that was made sortable.
  @inline(__always)
  private func bind(bound: UInt64, isReal: Bool, at index: Int32) {
    if isReal {
      let bits = bound >> 63 == 1 ? bound ^ 1 << 63 : ~bound
      bind(Double(bitPattern: bits), at: index)
    } else {
      bind(Int64(bitPattern: bound ^ 1 << 63), at: index)
    }
  }

  private func bind(_ value: TupleValue, at index: Int32) {
    switch value {
    case .integer(let value): bind(value, at: index)
    case .real(let value): bind(value, at: index)
    case .text(let text): bind(text, at: index)
    case .reference: bindNull(at: index)
    }
  }
}
