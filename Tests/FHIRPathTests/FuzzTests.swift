import FHIR
import FHIRPath
import Testing

/// Nothing that anybody types may stop the process: an error is the worst that comes of it.
@Suite("Arbitrary expressions") struct FuzzTests {
  /// A repeatable sequence of numbers (splitmix64).
  struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  static let operands = [
    "name", "name.given", "birthDate", "active", "1", "-1", "9223372036854775807", "0", "0.5", "{}",
    "99999999999999999999999999999999999999.0", "'a'", "'12'", "true", "@2024-02-29",
    "@T23:59:59.999",
    "@2024-12-31T23:59:60Z", "1 'kg'", "5 days", "$this", "$index", "$total",
    "%resource", "7 'Cel'", "9999999 years", "99999999999999 'ms'", "0.00000000001", "(1 | 2)",
  ]
  static let operators = [
    "+", "-", "*", "/", "div", "mod", "&", "|", "<", ">=", "=", "~", "!=", "!~", "in", "contains",
    "and", "or", "xor", "implies",
  ]
  static let calls = [
    "first()", "abs()", "round(40)", "power(99)", "sqrt()", "exp()", "lowBoundary(31)", "count()",
    "highBoundary()", "toQuantity('g')", "substring(1, 9)", "skip(-5)", "take(99)", "toString()",
    "repeat($this)", "where($this = 1)", "select(name)", "descendants()", "not()", "toInteger()",
    "precision()", "matches('(a|b)*c')", "replaceMatches('.', '$0$0')", "type()", "children()",
    "toDateTime()", "ln()", "truncate()", "log(0)", "encode('hex')", "split('')", "resolve()",
    "ofType(string)", "iif(true, $this)", "aggregate($total + $this)", "sort()", "join('-')",
  ]

  static func expression(_ chance: inout Chance, depth: Int) -> String {
    var text = operands.randomElement(using: &chance) ?? ""
    for _ in 0..<Int.random(in: 0...3, using: &chance) {
      text += "." + (calls.randomElement(using: &chance) ?? "")
    }
    guard depth > 0 else { return text }
    let sign = operators.randomElement(using: &chance) ?? "+"
    return "(" + text + ") " + sign + " (" + expression(&chance, depth: depth - 1) + ")"
  }

  @Test func `random expressions end in values or errors`() throws {
    let document = try JSONDocument.parse(
      """
      {"resourceType":"Patient","id":"1","active":true,"birthDate":"1974-12-25",
      "name":[{"family":"A","given":["B","C"]}]}
      """)
    var environment = Environment(now: PartialDate(milliseconds: 0))
    environment.limits.steps = 20_000
    var chance = Chance(state: 7)
    var values = 0
    var errors = 0
    for _ in 0..<1_000 {
      let text = Self.expression(&chance, depth: Int.random(in: 0...3, using: &chance))
      do {
        values += try Path(parsing: text)
          .evaluate(on: Node(resource: document.root), environment).map(\.json.text).count
      } catch { errors += 1 }
    }
    #expect(values > 100 && errors > 100)
  }

  @Test func `random text is read or refused`() {
    var chance = Chance(state: 11)
    let pieces =
      Self.operands + Self.operators + Self.calls + ["(", ")", "[", "]", "'", "`", "@", "%", "\\"]
    for _ in 0..<1_000 {
      let count = Int.random(in: 1...12, using: &chance)
      let text = (0..<count).map { _ in pieces.randomElement(using: &chance) ?? "" }.joined(
        separator: Bool.random(using: &chance) ? " " : "")
      do { _ = try Path(parsing: text) } catch { #expect(error.category == .incorrect) }
      do { _ = try Pattern(parsing: text) } catch { #expect(error.category == .incorrect) }
    }
  }

  @Test func `decimals and dates print what they were read from`() {
    var chance = Chance(state: 13)
    for _ in 0..<2_000 {
      let number = Int.random(in: -99_999...99_999, using: &chance)
      let fraction = (0..<Int.random(in: 1...9, using: &chance)).map { _ in
        String(Int.random(in: 0...9, using: &chance))
      }.joined()
      let text = number == 0 ? "0.\(fraction)" : "\(number).\(fraction)"
      #expect(ExactDecimal(text)?.description == text)
      let moment = PartialDate(
        milliseconds: .random(in: -50_000_000_000_000...200_000_000_000_000, using: &chance),
        offsetInMinutes: .random(in: -840...840, using: &chance))
      #expect(PartialDate(moment.description, as: .instant) == moment)
    }
  }
}
