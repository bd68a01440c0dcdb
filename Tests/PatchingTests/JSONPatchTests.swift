import FHIR
import Patching
import TestSupport
import Testing

/// RFC 6902 and RFC 6901, beyond the cases that they give themselves.
@Suite("JSONPatch") struct JSONPatchTests {
  private func apply(_ patch: String, to text: String) throws -> String {
    let patch = try Patch(
      parsing: JSONDocument.parse(patch), contentType: "application/json-patch+json; charset=utf-8",
      now: Instant(milliseconds: 0))
    return JSON(try patch.apply(to: JSONDocument.parse(text))).text
  }

  @Test(arguments: [
    (#"[{"op":"replace","path":"/a","value":1.50}]"#, #"{"a":1,"b":2}"#, #"{"a":1.50,"b":2}"#),
    (#"[{"op":"replace","path":"","value":[]}]"#, #"{"a":1}"#, "[]"),
    (#"[{"op":"replace","path":"/0","value":[]}]"#, "[1,2]", "[[],2]"),
    (#"[{"op":"replace","path":"/0","value":1}]"#, #"{"0":0}"#, #"{"0":1}"#),
    (#"[{"op":"add","path":"/-","value":3}]"#, "[1]", "[1,3]"),
    (#"[{"op":"add","path":"/","value":3}]"#, "{}", #"{"":3}"#),
    (#"[{"op":"add","path":"/a","value":null}]"#, "{}", #"{"a":null}"#),
    (#"[{"op":"copy","from":"/a","path":"/b/-"}]"#, #"{"a":1.0,"b":[]}"#, #"{"a":1.0,"b":[1.0]}"#),
    (#"[{"op":"copy","from":"","path":"/b"}]"#, #"{"a":1}"#, #"{"a":1,"b":{"a":1}}"#),
    (#"[{"op":"move","from":"/a/b","path":"/a"}]"#, #"{"a":{"b":1}}"#, #"{"a":1}"#),
    (#"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":1}"#, #"{"a":1}"#),
    (#"[{"op":"remove","path":"/a~1b~0"}]"#, #"{"a/b~":1}"#, "{}"),
    (#"[{"op":"remove","path":"/𠮷·"}]"#, #"{"𠮷·":1}"#, "{}"),
    (#"[{"op":"remove","path":"/\u00e9"}]"#, "{\"\u{e9}\":1,\"e\u{301}\":2}", "{\"e\u{301}\":2}"),
    (#"[{"op":"test","path":"/a","value":1e2}]"#, #"{"a":100.00}"#, #"{"a":100.00}"#),
    (#"[{"op":"test","path":"/a","value":-0}]"#, #"{"a":0.0e9}"#, #"{"a":0.0e9}"#),
    (
      #"[{"op":"test","path":"","value":{"b":[1],"a":{}}}]"#, #"{"a":{},"b":[1.0]}"#,
      #"{"a":{},"b":[1.0]}"#
    ),
  ])
  func `an operation changes what it names, as written`(
    patch: String, before: String, after: String
  ) throws {
    #expect(Array(try apply(patch, to: before).utf8) == Array(after.utf8))
  }

  @Test(arguments: [
    ("{}", "A JSON Patch is an array of operations", 400),
    ("[1]", "Operation 1 has no text 'op'", 400),
    (#"[{"op":"spam","path":""}]"#, "Operation 1 has the unknown op 'spam'", 400),
    (#"[{"op":"add","path":"/a"}]"#, "Operation 1 has no 'value'", 400),
    (#"[{"op":"add","path":"a","value":1}]"#, "The JSON Pointer 'a' must begin with '/'", 400),
    (#"[{"op":"remove","path":"/~2"}]"#, "The JSON Pointer '/~2' has '~' without 0 or 1", 400),
    (#"[{"op":"move","path":"/a"}]"#, "Operation 1 has no text 'from'", 400),
    (#"[{"op":"remove","path":"/x"}]"#, "Operation 1, remove /x: '/x' does not exist", 422),
    (#"[{"op":"remove","path":""}]"#, "the whole cannot be removed", 422),
    (#"[{"op":"replace","path":"/x","value":1}]"#, "'/x' does not exist", 422),
    (#"[{"op":"add","path":"/list/3","value":1}]"#, "'/list/3' does not exist", 422),
    (#"[{"op":"add","path":"/list/01","value":1}]"#, "'/list/01' does not exist", 422),
    (#"[{"op":"add","path":"/list/-1","value":1}]"#, "'/list/-1' does not exist", 422),
    (#"[{"op":"add","path":"/list/9999999999999999999","value":1}]"#, "does not exist", 422),
    (#"[{"op":"remove","path":"/list/-"}]"#, "'/list/-' does not exist", 422),
    (#"[{"op":"add","path":"/active/x","value":1}]"#, "'/active/x' does not exist", 422),
    (#"[{"op":"move","from":"/list","path":"/list/0"}]"#, "cannot go into itself", 422),
    (#"[{"op":"test","path":"/active","value":"true"}]"#, "the value is another: true", 422),
    (#"[{"op":"test","path":"/list","value":[2,1]}]"#, "the value is another: [1,2]", 422),
    (#"[{"op":"replace","path":"/id","value":"2"}]"#, "A patch cannot change id", 422),
    (#"[{"op":"remove","path":"/id"}]"#, "A patch cannot change id", 422),
    (#"[{"op":"replace","path":"","value":{}}]"#, "A patch cannot change resourceType", 422),
  ])
  func `a patch that cannot be applied says which operation and why`(
    patch: String, message: String, status: Int
  ) throws {
    let text = #"{"resourceType":"Patient","id":"1","active":true,"list":[1,2]}"#
    let anomaly = try #require(throws: Anomaly.self) { try apply(patch, to: text) }
    #expect(anomaly.message.contains(message), "\(anomaly.message)")
    #expect((anomaly.status ?? anomaly.category.status) == status)
    #expect(anomaly.chinese != nil)
  }

  @Test func `all operations are done or none`() throws {
    let document = try JSONDocument.parse(#"{"a":[1]}"#)
    let patch = try JSONPatch(
      JSON(
        JSONDocument.parse(
          #"[{"op":"remove","path":"/a/0"},{"op":"test","path":"/a","value":1}]"#)))
    #expect(throws: Anomaly.self) { try Patch.json(patch).apply(to: document) }
    #expect(JSON(document).text == #"{"a":[1]}"#)
  }

  @Test func `copies of copies are refused before they fill the memory`() throws {
    let double = #"{"op":"copy","from":"/a","path":"/a/-"}"#
    let wide = "[" + Array(repeating: double, count: 100).joined(separator: ",") + "]"
    let anomaly = #expect(throws: Anomaly.self) { try apply(wide, to: #"{"a":[1]}"#) }
    #expect(anomaly?.code == .tooCostly)
    let text = String(repeating: "x", count: 1 << 20)
    let copies = (0..<64).map { #"{"op":"copy","from":"/a","path":"/b\#($0)"}"# }
    let long = "[" + copies.joined(separator: ",") + "]"
    #expect(throws: Anomaly.self) { try apply(long, to: #"{"a":"\#(text)"}"#) }
  }

  @Test func `a type that is no patch is named`() throws {
    let anomaly = try #require(throws: Anomaly.self) {
      try Patch(
        parsing: JSONDocument.parse("[]"), contentType: "application/xml-patch+xml",
        now: Instant(milliseconds: 0))
    }
    #expect(anomaly.status == 415)
    #expect(anomaly.message.contains("application/xml-patch+xml"))
  }

  @Test func `a bundle carries a JSON Patch in a Binary`() throws {
    let binary = #"""
      {"resourceType":"Binary","contentType":"application/json-patch+json",
      "data":"W3sib3AiOiJhZGQiLCJwYXRoIjoiL2EiLCJ2YWx1ZSI6MX1d"}
      """#
    let patch = try Patch(entry: JSONDocument.parse(binary), now: Instant(milliseconds: 0))
    #expect(JSON(try patch.apply(to: JSONDocument.parse("{}"))).text == #"{"a":1}"#)
    for wrong in [#"{"resourceType":"Binary","data":"*"}"#, #"{"resourceType":"Patient"}"#] {
      #expect(throws: Anomaly.self) {
        try Patch(entry: JSONDocument.parse(wrong), now: Instant(milliseconds: 0))
      }
    }
  }
}
