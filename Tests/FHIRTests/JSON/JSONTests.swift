import FHIR
import TestSupport
import Testing

@Suite("JSON") struct JSONTests {
  private func roundTrip(_ text: String) throws -> String {
    let document = try JSONDocument.parse(text)
    var out: [UInt8] = []
    document.root.write(into: &out, isCompact: document.isCompact)
    #expect(String(decoding: JSON(document.root).encoded(), as: UTF8.self).isEmpty == false)
    return String(decoding: out, as: UTF8.self)
  }

  @Test(arguments: [
    "1.50", "1e-7", "-0", "0.10", "123456789012345678901234567890", "1E+5",
    #""\u4e2d\ud842\udfb7""#,
    #"{"a":[1,2.0,{"b":null}],"c":"𠮷"}"#, "[]", "{}", #"[[],{},"",true,false,null]"#,
  ])
  func `a value keeps its text`(text: String) throws {
    #expect(try roundTrip(text) == text)
  }

  @Test func `white space between tokens goes, inside strings it stays`() throws {
    #expect(
      try roundTrip(" { \"a b\" : [ 1 , \"x  y\" ] }\n\t") == #"{"a b":[1,"x  y"]}"#)
  }

  @Test func `escapes are resolved when the value is asked for`() throws {
    let document = try JSONDocument.parse(#"["\u4e2d\n\"\\\/ \ud842\udfb7"]"#)
    #expect(document.root.children.map(\.string) == ["中\n\"\\/ 𠮷"])
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "1e", "nul", "tru e", "\"a", "\"\u{1}\"",
    "\"\\x\"", "\"\\ud842\"", "\"\\ud842\\u0041\"", "[1 2]", "{\"a\" 1}", "{a:1}", "1 2", "'a'",
    "{\"a\":1,\"a\":2}", "{\"\\u0061\":1,\"a\":2}", "NaN", "-", "[1}",
  ])
  func `a malformed text is refused`(text: String) {
    #expect(throws: Anomaly.self) { try JSONDocument.parse(text) }
  }

  @Test(
    arguments: [
      [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
      [0x22, 0xE4, 0xB8, 0x22], [0x22, 0x80, 0x22], [0x22, 0xFF, 0x22],
    ] as [[UInt8]])
  func `a text that is not UTF-8 is refused`(bytes: [UInt8]) {
    #expect(throws: Anomaly.self) { try JSONDocument.parse(bytes) }
  }

  @Test func `an error is drawn with line, column and caret`() throws {
    let anomaly = #expect(throws: Anomaly.self) {
      try JSONDocument.parse("{\n  \"resourceType\": Patient\n}")
    }
    #expect(
      anomaly?.message == """
        JSON line 2, column 19: Expected a value
          "resourceType": Patient
                          ^
        """)
  }

  @Test func `names that only look alike are different`() throws {
    let text = "{\"\u{e9}\":1,\"e\u{301}\":2}"
    #expect(Array(try roundTrip(text).utf8) == Array(text.utf8))
    #expect(try JSON(parsing: Array(text.utf8))["e\u{301}"] == 2)
  }

  @Test func `a million open brackets are refused by depth`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    let anomaly = #expect(throws: Anomaly.self) { try JSONDocument.parse(bytes) }
    #expect(anomaly?.code == .tooCostly)
  }

  @Test func `every example of the standard survives unchanged`() throws {
    guard Reference.isPresent else { return print("SKIPPED: reference data absent") }
    for line in try Reference.lines("fhir-r4-examples/examples.ndjson.gz") {
      let document = try JSONDocument.parse(line)
      #expect(document.isCompact)
      #expect(JSON(document.root).encoded().count > 0)
      var out: [UInt8] = []
      document.root.write(into: &out, isCompact: false)
      #expect(out == line)
    }
  }
}
