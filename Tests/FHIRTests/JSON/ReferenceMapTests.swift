import FHIR
import TestSupport
import Testing

@Suite("ReferenceMap") struct ReferenceMapTests {
  private let map = ReferenceMap([
    "urn:uuid:1": "Patient/7", "http://old.cn/Group/2": "Group/8",
    "Patient?identifier=a&name=\"𠮷\"": "Patient/9",
  ])

  private func rewrite(_ text: String) throws -> String? {
    let document = try JSONDocument.parse(text)
    let bytes = withExtendedLifetime(document) { map.rewritten(document.root) }
    if let bytes { _ = try JSONDocument.parse(bytes) }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (
      #"""
      {"resourceType":"Observation","subject":{"reference":"urn:uuid:1"},\#
      "valueString":"urn:uuid:1"}
      """#,
      #"""
      {"resourceType":"Observation","subject":{"reference":"Patient/7"},\#
      "valueString":"urn:uuid:1"}
      """#
    ),
    (
      #"""
      {"resourceType":"Basic","implicitRules":"urn:uuid:1","meta":{"profile":["urn:uuid:1","x"]}}
      """#,
      #"{"resourceType":"Basic","implicitRules":"Patient/7","meta":{"profile":["Patient/7","x"]}}"#
    ),
    (
      #"""
      {"resourceType":"Basic","extension":[{"url":"a","valueUuid":"urn:uuid:1"},{"url":"b",\#
      "valueReference":{"reference":"http://old.cn/Group/2"}}]}
      """#,
      #"""
      {"resourceType":"Basic","extension":[{"url":"a","valueUuid":"Patient/7"},{"url":"b",\#
      "valueReference":{"reference":"Group/8"}}]}
      """#
    ),
    (
      #"""
      {"resourceType":"Basic","contained":[{"resourceType":"Observation","subject":\#
      {"reference":"urn:uuid:1"}}]}
      """#,
      #"""
      {"resourceType":"Basic","contained":[{"resourceType":"Observation","subject":\#
      {"reference":"Patient/7"}}]}
      """#
    ),
    (
      #"""
      {"resourceType":"Observation", "subject":{"reference":"urn:uuid:\u0031"}, "note":\#
      [{"text":"𠮷·"}]}
      """#,
      #"""
      {"resourceType":"Observation", "subject":{"reference":"Patient/7"}, "note":[{"text":"𠮷·"}]}
      """#
    ),
    (
      #"{"resourceType":"Observation","subject":{"reference":"Patient?identifier=a&name=\"𠮷\""}}"#,
      #"{"resourceType":"Observation","subject":{"reference":"Patient/9"}}"#
    ),
    (
      #"""
      {"resourceType":"Patient","_birthDate":{"extension":[{"url":"a","valueUri":"urn:uuid:1"}]}}
      """#,
      #"{"resourceType":"Patient","_birthDate":{"extension":[{"url":"a","valueUri":"Patient/7"}]}}"#
    ),
  ])
  func `references and URIs that equal an old URL are rewritten, nothing else`(
    text: String, expected: String
  ) throws {
    #expect(try rewrite(text) == expected)
  }

  @Test(arguments: [
    (
      #"<div><a href=\"urn:uuid:1\">1</a> urn:uuid:1</div>"#,
      #"<div><a href=\"Patient/7\">1</a> urn:uuid:1</div>"#
    ),
    (
      #"<div><a title=\"urn:uuid:1\" href = 'urn:uuid:1'/></div>"#,
      #"<div><a title=\"urn:uuid:1\" href = 'Patient/7'/></div>"#
    ),
    (
      #"<div><img alt=\"𠮷\" src=\"http://old.cn/Group/2\"/></div>"#,
      #"<div><img alt=\"𠮷\" src=\"Group/8\"/></div>"#
    ),
    (
      #"<div><a href=\"Patient?identifier=a&amp;name=&quot;𠮷&quot;\">x</a></div>"#,
      #"<div><a href=\"Patient/9\">x</a></div>"#
    ),
  ])
  func `links of the narrative are rewritten`(div: String, expected: String) throws {
    let text = try rewrite(#"{"resourceType":"Basic","text":{"div":"\#(div)"}}"#)
    #expect(text == #"{"resourceType":"Basic","text":{"div":"\#(expected)"}}"#)
  }

  @Test(arguments: [
    #"""
    {"resourceType":"Basic","text":\#
    {"div":"<div><b href=\"urn:uuid:1\">< a = \" <a href=\"</div>"}}
    """#,
    #"{"resourceType":"Observation","subject":{"display":"urn:uuid:1"}}"#,
    #"{"resourceType":"Unknown","subject":{"reference":"urn:uuid:1"}}"#,
    #"{"resourceType":"Patient","bogus":{"reference":"urn:uuid:1"}}"#, "[]", "1", "{}",
    #"{"resourceType":"Observation","subject":{"reference":"urn:uuid:2"}}"#,
  ])
  func `what equals no old URL stays`(text: String) throws {
    #expect(try rewrite(text) == nil)
  }

  @Test func `conditional references are found once each, of unknown types too`() throws {
    let document = try JSONDocument.parse(
      #"""
      {"resourceType":"Observation","subject":{"reference":"Patient?identifier=1"},
      "performer":[{"reference":"Patient?identifier=1"},{"reference":"Bogus?a=1"},
      {"reference":"Practitioner?name=a\u0062"}],"valueString":"Patient?identifier=2"}
      """#)
    #expect(
      ReferenceMap.conditionalReferences(in: document.root) == [
        "Patient?identifier=1", "Bogus?a=1", "Practitioner?name=ab",
      ])
  }

  @Test func `every example of the standard keeps its bytes when its URLs do not change`() throws {
    guard Reference.isPresent else { return print("SKIPPED: reference data absent") }
    for line in try Reference.lines("fhir-r4-examples/examples.ndjson.gz") {
      let document = try JSONDocument.parse(line)
      var same = ReferenceMap()
      for index in 0..<document.entryCount {
        if let text = document.cursor(at: index).string { same[text] = text }
      }
      guard let bytes = same.rewritten(document.root) else { continue }
      #expect(try JSON(parsing: bytes) == JSON(parsing: line))
    }
  }
}
