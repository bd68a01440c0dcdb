import FHIR
import TestSupport
import Testing

@Suite("JSONSplice") struct JSONSpliceTests {
  private func without(_ text: String) throws -> String {
    String(decoding: try JSONSplice.withoutIdentity(JSONDocument.parse(text)), as: UTF8.self)
  }

  private func with(_ body: String, id: String = "a", version: Int = 12) -> String {
    let bytes = JSONSplice.withIdentity(
      Array(body.utf8), id: id, version: version, lastUpdated: Instant(milliseconds: 0))
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (#"{"resourceType":"Patient"}"#, #"{"resourceType":"Patient"}"#),
    (
      #"{"resourceType":"Patient","id":"1","active":true}"#,
      #"{"resourceType":"Patient","active":true}"#
    ),
    (
      #"{"id":"1","active":true,"resourceType":"Patient"}"#,
      #"{"resourceType":"Patient","active":true}"#
    ),
    (
      #"{"resourceType":"Patient","active":true,"meta":{"versionId":"1","lastUpdated":"x"}}"#,
      #"{"resourceType":"Patient","active":true}"#
    ),
    (
      #"""
      {"resourceType":"Patient","active":true,"meta":{"versionId":"1","tag":[{"code":"a"}],\#
      "source":"b"}}
      """#,
      #"{"resourceType":"Patient","meta":{"tag":[{"code":"a"}],"source":"b"},"active":true}"#
    ),
    (
      #"""
      {"resourceType":"Patient","contained":[{"resourceType":"Group","id":"g","meta":\#
      {"versionId":"2"}}]}
      """#,
      #"""
      {"resourceType":"Patient","contained":[{"resourceType":"Group","id":"g","meta":\#
      {"versionId":"2"}}]}
      """#
    ),
    (
      #"{"resourceType":"Patient","\u0069d":"1","m\u0065ta":{"version\u0049d":"1"}}"#,
      #"{"resourceType":"Patient"}"#
    ),
    (
      "{ \"resourceType\" : \"Basic\",\n \"id\" : \"1\", \"note\" : \"a  b\" }",
      #"{"resourceType":"Basic","note":"a  b"}"#
    ),
  ])
  func `the body has neither id nor versionId nor lastUpdated`(text: String, body: String) throws {
    #expect(try without(text) == body)
  }

  @Test(arguments: [
    (
      #"{"resourceType":"Patient"}"#,
      #"""
      {"resourceType":"Patient","id":"a","meta":{"versionId":"12",\#
      "lastUpdated":"1970-01-01T00:00:00.000Z"}}
      """#
    ),
    (
      #"{"resourceType":"Patient","meta":{"source":"b"},"active":true}"#,
      #"""
      {"resourceType":"Patient","id":"a","meta":{"versionId":"12",\#
      "lastUpdated":"1970-01-01T00:00:00.000Z","source":"b"},"active":true}
      """#
    ),
  ])
  func `the identity stands behind resourceType`(body: String, text: String) {
    #expect(JSONSplice.isWithoutIdentity(Array(body.utf8)))
    #expect(with(body) == text)
  }

  @Test(arguments: [
    "[]", "1", "{}", #"{"resourceType":1}"#, #"{"resourceType":"Patient","meta":[]}"#,
  ])
  func `what is no resource is refused`(text: String) {
    #expect(throws: Anomaly.self) { try without(text) }
  }

  @Test(arguments: ["", "{}", #"{"id":"1","resourceType":"Patient"}"#, #"{"resourceType":"Pati"#])
  func `a damaged body is known from one without identity`(body: String) {
    #expect(!JSONSplice.isWithoutIdentity(Array(body.utf8)))
  }

  @Test func `every example of the standard survives but for its identity`() throws {
    guard Reference.isPresent else { return print("SKIPPED: reference data absent") }
    for line in try Reference.lines("fhir-r4-examples/examples.ndjson.gz") {
      let body = try JSONSplice.withoutIdentity(JSONDocument.parse(line))
      let whole = JSONSplice.withIdentity(
        body, id: "𠮷", version: 1, lastUpdated: Instant(milliseconds: 0))
      #expect(try JSONSplice.withoutIdentity(JSONDocument.parse(whole)) == body)
      let tree = try JSON(parsing: whole)
      #expect(tree["id"] == "𠮷" && tree["meta"]?["versionId"] == "1")
      var expected = try #require(JSON(parsing: line).object)
      expected["id"] = nil
      var meta = expected["meta"]?.object ?? [:]
      for name in ["versionId", "lastUpdated"] { meta[name] = nil }
      expected["meta"] = meta.members.isEmpty ? nil : .object(meta)
      #expect(Set(try #require(JSON(parsing: body).object).members) == Set(expected.members))
    }
  }

  @Test(.enabled(if: isOptimized, "speed is measured in release builds"))
  func `a resource of 1.4 kB is cut and made whole in 3 µs each`() throws {
    let members = (0..<11).map {
      #"""
      "member\#($0)":{"coding":[{"system":"http://loinc.org/abcdefghijk","code":"8302-2",\#
      "display":"Body Height"}]}
      """#
    }
    let text =
      #"{"resourceType":"Observation","id":"0","meta":{"versionId":"1","source":"x"},"#
      + members.joined(separator: ",") + "}"
    let document = try JSONDocument.parse(text)
    let body = try JSONSplice.withoutIdentity(document)
    let rounds = 20_000
    let clock = ContinuousClock()
    var sum = 0
    let cutting = try clock.measure {
      for _ in 0..<rounds { sum &+= try JSONSplice.withoutIdentity(document).count }
    }
    let id = "0190a1b2-0000-7000-8000-000000000000"
    let mending = clock.measure {
      for round in 0..<rounds {
        sum &+=
          JSONSplice.withIdentity(
            body, id: id, version: round, lastUpdated: Instant(milliseconds: 1_795_257_158_123)
          ).count
      }
    }
    print(
      "FIGURE JSONSplice \(text.utf8.count) bytes:",
      "cut \(cutting / rounds), whole \(mending / rounds)"
    )
    #expect(sum > 0 && cutting / rounds < .microseconds(3) && mending / rounds < .microseconds(3))
  }
}

/// Whether the tests are compiled with optimization; figures of other builds mean nothing.
private let isOptimized: Bool = {
  var isDebug = false
  assert(
    {
      isDebug = true
      return true
    }())
  return !isDebug
}()
