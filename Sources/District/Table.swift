import Embedded
import FHIR

/// A table of `Data/district`: comment lines, a line of column names, then rows of tab-separated
/// cells.
struct Table {
  let path: String
  private let columns: [Substring: Int]
  private let cells: [[Substring]]

  /// One row of a table, its cells by column name.
  struct Row {
    fileprivate let table: Table
    fileprivate let cells: [Substring]
  }

  init(_ name: String) throws(Anomaly) {
    path = "district/" + name
    var length = 0
    guard let bytes = embedded_table(path, &length) else {
      throw .fault("The program carries no table \(path).")
    }
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    var lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    guard !lines.isEmpty else { throw .fault("The table \(path) is empty.") }
    let names = lines.removeFirst().split(separator: "\t")
    columns = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    cells = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    for (row, line) in zip(cells, lines) where row.count != names.count {
      throw .fault("\(path): \(row.count) cells instead of \(names.count) in “\(line)”.")
    }
  }

  var rows: [Row] { cells.map { Row(table: self, cells: $0) } }
}

extension Table.Row {
  func text(_ column: String) throws(Anomaly) -> String {
    guard let place = table.columns[column[...]] else {
      throw .fault("\(table.path) has no column “\(column)”.")
    }
    return String(cells[place])
  }

  func number(_ column: String) throws(Anomaly) -> Double {
    let text = try text(column)
    guard let number = Double(text) else {
      throw .fault("\(table.path): “\(text)” in column “\(column)” is no number.")
    }
    return number
  }

  func whole(_ column: String) throws(Anomaly) -> Int {
    let text = try text(column)
    guard let number = Int(text) else {
      throw .fault("\(table.path): “\(text)” in column “\(column)” is no whole number.")
    }
    return number
  }

  /// The words of a cell, separated by spaces.
  func words(_ column: String) throws(Anomaly) -> [String] {
    try text(column).split(separator: " ").map(String.init)
  }
}

extension Sequence {
  /// `map` whose transformation may throw an anomaly.
  func mapping<Value>(
    _ transform: (Element) throws(Anomaly) -> Value
  ) throws(Anomaly) -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try transform(element)) }
    return values
  }
}
