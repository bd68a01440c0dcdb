import FHIR
import TestSupport
import Testing
import Ucum

@Suite("UCUM") struct UcumTests {
  /// HL7's functional tests of UCUM; one case says what its library does where the standard says
  /// nothing.
  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `the functional tests of UCUM pass`() throws {
    let cases = try JSON(parsing: Reference.bytes("ucum/functional-tests.json")).items
    var failures: [String] = []
    for test in cases {
      do {
        if let failure = try check(test) { failures.append("\(test.text): \(failure)") }
      } catch {
        failures.append("\(test.text): \(error.message)")
      }
    }
    print("CONFORMANCE ucum: \(cases.count - failures.count)/\(cases.count)")
    for failure in failures { print(failure) }
    #expect(Double(failures.count) <= 0.02 * Double(cases.count))
  }

  func check(_ test: JSON) throws(Anomaly) -> String? {
    func text(_ name: String) -> String { test[name]?.string ?? "" }
    switch text("kind") {
    case "validation":
      var isValid = true
      do { _ = try UnitCode(parsing: text("unit")) } catch { isValid = false }
      return isValid == (text("valid") == "true") ? nil : "valid: \(isValid)"
    case "displayNameGeneration":
      let display = try UnitCode(parsing: text("unit")).display
      return display == text("display") ? nil : display
    case "conversion":
      let source = try UnitCode(parsing: text("srcUnit"))
      let value = ExactDecimal(text("value")) ?? .zero
      let result = try source.convert(value, to: UnitCode(parsing: text("dstUnit")))
      return agrees(result, with: text("outcome")) ? nil : result.description
    default:
      let isQuotient = text("kind") == "division"
      let names = isQuotient ? ("v2", "u2", "v1", "u1") : ("v1", "u1", "v2", "u2")
      let divisor = (value: ExactDecimal(text(names.0)) ?? .zero, unit: text(names.1))
      let dividend = (value: ExactDecimal(text(names.2)) ?? .zero, unit: text(names.3))
      let dimension = try UnitCode(parsing: dividend.unit)
        .combined(with: UnitCode(parsing: divisor.unit), isQuotient: isQuotient)
      let value =
        isQuotient
        ? dividend.value.divided(by: divisor.value, fractionDigits: 8)
        : dividend.value.multiplied(by: divisor.value)
      guard dimension == (try UnitCode(parsing: text("uRes"))).dimension else {
        return dimension.code
      }
      return value.map { agrees($0, with: text("vRes")) } ?? false ? nil : "\(value ?? .zero)"
    }
  }

  /// To as many significant digits as the expectation has.
  func agrees(_ value: ExactDecimal, with expected: String) -> Bool {
    guard let expected = ExactDecimal(expected) else { return false }
    return value.rounded(to: expected.scale) == expected
      || value.rounded(to: expected.scale, .towardZero) == expected
  }

  @Test func `temperatures have other zeros`() throws {
    let celsius = try UnitCode(parsing: "Cel")
    let fahrenheit = try UnitCode(parsing: "[degF]")
    let kelvin = try UnitCode(parsing: "K")
    #expect(try celsius.convert(37, to: kelvin).description == "310.15")
    #expect(try fahrenheit.convert(#require(ExactDecimal("98.6")), to: celsius) == 37)
    #expect(try celsius.convert(100, to: fahrenheit) == 212)
  }

  @Test func `logarithmic scales come back`() throws {
    let pH = try UnitCode(parsing: "[pH]")
    let concentration = try UnitCode(parsing: "mol/l")
    #expect(try pH.convert(7, to: concentration) == #require(ExactDecimal("1e-7")))
    #expect(try concentration.convert(#require(ExactDecimal("1e-7")), to: pH) == 7)
  }

  @Test func `arbitrary units compare with themselves alone`() throws {
    let international = try UnitCode(parsing: "[iU]/mL")
    #expect(international.isComparable(to: try UnitCode(parsing: "k[IU]/L")))
    #expect(!international.isComparable(to: try UnitCode(parsing: "[arb'U]/mL")))
    #expect(throws: Anomaly.self) { try international.convert(1, to: UnitCode(parsing: "g/L")) }
  }

  @Test(arguments: [
    "m.", "m//s", "(m", "m)", "m-", "m0", "[foo]", "m{a", "kkg", "Cel2", "Cel.m", "m s",
  ])
  func `what is no unit is refused`(code: String) {
    #expect(throws: Anomaly.self) { try UnitCode(parsing: code) }
  }

  @Test func `a unit is known by its code`() {
    #expect(UnitCode.named("mg/dL")?.dimension.code == "g.m-3")
    #expect(UnitCode.named("mg/dl")?.canonical(1)?.description == "10")
    #expect(UnitCode.named("foo") == nil)
    #expect(UnitCode.named("foo") == nil)
  }

  @Test func `no code makes it run away`() {
    for code in [String(repeating: "(", count: 400), String(repeating: "Ym100.", count: 60) + "m"] {
      #expect(throws: Anomaly.self) { try UnitCode(parsing: code) }
    }
  }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}
