import FHIR
import Foundation
import Testing

@testable import Spreadsheet

/// Tables as they are published: comma-separated texts and workbooks.
@Suite struct SheetTests {
  @Test func `cells in quotes hold commas, quotes and line ends`() throws {
    let text = "编码,名称\r\nA00,\"霍乱, \"\"真性\"\"\"\r\nA01,\"伤\n寒\"\r\n\r\nA02, 沙门菌 \n"
    let sheet = try Sheet.read(Array(text.utf8))
    #expect(sheet.rows.map(\.cells)[1] == ["A00", "霍乱, \"真性\""])
    #expect(sheet.rows.map(\.cells)[2] == ["A01", "伤\n寒"])
    #expect(sheet.rows[3] == SheetRow(line: 6, cells: ["A02", "沙门菌"]))
  }

  @Test func `the delimiter is told by the text`() throws {
    #expect(try Sheet.read(Array("a\tb\n1\t2,5\n".utf8)).rows[1].cells == ["1", "2,5"])
    #expect(try Sheet.read(Array("a;b\n1;2\n".utf8)).rows[1].cells == ["1", "2"])
  }

  @Test func `a text in the national encoding is read`() throws {
    // 编码,名称 in GB 18030
    let bytes: [UInt8] = [
      0xB1, 0xE0, 0xC2, 0xEB, 0x2C, 0xC3, 0xFB, 0xB3, 0xC6, 0x0A, 0x41, 0x2C, 0xBB, 0xF4, 0xC2,
      0xD2,
    ]
    #expect(try Sheet.read(bytes).rows.map(\.cells) == [["编码", "名称"], ["A", "霍乱"]])
    #expect(throws: Anomaly.self) { try Sheet.read([0x41, 0xFF, 0x0A]) }
  }

  @Test func `a quote that is never closed is told with its line`() {
    let error = #expect(throws: Anomaly.self) { try Sheet.read(Array("a,b\n1,\"2\n".utf8)) }
    #expect(error?.message.contains("line 2") ?? false)
  }

  @Test func `columns are named as spreadsheets do`() {
    #expect(Sheet.columnName(0) == "A")
    #expect(Sheet.columnName(25) == "Z")
    #expect(Sheet.columnName(26) == "AA")
    #expect(Sheet.columnName(701) == "ZZ")
    #expect(Sheet.columnName(702) == "AAA")
  }
}

/// Workbooks, ECMA-376.
@Suite struct WorkbookTests {
  /// A workbook with a shared text, an inline text, a number and a gap.
  static let workbook = Archive([
    ("xl/workbook.xml", Self.list), ("xl/_rels/workbook.xml.rels", Self.relations),
    (
      "xl/sharedStrings.xml", "<sst><si><t>编码</t></si><si><r><t>名</t></r><r><t>称</t></r></si></sst>"
    ),
    ("xl/worksheets/sheet1.xml", Self.cells),
  ])

  private static let list =
    "<workbook xmlns:r=\"r\"><sheets><sheet name=\"甲\" r:id=\"rId1\"/></sheets></workbook>"
  private static let relations =
    "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
  private static let cells = """
    <worksheet><sheetData>\
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>\
    <row r="4"><c r="A4"><v>110101</v></c><c r="C4" t="inlineStr"><is><t>东城</t></is></c></row>\
    </sheetData></worksheet>
    """

  @Test func `shared, inline and plain cells are read at their places`() throws {
    let sheet = try Sheet.read(Self.workbook.bytes)
    #expect(sheet.name == "甲")
    #expect(
      sheet.rows == [
        SheetRow(line: 1, cells: ["编码", "", "名称"]),
        SheetRow(line: 4, cells: ["110101", "", "东城"]),
      ])
    #expect(throws: Anomaly.self) { try Sheet.read(Self.workbook.bytes, sheet: "乙") }
  }

  @Test func `every cut of a workbook is refused, none traps`() {
    let bytes = Self.workbook.bytes
    for length in stride(from: 4, to: bytes.count - 1, by: 7) {
      #expect(throws: Anomaly.self) { try Sheet.read(Array(bytes[..<length])) }
    }
  }

  @Test func `changed bytes are read or refused, none traps`() {
    let bytes = Self.workbook.bytes
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0xFF
      do throws(Anomaly) {
        _ = try Sheet.read(changed)
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test func `a file that would unpack without measure is refused unread`() {
    var bomb = Archive([("xl/workbook.xml", "<workbook/>")])
    bomb.claim(sizeInBytes: 400 << 20)
    let error = #expect(throws: Anomaly.self) { try Sheet.read(bomb.bytes) }
    #expect(error?.code == .tooLong)
  }
}

/// A zip archive in the making, its files as they are.
struct Archive {
  private(set) var bytes: [UInt8] = []
  private var firstEntry = 0

  init(_ files: [(name: String, text: String)]) {
    var directory: [UInt8] = []
    for file in files {
      let (name, data) = (Array(file.name.utf8), Array(file.text.utf8))
      let offset = bytes.count
      let head =
        Self.number(0, 4) + Self.number(0, 8) + Self.number(data.count, 4)
        + Self.number(data.count, 4) + Self.number(name.count, 2) + Self.number(0, 2)
      bytes += Self.number(0x0403_4B50, 4) + Self.number(20, 2) + head + name + data
      directory += Self.number(0x0201_4B50, 4) + Self.number(20, 2) + Self.number(20, 2) + head
      directory += Self.number(0, 10) + Self.number(offset, 4) + name
    }
    firstEntry = bytes.count
    bytes += directory
    bytes += Self.number(0x0605_4B50, 4) + Self.number(0, 6) + Self.number(files.count, 2)
    bytes += Self.number(directory.count, 4) + Self.number(firstEntry, 4) + Self.number(0, 2)
  }

  /// Makes the directory say that the first file is so large.
  mutating func claim(sizeInBytes: Int) {
    bytes.replaceSubrange(firstEntry + 24..<firstEntry + 28, with: Self.number(sizeInBytes, 4))
  }

  private static func number(_ value: Int, _ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
