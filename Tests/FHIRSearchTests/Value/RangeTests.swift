import FHIR
import Testing

@testable import FHIRSearch

/// The rules of the prefixes. <https://hl7.org/fhir/R4/search.html#prefix>
@Suite struct RangeTests {
  static func date(_ text: String) throws -> RangeValue {
    let query = try QueryTests.read("birthdate=" + text)
    guard case .range(_, let value) = query.expression else {
      throw Anomaly.fault("no range")
    }
    return value
  }

  @Test func `prefixes hold as ranges do, whatever the bounds`() {
    var chance = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bounds = (0..<4).map { _ in Int64.random(in: 0...12, using: &chance) }
      let (low, high) = (min(bounds[0], bounds[1]), max(bounds[0], bounds[1]))
      let (from, to) = (min(bounds[2], bounds[3]), max(bounds[2], bounds[3]))
      func holds(_ comparison: Comparison) -> Bool {
        RangeValue(comparison, from, to).holds(low, high)
      }
      let isContained = from <= low && high <= to
      #expect(holds(.eq) == isContained)
      #expect(holds(.ne) != holds(.eq))
      #expect(holds(.ge) == (holds(.gt) || isContained || low >= from))
      #expect(holds(.le) == (holds(.lt) || isContained || high <= to))
      #expect(!(holds(.sa) && holds(.eb)))
      #expect(holds(.ap) == !(holds(.sa) || holds(.eb)))
      if holds(.sa) { #expect(holds(.gt)) }
      if holds(.eb) { #expect(holds(.lt)) }
    }
  }

  @Test func `a fraction finer than the index is compared exactly`() throws {
    let value = try RangeTests.date("lt1980-05-11T16:32:15.5000001Z")
    let instant: Int64 = 326_910_735_500
    #expect(value.holds(instant, instant))
    #expect(!(try RangeTests.date("lt1980-05-11T16:32:15.4999999Z")).holds(instant, instant))
    #expect((try RangeTests.date("sa1980-05-11T16:32:15.4999999Z")).holds(instant, instant))
  }

  @Test(arguments: [
    ("100", 99.5, 100.5), ("100.00", 99.995, 100.005), ("1e2", 50, 150), ("5.4", 5.35, 5.45),
  ])
  func `the digits of a number are its precision`(text: String, low: Double, high: Double) throws {
    let query = try QueryTests.read("probability=" + text, of: "RiskAssessment")
    guard case .range(_, let value) = query.expression else {
      Issue.record("no range")
      return
    }
    #expect(value.low == .real(low))
    #expect(value.high == .real(high.nextDown))
  }

  @Test func `escapes come back as they were, whatever the text`() {
    var chance = SystemRandomNumberGenerator()
    let letters = Array(#"ab,$|\ 血"#)
    for _ in 0..<5_000 {
      let parts = (0..<Int.random(in: 1...4, using: &chance)).map { _ in
        String(
          (0..<Int.random(in: 0...6, using: &chance)).map { _ in
            letters.randomElement(using: &chance) ?? "a"
          })
      }
      for separator in [",", "$", "|"] {
        let text = parts.map(Self.escaped).joined(separator: separator)
        let value = QueryValue(whole: text, offset: 0, text: text[...])
        #expect(value.split(Character(separator)).map(\.unescaped) == parts)
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    text.map { ",$|\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
