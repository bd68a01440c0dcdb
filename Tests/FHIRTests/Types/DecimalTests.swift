import FHIR
import Testing

@Suite("Decimal") struct DecimalTests {
  func decimal(_ text: String) -> ExactDecimal { ExactDecimal(text) ?? .zero }

  @Test(arguments: ["0", "-1", "1.50", "0.00000001", "100", "12345678901234567890.123456789"])
  func `keeps the digits as written`(text: String) {
    #expect(ExactDecimal(text)?.description == text)
  }

  @Test(arguments: ["", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1 ", "1e3000", "NaN"])
  func `refuses what the standard's expression refuses`(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test func `an exponent counts`() {
    #expect(decimal("1e3") == decimal("1000"))
    #expect(decimal("1.5E-3").description == "0.0015")
    #expect(decimal("1e900").description == "1e900")
  }

  @Test func `equal numbers are equal whatever their digits`() {
    #expect(decimal("1.50") == decimal("1.5"))
    #expect(decimal("1.50").hashValue == decimal("1.5").hashValue)
    #expect(decimal("0.00") == .zero)
  }

  @Test func `numbers of far scales are ordered`() {
    #expect(decimal("1e900") > decimal("2"))
    #expect(decimal("-1e900") < decimal("-2"))
    #expect(decimal("1e-900") < decimal("2"))
    #expect(decimal("-2") < decimal("1e-900"))
    #expect(!(decimal("-1e-900") < decimal("-1e5")))
  }

  @Test func `arithmetic is exact`() {
    #expect(decimal("1.8").subtracting(decimal("1.2"))?.description == "0.6")
    #expect(decimal("0.1").adding(decimal("0.2"))?.description == "0.3")
    #expect(decimal("1.20").multiplied(by: decimal("3"))?.description == "3.60")
    #expect(decimal("1").divided(by: decimal("3"), fractionDigits: 8)?.description == "0.33333333")
    #expect(decimal("2").divided(by: decimal("3"), fractionDigits: 2)?.description == "0.67")
    #expect(decimal("1").divided(by: .zero, fractionDigits: 2) == nil)
  }

  @Test func `overflow is nil`() {
    let large = decimal("99999999999999999999999999999999999999")
    #expect(large.multiplied(by: large) == nil)
    #expect(large.adding(large) == nil)
  }

  @Test func `a half is rounded as asked`() {
    #expect(decimal("0.125").rounded(to: 2)?.description == "0.13")
    #expect(decimal("-0.125").rounded(to: 2)?.description == "-0.13")
    #expect(decimal("0.125").rounded(to: 2, .halfEven)?.description == "0.12")
    #expect(decimal("-0.121").rounded(to: 2, .down)?.description == "-0.13")
    #expect(decimal("0.121").rounded(to: 2, .up)?.description == "0.13")
    #expect(decimal("1.5").rounded(to: 3)?.description == "1.500")
  }

  @Test func `the written digits give the bounds of a search`() throws {
    let plain = try #require(decimal("100").bounds)
    #expect(plain.low == decimal("99.5"))
    #expect(plain.high == decimal("100.5"))
    let fine = try #require(decimal("100.00").bounds)
    #expect(fine.low == decimal("99.995"))
  }

  @Test(arguments: ["0.1", "5.4", "123456.789", "1e30", "0.0000000000000000000000012345678901"])
  func `the binary number is the nearest`(text: String) {
    #expect(decimal(text).double == Double(text))
  }
}
