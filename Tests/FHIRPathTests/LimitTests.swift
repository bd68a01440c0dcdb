import FHIR
import FHIRPath
import Testing

@Suite("Limits and errors of FHIRPath") struct LimitTests {
  static let environment = Environment(now: PartialDate(milliseconds: 0))

  func evaluate(_ text: String) throws -> [Value] {
    let document = try JSONDocument.parse(
      #"{"resourceType":"Patient","id":"1","name":[{"given":["A","B"]}]}"#)
    return try Path.evaluate(text, on: document, Self.environment)
  }

  @Test(arguments: ["(", "-", "name.where(", "iif(true,", "{", "1+(", "a.", "[", "not("])
  func `a hundred thousand levels are an error and no crash`(part: String) {
    #expect(throws: Anomaly.self) { try evaluate(String(repeating: part, count: 100_000)) }
    #expect(throws: Anomaly.self) { try evaluate(String(repeating: part, count: 6_000)) }
  }

  @Test func `what is within the limits works, however deep`() async throws {
    let open = String(repeating: "(", count: 250)
    let close = String(repeating: ")", count: 250)
    let sum = "1" + String(repeating: "+1", count: 250)
    let result = try await Task.detached {
      let document = try JSONDocument.parse(#"{"resourceType":"Patient"}"#)
      return try [
        open + "1" + close, sum,
        String(repeating: "iif(true,", count: 200) + "1"
          + String(repeating: ")", count: 200),
      ].flatMap {
        try Path.evaluate($0, on: document, Self.environment).map(\.shownText)
      }
    }.value
    #expect(result == ["1", "251", "1"])
  }

  @Test func `long chains are an error and no crash`() {
    let chains = [
      "1" + String(repeating: "+1", count: 20_000),
      "name" + String(repeating: ".name", count: 9_000),
      "true" + String(repeating: " and true", count: 5_000),
      "1" + String(repeating: "[0]", count: 9_000),
      "1" + String(repeating: " is Integer", count: 4_000),
    ]
    for chain in chains { #expect(throws: Anomaly.self) { try evaluate(chain) } }
  }

  @Test(arguments: [
    "1.repeat($this + 1)", "(1|2).repeatAll($this)",
    "1.repeatAll($this | $this + 1)",
    "('a' & 'b').replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxx').replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxx')"
      + ".replace('', 'xxxxxxxxxxxxxxxxxxxxxxxx').replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxx')"
      + ".replace('', 'xxxxxxxxxxxxxxxxxxxxxxxx').replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxx')",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.matches('((a{900}){900}){900}')",
  ])
  func `no expression runs away`(expression: String) throws {
    let document = try JSONDocument.parse(#"{"resourceType":"Patient"}"#)
    var environment = Self.environment
    environment.limits.steps = 200_000
    let error = try #require(throws: Anomaly.self) {
      try Path.evaluate(expression, on: document, environment)
    }
    #expect(error.code == .tooCostly)
  }

  @Test func `a pattern that makes others backtrack for years takes no time`() throws {
    let text = String(repeating: "a", count: 2_000)
    let found = try evaluate(
      "'\(text)'.matches('^(a+)+$') and '\(text)b'.matches('^(a|aa)+$').not()")
    #expect(found.map(\.shownText) == ["true"])
  }

  @Test func `an error draws the place, in both languages`() throws {
    let error = try #require(throws: Anomaly.self) { try evaluate("name.givn.first()") }
    #expect(
      error.message == """
        FHIRPath line 1, column 6: HumanName has no element 'givn'; did you mean 'given'?
        name.givn.first()
             ^
        """)
    #expect(error.chinese?.contains("第 1 行第 6 列") == true)
    let function = try #require(throws: Anomaly.self) { try evaluate("name.frist()") }
    #expect(function.message.contains("did you mean 'first'?"))
    let run = try #require(throws: Anomaly.self) { try evaluate("1 + true") }
    #expect(run.message.contains("column 3") && run.message.contains("Integer and Boolean"))
  }

  @Test(arguments: [
    "name.given1", "valueString", "Observation.value", "name.given.first().foo", "active as Foo",
    "%nothing", "name(", "1 2", "'a", "`a", "@2015-13-01", "$that", "name.given.single()", "'\\q'",
    "'a' > 1", "name.first() > 1", "iif('a', 1)", "children().first()", "'a'.matches('(')",
    "'a'.matches('(a)\\\\1')", "now(1)", "1 and (1 | 2)",
  ])
  func `what cannot be meant is an error`(expression: String) {
    #expect(throws: Anomaly.self) { try evaluate(expression) }
  }
}
