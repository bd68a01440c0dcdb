import Dispatch
package import FHIR
import Synchronization

/// The records of a table in CSV, packed for comparison.
///
/// The first column is the record's id; the others are known by their names in the header.
package struct RecordTable: Sendable {
  /// A line that gives no record, and why; all others do.
  package struct BadLine: Hashable, Sendable {
    package var line: Int
    package var message: String
    package var chinese: String
  }

  let packing: Packing
  /// Ids by place; number 1 is that of the first record.
  let ids: Lexicon
  private let lines: [UInt32]
  package let badLines: [BadLine]
  /// Lines named; further ones are counted.
  package static let badLinesNamed = 1_000
  package let badLineCount: Int
  /// An input of more records is refused.
  static let recordLimit = 100_000_000

  package var count: Int { packing.count }

  /// Reads a whole file, on two cores: each reads all lines and packs half of the columns.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) throws(Anomaly) {
    var reader = CSVReader(bytes)
    let fields = try Self.header(&reader)
    nonisolated(unsafe) let start = reader
    let halves = Mutex<[Bool: TableReading]>([:])
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let reading = TableReading(start, fields, isFirst: half == 0)
      halves.withLock { $0[half == 0] = reading }
    }
    guard var first = halves.withLock({ $0[true] }), let second = halves.withLock({ $0[false] })
    else { throw .fault("The table was not read.") }
    guard !first.isTooLong else {
      throw .incorrect(
        "More than \(Self.recordLimit) records are not linked at once.",
        chinese: "一次最多匹配 \(Self.recordLimit) 条记录")
    }
    halves.withLock { $0 = [:] }
    first.packing.adopt(second.packing, without: first.refused)
    packing = first.packing
    ids = first.ids
    lines = first.lines
    badLines = first.badLines
    badLineCount = first.badLineCount
  }

  static func header(_ reader: inout CSVReader) throws(Anomaly) -> [SourceField] {
    do throws(CSVReader.Defect) {
      guard try reader.next() else {
        throw CSVReader.Defect.openQuote
      }
    } catch {
      throw .incorrect(
        "The table has no header line that can be read.", chinese: "表格没有可读的标题行")
    }
    var fields: [SourceField] = [.id]
    for index in 1..<max(1, reader.cellCount) {
      let name = reader.text(index).trimmingSpaces
      guard let field = SourceField.byHeader[name] else {
        let nearest = SourceField.byHeader.keys.sorted().nearest(to: name)
        let hint = nearest.map { " Did you mean “\($0)”?" } ?? ""
        throw .incorrect(
          "Line 1: no column is called “\(name)”.\(hint)", chinese: "第 1 行:没有名为“\(name)”的列")
      }
      guard field == .ignored || !fields.contains(field) else {
        throw .incorrect(
          "Line 1: two columns mean the same as “\(name)”.", chinese: "第 1 行:列“\(name)”重复")
      }
      fields.append(field)
    }
    guard fields.contains(where: { $0 != .id && $0 != .source && $0 != .ignored }) else {
      throw .incorrect(
        "Line 1 names no column by which persons can be compared.",
        chinese: "第 1 行没有可用于比对人员的列")
    }
    return fields
  }

  /// The id of a record by its place.
  package func id(_ place: Int) -> String {
    String(decoding: ids.text(UInt32(place + 1)), as: UTF8.self)
  }

  /// Values kept apart, each with its line.
  package var findings: [(line: Int, finding: Finding)] {
    packing.findings.map { (Int(lines[$0.record]), $0) }
  }

  package var findingCount: Int { packing.findingCount }

  /// Compares all records with each other.
  package func link() -> Linkage { Linkage(packing) }
}

extension String {
  var trimmingSpaces: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
