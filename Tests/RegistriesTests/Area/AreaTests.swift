import FHIR
import Testing

@testable import Registries

@Suite("Divisions of the country") struct AreaTests {
  @Test func `twelve digits are province, prefecture, county, township and village`() throws {
    let code = try AreaCode("130102003005")
    #expect(code.level == .village)
    #expect(
      AreaCode.Level.allCases.map { code[$0] } == [
        "13", "1301", "130102", "130102003", "130102003005",
      ])
    #expect(try AreaCode("130102000000").level == .county)
    #expect(try AreaCode("１３").padded == "130000000000")
    #expect(try AreaCode("1301").contains(code) && !(try AreaCode("1302").contains(code)))
  }

  @Test(arguments: ["", "1", "13010", "1301020030056", "99010203", "9901", "13O1", "十三"])
  func `what is no code of a division is refused`(text: String) {
    #expect(throws: Anomaly.self) { _ = try AreaCode(text) }
  }

  @Test(arguments: [
    ("110103", "2010-06-27", ["110103"]), ("110103", "2010-06-28", ["110101"]),
    ("310102", "2026-01-01", ["310101"]), ("130421", "2020-01-01", ["130402", "130403"]),
    ("310230", "2016-06-07", ["310230"]), ("130102", "2026-01-01", ["130102"]),
  ])
  func `a merged county keeps its code in the past and resolves to what followed`(
    code: String, day: String, counties: [String]
  ) throws {
    let day = try #require(CivilDay(fhir: day))
    #expect(AreaEditions.counties(of: try AreaCode(code), on: day) == counties)
  }

  @Test func `a village of a merged county is told where it lies now`() throws {
    let succession = try #require(AreaEditions.succession(of: try AreaCode("110103004001")))
    #expect(succession.name == "崇文区" && succession.successors == ["110101"])
    #expect(AreaEditions.name(of: "110101") == "东城区")
  }

  @Test func `every code of the table is one, and every successor is in the table`() throws {
    for code in AreaEditions.names.keys {
      let area = try AreaCode(code)
      for next in AreaEditions.succession(of: area)?.successors ?? [] {
        #expect(AreaEditions.name(of: next) != nil, "\(next)")
      }
    }
  }
}
