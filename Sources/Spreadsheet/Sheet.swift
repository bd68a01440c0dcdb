package import FHIR

/// One row of a table: where it stands in its file and what its cells say.
package struct SheetRow: Hashable, Sendable {
  /// The line of the text or the row of the sheet, counted from 1.
  package var line: Int
  package var cells: [String]

  package init(line: Int, cells: [String]) {
    self.line = line
    self.cells = cells
  }

  /// Whether nothing is written in it.
  package var isEmpty: Bool { cells.allSatisfy(\.isEmpty) }
}

/// A table from a file: the rows that have anything in them, in order.
package struct Sheet: Sendable {
  /// The name of the sheet; empty for a text.
  package var name: String
  package var rows: [SheetRow]

  package init(name: String, rows: [SheetRow]) {
    self.name = name
    self.rows = rows
  }

  /// The most rows that a table may have.
  static let rowLimit = 2_000_000
  /// The most cells that a row may have.
  static let columnLimit = 1_000

  /// The name of a column as spreadsheets count them: A, B … Z, AA.
  package static func columnName(_ index: Int) -> String {
    var name = ""
    var rest = index
    repeat {
      name = String(UnicodeScalar(UInt8(65 + rest % 26))) + name
      rest = rest / 26 - 1
    } while rest >= 0
    return name
  }

  /// Reads a file by its content: a workbook is a zip archive, anything else is a text.
  ///
  /// - Parameter sheet: the name of the sheet wanted; nil for the first.
  package static func read(_ bytes: [UInt8], sheet: String? = nil) throws(Anomaly) -> Sheet {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      return try Workbook(ZipArchive(bytes)).sheet(sheet)
    }
    if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      throw .incorrect(
        "The file is a workbook of the old form .xls; save it as .xlsx",
        chinese: "文件是旧式 .xls 工作簿,请另存为 .xlsx", code: .notSupported)
    }
    if let sheet {
      throw .incorrect(
        "A text has no sheet '\(sheet)'", chinese: "文本文件没有工作表“\(sheet)”", code: .notSupported)
    }
    return try DelimitedText(decoding: bytes).sheet()
  }
}
