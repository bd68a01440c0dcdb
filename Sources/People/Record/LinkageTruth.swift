package import FHIR

/// Who is who in truth, to score a linkage with; the linkage itself never sees it.
package struct LinkageTruth: Sendable {
  /// Pairs of places, the lower in the upper half, in order.
  private var pairs: [UInt64] = []

  /// Pairs found, and how many of them are right.
  package struct Quality: Hashable, Sendable {
    package var found: Int
    package var right: Int
    package var expected: Int

    package var precision: Double { found == 0 ? 1 : Double(right) / Double(found) }
    package var recall: Double { expected == 0 ? 1 : Double(right) / Double(expected) }
    package var f1: Double {
      found + expected == 0 ? 1 : 2 * Double(right) / Double(found + expected)
    }
  }

  /// An entity of more records is refused: its pairs would be too many.
  static let recordsPerEntity = 10_000

  /// Reads a table with the header `id,entity` or `left,right`.
  package init(_ bytes: UnsafeBufferPointer<UInt8>, of table: RecordTable) throws(Anomaly) {
    var reader = CSVReader(bytes)
    guard try Self.next(&reader), reader.cellCount == 2 else { throw Self.headerAnomaly }
    switch (reader.text(0).trimmingSpaces, reader.text(1).trimmingSpaces) {
    case ("left", "right"): try readPairs(&reader, table)
    case (_, "entity"): try readEntities(&reader, table)
    default: throw Self.headerAnomaly
    }
    pairs.sort()
  }

  private static let headerAnomaly = Anomaly.incorrect(
    "The header of the truth must be “id,entity” or “left,right”.",
    chinese: "真值表的标题行须为 id,entity 或 left,right")

  private static func next(_ reader: inout CSVReader) throws(Anomaly) -> Bool {
    do throws(CSVReader.Defect) {
      repeat {
        guard try reader.next() else { return false }
      } while reader.isBlank
      return true
    } catch {
      throw .incorrect(
        "Line \(reader.line) of the truth cannot be read: \(error).",
        chinese: "真值表第 \(reader.line) 行无法读取")
    }
  }

  /// The place of a record; one that gave no record is not asked for.
  private static func place(
    _ reader: CSVReader, _ cell: Int, _ table: RecordTable
  ) throws(Anomaly) -> UInt32? {
    guard cell < reader.cellCount, reader.cellCount == 2 else {
      throw .incorrect(
        "Line \(reader.line) of the truth has \(reader.cellCount) cells instead of 2.",
        chinese: "真值表第 \(reader.line) 行应有 2 个单元格")
    }
    let number = reader.withCell(cell) { table.ids.find($0) }
    if let number { return number - 1 }
    if table.badLineCount > 0 { return nil }
    throw .incorrect(
      "Line \(reader.line) of the truth names “\(reader.text(cell))”, which is no record.",
      chinese: "真值表第 \(reader.line) 行的“\(reader.text(cell))”不是输入中的记录")
  }

  private mutating func readPairs(
    _ reader: inout CSVReader, _ table: RecordTable
  ) throws(Anomaly) {
    while try Self.next(&reader) {
      guard let left = try Self.place(reader, 0, table),
        let right = try Self.place(reader, 1, table), left != right
      else { continue }
      pairs.append(Self.packed(left, right))
    }
  }

  private mutating func readEntities(
    _ reader: inout CSVReader, _ table: RecordTable
  ) throws(Anomaly) {
    var entities = Lexicon()
    var members: [[UInt32]] = [[]]
    while try Self.next(&reader) {
      guard let place = try Self.place(reader, 0, table) else { continue }
      let entity = Int(reader.withCell(1) { entities.intern($0) })
      if entity == 0 { continue }
      if entity == members.count { members.append([]) }
      guard members[entity].count < Self.recordsPerEntity else {
        throw .incorrect(
          "Line \(reader.line) of the truth: “\(reader.text(1))” has too many records.",
          chinese: "真值表第 \(reader.line) 行:“\(reader.text(1))”的记录过多")
      }
      for other in members[entity] where other != place {
        pairs.append(Self.packed(place, other))
      }
      members[entity].append(place)
    }
  }

  private static func packed(_ one: UInt32, _ other: UInt32) -> UInt64 {
    UInt64(min(one, other)) << 32 | UInt64(max(one, other))
  }

  /// How many pairs of the groups are right, and how many right ones there are.
  package func quality(of groups: [[UInt32]]) -> Quality {
    var distinct = pairs
    if !distinct.isEmpty {
      var kept = 1
      for place in 1..<distinct.count where distinct[place] != distinct[place - 1] {
        distinct[kept] = distinct[place]
        kept += 1
      }
      distinct.removeLast(distinct.count - kept)
    }
    var quality = Quality(found: 0, right: 0, expected: distinct.count)
    for group in groups {
      for (index, one) in group.enumerated() {
        for other in group[(index + 1)...] {
          quality.found += 1
          if Self.contains(distinct, Self.packed(one, other)) { quality.right += 1 }
        }
      }
    }
    return quality
  }

  private static func contains(_ sorted: [UInt64], _ value: UInt64) -> Bool {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == value
  }
}
