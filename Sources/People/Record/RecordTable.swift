package import FHIR

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

  private(set) var packing = Packing()
  /// Ids by place; number 1 is that of the first record.
  private(set) var ids = Lexicon()
  private var lines: [UInt32] = []
  package private(set) var badLines: [BadLine] = []
  /// Lines named; further ones are counted.
  package static let badLinesNamed = 1_000
  package private(set) var badLineCount = 0
  /// An input of more records is refused.
  static let recordLimit = 100_000_000

  package var count: Int { packing.count }

  /// Reads a whole file.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) throws(Anomaly) {
    var reader = CSVReader(bytes)
    let fields = try Self.header(&reader)
    packing.reserve(bytes.count / 80)
    while true {
      do throws(CSVReader.Defect) {
        guard try reader.next() else { break }
      } catch {
        refuse(reader.line, error)
        continue
      }
      if reader.isBlank { continue }
      guard count < Self.recordLimit else {
        throw .incorrect(
          "More than \(Self.recordLimit) records are not linked at once.",
          chinese: "一次最多匹配 \(Self.recordLimit) 条记录")
      }
      take(reader, fields)
    }
  }

  private static func header(_ reader: inout CSVReader) throws(Anomaly) -> [SourceField] {
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

  private mutating func take(_ reader: CSVReader, _ fields: [SourceField]) {
    guard reader.cellCount == fields.count else {
      return refuse(
        reader.line, "\(reader.cellCount) cells instead of \(fields.count)",
        "有 \(reader.cellCount) 个单元格,应为 \(fields.count) 个")
    }
    let before = ids.count
    let number = reader.withCell(0) { Int(ids.intern(Self.trimmed($0))) }
    guard number != 0 else { return refuse(reader.line, "no record id", "没有记录标识") }
    guard number == before else {
      return refuse(
        reader.line, "the record id “\(reader.text(0))” is that of line \(lines[number - 1]) too",
        "记录标识“\(reader.text(0))”与第 \(lines[number - 1]) 行重复")
    }
    lines.append(UInt32(truncatingIfNeeded: reader.line))
    for (index, field) in fields.enumerated().dropFirst() {
      reader.withCell(index) { packing.put(Self.trimmed($0), field) }
    }
    packing.end()
  }

  private mutating func refuse(_ line: Int, _ defect: CSVReader.Defect) {
    switch defect {
    case .openQuote: refuse(line, "a quote is not closed", "引号没有结束")
    case .textAfterQuote: refuse(line, "text follows a closing quote", "结束引号之后还有文字")
    case .tooManyCells: refuse(line, "more than \(CSVReader.cellLimit) cells", "单元格过多")
    case .notUTF8: refuse(line, "the text is not UTF-8", "不是 UTF-8 编码")
    }
  }

  private mutating func refuse(_ line: Int, _ message: String, _ chinese: String) {
    badLineCount += 1
    guard badLines.count < Self.badLinesNamed else { return }
    badLines.append(BadLine(line: line, message: message, chinese: chinese))
  }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (start, end) = (0, bytes.count)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
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
