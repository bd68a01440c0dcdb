import FHIR
import Testing

@testable import Terminology

/// Lists of data elements become code systems. WS/T 363, WS/T 364.
@Suite struct DataElementTests {
  private static let headings = [
    "数据元标识符", "数据元名称", "定义", "数据元值的数据类型", "表示格式", "数据元允许值", "版本",
  ]

  private func read(_ rows: [[String]]) throws -> CodeListReader {
    let found = try CodeListColumns.find(in: [Self.headings])
    var reader = CodeListReader(found.columns, .column)
    for (index, row) in rows.enumerated() { reader.read(row, line: index + 2) }
    reader.arrange()
    return reader
  }

  @Test func `an element keeps its type, its format and its value domain`() throws {
    let rows = [
      ["DE02.01.039.00", "本人姓名", "正式登记注册的姓氏和名称", "S1", "A..50", "", "V1.2"],
      ["DE02.01.031.00", "身份证件类别代码", "", "S3", "N2", "CV02.01.101", ""],
    ]
    let reader = try read(rows)
    #expect(reader.refused.isEmpty)
    let list = CodeListEdition(
      url: "urn:x:de", version: "2023", name: "DE", codes: reader.codes)
    let document = try JSONDocument.parse(list.encoded())
    defer { withExtendedLifetime(document) {} }
    let system = try CodeSystem(document.root)
    let place = try #require(system.place(of: "DE02.01.031.00"))
    let properties = system.properties(place).map { "\($0.code)=\($0.value.text)" }
    #expect(properties == ["dataType=S3", "format=N2", "valueDomain=CV02.01.101"])
    #expect(system.propertyDefinitions.contains { $0.code == "dataType" && $0.type == "code" })
    #expect(CodeListEdition.codes(of: system).map(\.format) == ["A..50", "N2"])
  }

  @Test(arguments: [
    ("AN18", true), ("AN..18", true), ("A..50", true), ("N1", true), ("N3..5,1", true),
    ("N..4,2", true), ("D8", true), ("DT15", true), ("T6", true), ("T/F", true), ("AN..UL", true),
    ("A10..100", true), ("AN", false), ("18", false), ("X3", false), ("AN..", true),
    ("N 3", false), ("", false),
  ])
  func `a format is one of WS T 363 or none`(text: String, isFormat: Bool) {
    #expect(DataElement.isFormat(text) == isFormat)
  }

  @Test func `a type or format that is none is refused with its place`() throws {
    let reader = try read([
      ["DE02.01.005.01", "出生日期", "", "D9", "D8", "", ""],
      ["DE02.01.006.00", "出生地", "", "S1", "八位", "", ""],
      ["DE02.01.007.00", "性别", "", "S3", "N1", "GB/T 2261.1", ""],
    ])
    #expect(reader.refused.map(\.line) == [2, 3])
    #expect(reader.refused.map(\.column) == [3, 4])
    #expect(reader.refused.first?.suggestion == "D" || reader.refused.first?.suggestion == "DT")
    #expect(reader.codes.map(\.code) == ["DE02.01.007.00"])
  }

  @Test func `of other lists such columns are properties as all the rest`() throws {
    let reader = try read([["250101", "血常规", "", "检验", "数字", "", ""]])
    #expect(reader.refused.isEmpty)
    #expect(reader.codes.first?.properties.map(\.name) == ["数据类型", "表示格式"])
  }

  @Test func `a value domain is found by its identifier, and only by all of it`() throws {
    var library = Library(standard: nil)
    for url in ["urn:x:wst364/CV02.01.101", "urn:x:wst364/CV02.01.10"] {
      try library.add([
        "resourceType": "CodeSystem", "url": .string(url), "content": "complete",
        "concept": [["code": "01"]],
      ])
    }
    #expect(library.valueDomain("CV02.01.101")?.url == "urn:x:wst364/CV02.01.101")
    #expect(library.valueDomain("CV02.01.101 身份证件类别代码表")?.url.hasSuffix("101") == true)
    #expect(library.valueDomain("urn:x:wst364/CV02.01.10")?.url == "urn:x:wst364/CV02.01.10")
    #expect(library.valueDomain("CV02.01.999") == nil)
    #expect(library.valueDomain("1男 2女") == nil)
  }
}
