import FHIR
import Testing

@testable import Pages

@Suite("Age") struct AgeTextTests {
  private func age(_ birth: String, on day: String, _ language: Language = .chinese) throws
    -> String
  {
    let birth = try #require(PartialDate(birth, as: .date))
    let day = try #require(PartialDate(day, as: .date))
    return AgeText(born: birth, on: day)?.text(language) ?? "unborn"
  }

  @Test func `a newborn's age is told in days`() throws {
    #expect(try age("2026-11-21", on: "2026-11-21") == "0天")
    #expect(try age("2026-11-01", on: "2026-11-21") == "20天")
    #expect(try age("2026-11-01", on: "2026-11-21", .english) == "20 days")
  }

  @Test func `an infant's age is told in months and days`() throws {
    #expect(try age("2026-06-09", on: "2026-11-21") == "5个月12天")
    #expect(try age("2026-06-21", on: "2026-11-21") == "5个月")
    #expect(try age("2026-01-31", on: "2026-03-01") == "1个月1天")
  }

  @Test func `a small child's age is told in years and months, anybody else's in years`() throws {
    #expect(try age("2024-08-20", on: "2026-11-21") == "2岁3个月")
    #expect(try age("2024-11-21", on: "2026-11-21") == "2岁")
    #expect(try age("1980-11-22", on: "2026-11-21") == "45岁")
    #expect(try age("1980-11-21", on: "2026-11-21") == "46岁")
    #expect(try age("2004-02-29", on: "2026-02-28") == "21岁")
  }

  @Test func `an age is as exact as the date of birth`() throws {
    #expect(try age("1980", on: "2026-11-21") == "46岁")
    #expect(try age("2026-06", on: "2026-11-21") == "5个月")
    #expect(try age("2027-01-01", on: "2026-11-21") == "unborn")
  }
}
