import FHIR

/// A text of rows and cells, parted by commas, tabs or semicolons.
///
/// <https://www.rfc-editor.org/rfc/rfc4180>: a cell in quotes may hold anything, a quote twice.
struct DelimitedText {
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  /// What may part cells.
  private static let delimiters: [UInt8] = [
    UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"),
  ]
  /// How much of the text tells the delimiter.
  private static let sampleInBytes = 4_096

  init(decoding bytes: [UInt8]) throws(Anomaly) {
    let text = try TextEncoding.decode(bytes)
    let sample = text.prefix(Self.sampleInBytes)
    delimiter =
      Self.delimiters.max { one, other in
        sample.count { $0 == one } < sample.count { $0 == other }
      } ?? Self.delimiters[0]
    self.bytes = text
  }

  func sheet() throws(Anomaly) -> Sheet {
    var reader = self
    var rows: [SheetRow] = []
    while let row = try reader.row() {
      if row.isEmpty { continue }
      guard rows.count < Sheet.rowLimit else {
        throw .incorrect(
          "The table has more than \(Sheet.rowLimit) rows", chinese: "表格超过 \(Sheet.rowLimit) 行",
          code: .tooCostly)
      }
      rows.append(row)
    }
    return Sheet(name: "", rows: rows)
  }

  /// The next row; nil at the end.
  private mutating func row() throws(Anomaly) -> SheetRow? {
    guard position < bytes.count else { return nil }
    let start = line
    var cells: [String] = []
    while true {
      cells.append(try cell())
      guard cells.count <= Sheet.columnLimit else {
        throw .incorrect(
          "Line \(start) has more than \(Sheet.columnLimit) cells",
          chinese: "第 \(start) 行超过 \(Sheet.columnLimit) 列", code: .tooCostly)
      }
      guard position < bytes.count, bytes[position] == delimiter else { break }
      position += 1
    }
    if position < bytes.count, bytes[position] == Self.carriageReturn { position += 1 }
    if position < bytes.count, bytes[position] == Self.newline { position += 1 }
    line += 1
    return SheetRow(line: start, cells: cells)
  }

  private mutating func cell() throws(Anomaly) -> String {
    guard position < bytes.count, bytes[position] == Self.quote else { return plain() }
    let start = line
    var text: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        guard position < bytes.count, bytes[position] == Self.quote else {
          // What stands behind the closing quote belongs to the cell too.
          return trimmed(text[...]) + plain()
        }
        position += 1
      } else if byte == Self.newline {
        line += 1
      }
      text.append(byte)
    }
    throw .incorrect(
      "The quote opened in line \(start) is not closed", chinese: "第 \(start) 行的引号没有闭合",
      code: .structure)
  }

  private mutating func plain() -> String {
    let start = position
    while position < bytes.count, bytes[position] != delimiter, bytes[position] != Self.newline,
      bytes[position] != Self.carriageReturn
    {
      position += 1
    }
    return trimmed(bytes[start..<position])
  }

  private func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self).trimmed
  }
}

extension String {
  /// Without white space at its ends, that of Chinese text included.
  var trimmed: String {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || scalar == "\u{FEFF}"
    }
    var scalars = unicodeScalars[...]
    while let first = scalars.first, isBlank(first) { scalars = scalars.dropFirst() }
    while let last = scalars.last, isBlank(last) { scalars = scalars.dropLast() }
    return String(scalars)
  }
}
