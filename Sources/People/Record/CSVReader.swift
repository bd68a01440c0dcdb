/// Reads comma-separated values, RFC 4180: quoted cells may hold commas, quotes and line ends.
///
/// Works on the bytes of a whole file and copies nothing but cells with doubled quotes.
struct CSVReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var lineOfPlace = 1
  /// The line, from 1, on which the row read last begins.
  private(set) var line = 0
  private var cells: [(start: Int, end: Int, isUnquoted: Bool)] = []
  private var unquoted: [UInt8] = []

  /// A row has no more cells.
  static let cellLimit = 1_000

  /// What is wrong with one row; the next one begins on the next line.
  enum Defect: Error {
    case openQuote, textAfterQuote, tooManyCells, notUTF8
  }

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  var cellCount: Int { cells.count }

  /// Whether nothing stands on the line.
  var isBlank: Bool { cells.count == 1 && cells[0].start == cells[0].end }

  /// Reads the next row; false at the end.
  mutating func next() throws(Defect) -> Bool {
    guard place < bytes.count else { return false }
    cells.removeAll(keepingCapacity: true)
    unquoted.removeAll(keepingCapacity: true)
    line = lineOfPlace
    let start = place
    while true {
      let hasMore: Bool
      do throws(Defect) {
        hasMore =
          try bytes[place..<min(place + 1, bytes.count)].first == Self.quote
          ? quotedCell() : plainCell()
      } catch {
        skip(from: start)
        throw error
      }
      guard hasMore else { break }
      guard cells.count < Self.cellLimit else {
        skip(from: place)
        throw .tooManyCells
      }
    }
    let row = bytes[start..<place]
    if row.contains(where: { $0 >= 0x80 }), String(validating: row, as: UTF8.self) == nil {
      throw .notUTF8
    }
    return true
  }

  /// The bytes of a cell, without quotes and without spaces around them.
  func withCell<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let cell = cells[index]
    guard cell.isUnquoted else {
      return body(UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end]))
    }
    return unquoted.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[cell.start..<cell.end]))
    }
  }

  func text(_ index: Int) -> String {
    withCell(index) { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether another cell follows in the row.
  private mutating func plainCell() throws(Defect) -> Bool {
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == Self.comma || byte == Self.newline || byte == Self.carriageReturn { break }
      place += 1
    }
    cells.append((start, place, false))
    return endCell()
  }

  private mutating func quotedCell() throws(Defect) -> Bool {
    place += 1
    let start = place
    var copied: Int?
    while place < bytes.count {
      let byte = bytes[place]
      if byte == Self.quote {
        if place + 1 < bytes.count, bytes[place + 1] == Self.quote {
          if copied == nil {
            copied = unquoted.count
            unquoted.append(contentsOf: bytes[start..<place])
          }
          unquoted.append(Self.quote)
          place += 2
          continue
        }
        break
      }
      if byte == Self.newline { lineOfPlace += 1 }
      if copied != nil { unquoted.append(byte) }
      place += 1
    }
    guard place < bytes.count else { throw .openQuote }
    if let copied {
      cells.append((copied, unquoted.count, true))
    } else {
      cells.append((start, place, false))
    }
    place += 1
    guard
      place == bytes.count || bytes[place] == Self.comma || bytes[place] == Self.newline
        || bytes[place] == Self.carriageReturn
    else { throw .textAfterQuote }
    return endCell()
  }

  private mutating func endCell() -> Bool {
    guard place < bytes.count else { return false }
    if bytes[place] == Self.comma {
      place += 1
      return true
    }
    if bytes[place] == Self.carriageReturn { place += 1 }
    if place < bytes.count, bytes[place] == Self.newline { place += 1 }
    lineOfPlace += 1
    return false
  }

  /// Goes on at the line after a place, so that one bad line costs one line.
  private mutating func skip(from start: Int) {
    place = start
    lineOfPlace = line
    while place < bytes.count, bytes[place] != Self.newline { place += 1 }
    if place < bytes.count { place += 1 }
    lineOfPlace += 1
  }
}

/// A cell as it is written, RFC 4180.
package enum CSVCell {
  package static func text(_ value: String) -> String {
    guard value.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
      return value
    }
    return "\""
      + value.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
