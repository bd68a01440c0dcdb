import FHIR
import Testing

@testable import Terminology

/// Published lists become editions of a code system.
@Suite struct CodeListTests {
  private func read(
    _ rows: [[String]], _ hierarchy: ListHierarchy = .column, adding: [ListedCode] = []
  ) throws -> CodeListReader {
    let found = try CodeListColumns.find(in: rows)
    var reader = CodeListReader(found.columns, hierarchy, adding: adding)
    for (index, row) in rows.enumerated().dropFirst(found.rowsAbove) {
      reader.read(row, line: index + 1)
    }
    reader.arrange()
    return reader
  }

  private func system(_ edition: CodeListEdition) throws -> CodeSystem {
    let document = try JSONDocument.parse(edition.encoded())
    defer { withExtendedLifetime(document) {} }
    return try CodeSystem(document.root)
  }

  private func edition(_ version: String, _ rows: [[String]]) throws -> CodeListEdition {
    CodeListEdition(
      url: "http://example.org/icd", version: version, name: "ICD",
      codes: try read(rows, .prefix).codes)
  }

  @Test func `headings are found below titles, in Chinese or English`() throws {
    let chinese = try CodeListColumns.find(in: [
      ["疾病分类与代码国家临床版2.0"], ["章", "主要编码", "附加编码", "疾病名称"], ["1", "A00", "", "霍乱"],
    ])
    #expect(chinese.rowsAbove == 2)
    #expect(chinese.columns.places[.code] == 1)
    #expect(chinese.columns.places[.display] == 3)
    #expect(chinese.columns.properties.map(\.name) == ["章", "附加编码"])
    let english = try CodeListColumns.find(in: [["Code", "Display", "Parent"]])
    #expect(english.columns.places == [.code: 0, .display: 1, .parent: 2])
  }

  @Test func `a list with a wrong heading is refused and its headings told`() {
    let error = #expect(throws: Anomaly.self) {
      try CodeListColumns.find(in: [["编号x", "内容"], ["A00", "霍乱"]])
    }
    #expect(error?.message.contains("编号x | 内容") ?? false)
  }

  @Test func `bad lines are kept apart with their place and reason, nothing is dropped`() throws {
    let rows = [
      ["编码", "名称", "上级编码", "启用日期"], ["A00", "霍乱", "", "2020-01-01"], ["", "无码", "", ""],
      ["A00", "霍乱", "", ""], ["\u{FF21}0\u{FF11}", "伤寒", "", ""], ["A02", "", "", ""],
      ["A 03", "痢疾", "", ""], ["A04", "肠炎", "Z99", ""], ["A05", "中毒", "", "昨天"],
      ["A06", "阿米巴", "A00", "2020/1/2"],
    ]
    let reader = try read(rows)
    #expect(reader.codes.map(\.code) == ["A00", "A04", "A06"])
    #expect(reader.refused.map(\.line) == [3, 4, 5, 6, 7, 9, 8])
    let wide = try #require(reader.refused.first { $0.line == 5 })
    #expect(wide.suggestion == "A01")
    #expect(wide.column == 0)
    #expect(wide.cells == rows[4])
    #expect(reader.codes[2].effective == "2020-01-02")
    #expect(reader.codes[2].parent == "A00")
  }

  @Test func `codes lie below the longest code with which they begin`() throws {
    let rows = [
      ["编码", "名称"], ["I10", "高血压"], ["I10.x00", "特发性高血压"], ["I10.x00x002", "高血压1级"],
      ["I11", "心脏病"],
    ]
    #expect(try read(rows, .prefix).codes.map(\.parent) == [nil, "I10", "I10.x00", nil])
  }

  @Test func `areas lie below the area that ends in zeros`() throws {
    let rows = [
      ["代码", "名称"], ["110000000000", "北京市"], ["110101000000", "东城区"],
      ["110101001000", "东华门街道"], ["110101001001", "多福巷社区"],
    ]
    #expect(
      try read(rows, .area).codes.map(\.parent) == [
        nil, "110000000000", "110101000000", "110101001000",
      ])
  }

  @Test func `an edition is a code system that answers`() throws {
    var edition = try edition(
      "2",
      [["编码", "名称", "别名", "章"], ["I10", "高血压", "血压高;高血压病", "9"], ["I10.x00", "特发性", "", "9"]])
    edition.effective = EffectivePeriod(start: "2020-01-01")
    edition.isPartial = true
    let system = try system(edition)
    #expect(system.about.content == .fragment)
    #expect(system.about.effective.start == "2020-01-01")
    let place = try #require(system.place(of: "I10"))
    #expect(system.designations(place).map(\.value) == ["血压高", "高血压病"])
    #expect(system.properties(place).map(\.code) == ["章"])
    #expect(system.hierarchy.below(place).count == 2)
    #expect(CodeListEdition.codes(of: system) == edition.codes)
  }

  @Test func `corrected lines are added to the edition`() throws {
    let before = try read([["编码", "名称"], ["A00", "霍乱"], ["A01", "伤寒"]]).codes
    let after = try read(
      [["编码", "名称"], ["A01", "伤寒和副伤寒"], ["A02", "沙门菌"]], adding: before)
    #expect(after.codes.map(\.display) == ["霍乱", "伤寒和副伤寒", "沙门菌"])
    #expect(after.refused.isEmpty)
  }

  @Test func `the difference tells added, removed, renamed, moved and recoded`() throws {
    let old = try edition(
      "1",
      [
        ["编码", "名称"], ["A", "甲"], ["A1", "甲一"], ["B", "乙"], ["C", "丙"], ["D", "丁"], ["X1", "迁"],
      ])
    let new = try edition(
      "2",
      [
        ["编码", "名称"], ["A", "甲"], ["A1", "甲壹"], ["C2", "丙"], ["E", "戊"], ["X", "新"], ["X1", "迁"],
        ["D", "丁"],
      ])
    let difference = EditionDifference(from: try system(old), to: try system(new))
    func codes(_ kind: EditionDifference.Kind) -> [String] {
      difference.changes.filter { $0.kind == kind }.map(\.code).sorted()
    }
    #expect(codes(.added) == ["E", "X"])
    #expect(codes(.removed) == ["B"])
    #expect(codes(.renamed) == ["A1"])
    #expect(codes(.moved) == ["X1"])
    #expect(codes(.recoded) == ["C2"])
  }

  @Test func `forty thousand codes are read and written within the bound`() throws {
    var rows = [["编码", "名称", "章"]]
    for index in 0..<40_000 { rows.append(["C\(index / 100).\(index % 100)", "疾病\(index)", "2"]) }
    let clock = ContinuousClock()
    var count = 0
    let time = try clock.measure {
      let edition = try edition("1", rows)
      count = try system(edition).count
    }
    print("FIGURE 40,000 codes from rows to a code system in memory: \(time)")
    #expect(count == 40_000)
    #expect(time < (isOptimized ? .seconds(2) : .seconds(30)))
  }
}
