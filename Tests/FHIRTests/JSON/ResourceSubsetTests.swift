import FHIR
import TestSupport
import Testing

/// <https://hl7.org/fhir/R4/search.html#summary>
@Suite("ResourceSubset") struct ResourceSubsetTests {
  private let patient = #"""
    {"resourceType":"Patient", "id":"1","text":{"status":"empty","div":"<div/>"},
    "name":[{"family":"𠮷","extension":[{"url":"u"}]}],"birthDate":"1970","_birthDate":{"id":"b"},
    "photo":[{"data":"AA=="}],"contact":[{"gender":"male"}],"deceasedBoolean":true,
    "link":[{"other":{"display":"o"},"type":"seealso"}],"maritalStatus":{"text":"m"}}
    """#

  private let tag = #"""
    {"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue",\#
    "code":"SUBSETTED","display":"subsetted"}
    """#

  private func subset(_ subset: ResourceSubset, _ text: String? = nil) throws -> JSON {
    try JSON(parsing: subset.of(Array((text ?? patient).utf8)))
  }

  private func names(_ json: JSON) -> Set<String> {
    Set(json.object?.members.map(\.name) ?? [])
  }

  @Test func `a summary has the elements marked for it and what is mandatory`() throws {
    let summary = try subset(.summary)
    let expected: Set = [
      "resourceType", "id", "meta", "name", "birthDate", "_birthDate", "deceasedBoolean", "link",
    ]
    #expect(names(summary) == expected)
    #expect(summary["name"]?[0]?.text == #"{"family":"𠮷"}"#)
    #expect(summary["link"]?[0]?["other"]?["display"] == "o")
  }

  @Test func `text, data and elements leave out the rest`() throws {
    #expect(names(try subset(.text)) == ["resourceType", "id", "meta", "text"])
    let data = names(try subset(.data))
    #expect(!data.contains("text") && data.contains("photo") && data.contains("maritalStatus"))
    let elements = try subset(.elements(["deceased", "birthDate"]))
    let expected: Set = [
      "resourceType", "id", "meta", "deceasedBoolean", "birthDate", "_birthDate",
    ]
    #expect(names(elements) == expected)
    let observation = #"{"resourceType":"Observation","status":"final","code":{"text":"c"}}"#
    #expect(
      names(try subset(.text, observation)) == ["resourceType", "status", "code", "meta"])
  }

  @Test(arguments: [
    (#""id":"1""#, #"{"tag":[TAG]}"#), (#""meta":{}"#, #"{"tag":[TAG]}"#),
    (#""meta":{"source":"s"}"#, #"{"source":"s","tag":[TAG]}"#),
    (
      #""meta":{"tag":[{"code":"a"}],"source":"s"}"#,
      #"{"tag":[{"code":"a"},TAG],"source":"s"}"#
    ),
  ])
  func `meta says that it is a part`(members: String, meta: String) throws {
    let part = try subset(.data, #"{"resourceType":"Basic",\#(members)}"#)
    #expect(part["meta"]?.text == meta.replacing("TAG", with: tag))
  }

  @Test func `an unknown element is named`() throws {
    let type = try #require(Schema.r4.type(named: "Patient"))
    try ResourceSubset.elements(["name", "deceased"]).check(on: type)
    let anomaly = #expect(throws: Anomaly.self) {
      try ResourceSubset.elements(["bogus"]).check(on: type)
    }
    #expect(anomaly?.message == "Patient has no element 'bogus'")
  }

  @Test func `the parts of every example of the standard are resources`() throws {
    guard Reference.isPresent else { return print("SKIPPED: reference data absent") }
    for line in try Reference.lines("fhir-r4-examples/examples.ndjson.gz") {
      let whole = try JSON(parsing: line)
      let subsets: [ResourceSubset] = [.summary, .text, .data, .elements(["status", "name"])]
      for subset in subsets {
        let part = try JSON(parsing: subset.of(line))
        #expect(part["id"] == whole["id"] && part["resourceType"] == whole["resourceType"])
        for member in part.object?.members ?? [] where member.name != "meta" {
          #expect(whole[member.name] != nil)
        }
      }
    }
  }
}
