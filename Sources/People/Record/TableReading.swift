/// The lines of a table, read by one thread that packs some of the columns.
struct TableReading: Sendable {
  var packing = Packing()
  private(set) var ids = Lexicon()
  private(set) var lines: [UInt32] = []
  private(set) var badLines: [RecordTable.BadLine] = []
  private(set) var badLineCount = 0
  /// Whole lines that give no record after all, counted from 0; the other thread packs them too.
  private(set) var refused: [Int] = []
  private(set) var isTooLong = false
  private var wholeLines = 0
  private let isFirst: Bool

  /// - Parameter isFirst: whether this thread has the ids, and says which lines are bad.
  init(_ start: CSVReader, _ fields: [SourceField], isFirst: Bool) {
    self.isFirst = isFirst
    var reader = start
    let columns = fields.indices.dropFirst().filter { fields[$0].isFirstHalf == isFirst }
    while true {
      do throws(CSVReader.Defect) {
        guard try reader.next() else { break }
      } catch {
        refuse(reader.line, error)
        continue
      }
      if reader.isBlank { continue }
      guard reader.cellCount == fields.count else {
        refuse(
          reader.line, "\(reader.cellCount) cells instead of \(fields.count)",
          "有 \(reader.cellCount) 个单元格,应为 \(fields.count) 个")
        continue
      }
      guard wholeLines < RecordTable.recordLimit else {
        isTooLong = true
        break
      }
      wholeLines += 1
      if isFirst, !takeID(reader) { continue }
      for index in columns {
        reader.withCell(index) { packing.put(Self.trimmed($0), fields[index]) }
      }
      packing.end()
    }
  }

  private mutating func takeID(_ reader: CSVReader) -> Bool {
    let before = ids.count
    let number = reader.withCell(0) { Int(ids.intern(Self.trimmed($0))) }
    guard number == before else {
      refused.append(wholeLines - 1)
      if number == 0 {
        refuse(reader.line, "no record id", "没有记录标识")
      } else {
        let (id, line) = (reader.text(0), lines[number - 1])
        refuse(
          reader.line, "the record id “\(id)” is that of line \(line) too",
          "记录标识“\(id)”与第 \(line) 行重复")
      }
      return false
    }
    lines.append(UInt32(truncatingIfNeeded: reader.line))
    return true
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
    guard isFirst else { return }
    badLineCount += 1
    guard badLines.count < RecordTable.badLinesNamed else { return }
    badLines.append(RecordTable.BadLine(line: line, message: message, chinese: chinese))
  }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (start, end) = (0, bytes.count)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }
}

extension SourceField {
  /// Whether the thread that has the ids packs the column; the two have about as much to do.
  fileprivate var isFirstHalf: Bool {
    switch self {
    case .id, .source, .ignored, .name, .surname, .given, .gender, .birthDate, .postalCode: true
    default: false
    }
  }
}

extension Packing {
  /// Takes the columns that another packing of the same lines has.
  ///
  /// - Parameter refused: lines of the other that are no records here, in order.
  mutating func adopt(_ other: Packing, without refused: [Int]) {
    let traits: [Trait] = Trait.allCases.filter {
      ![.surname, .given, .birth, .gender, .postalCode].contains($0)
    }
    vocabulary.adopt(other.vocabulary, traits)
    let places = traits.map(\.rawValue) + traits.map { $0.rawValue + Trait.count }
    var next = refused[...]
    var record = 0
    for line in 0..<other.count {
      if next.first == line {
        next.removeFirst()
        continue
      }
      for place in places {
        rows[record * Self.width + place] = other.rows[line * Self.width + place]
      }
      record += 1
    }
    adoptFindings(other, refused)
  }

  private mutating func adoptFindings(_ other: Packing, _ refused: [Int]) {
    var moved: [Finding] = []
    var before = 0
    for var finding in other.findings {
      while before < refused.count, refused[before] < finding.record { before += 1 }
      if before < refused.count, refused[before] == finding.record { continue }
      finding.record -= before
      moved.append(finding)
    }
    keep(moved, among: findingCount + other.findingCount - (other.findings.count - moved.count))
  }
}
