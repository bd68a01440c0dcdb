import FHIR
import Testing
import Validation

@Suite("Structure") struct StructureTests {
  /// The errors of a JSON text, each as its expression and message.
  private func errors(_ text: String) throws -> [Validation.Issue] {
    Validator().validate(try JSONDocument.parse(text)).filter(\.isError)
  }

  @Test(arguments: [
    (#"{"resourceType":"Patient","birthdate":"2020-01-01"}"#, "Patient", "birthDate"),
    (#"{"resourceType":"Patinet"}"#, "Resource.resourceType", "Patient"),
    (#"{"id":"1"}"#, "Resource", "resourceType"),
    (#"{"resourceType":"DomainResource"}"#, "DomainResource.resourceType", "DomainResource"),
    (#"{"resourceType":"Patient","name":{"text":"a"}}"#, "Patient.name", "array"),
    (#"{"resourceType":"Patient","gender":["male"]}"#, "Patient.gender", "single"),
    (#"{"resourceType":"Patient","active":"true"}"#, "Patient.active", "boolean"),
    (#"{"resourceType":"Patient","name":[{"given":[1]}]}"#, "Patient.name[0].given[0]", "string"),
    (#"{"resourceType":"Patient","name":["a"]}"#, "Patient.name[0]", "HumanName"),
    (#"{"resourceType":"Patient","name":[]}"#, "Patient.name", "empty"),
    (#"{"resourceType":"Patient","name":[{}]}"#, "Patient.name[0]", "empty"),
    (#"{"resourceType":"Patient","name":[{"text":""}]}"#, "Patient.name[0].text", "empty"),
    (#"{"resourceType":"Patient","gender":null}"#, "Patient.gender", "null"),
    (
      #"{"resourceType":"Patient","name":[{"given":["a",null]}]}"#, "Patient.name[0].given[1]",
      "null"
    ),
    (
      #"{"resourceType":"Patient","_name":[{"id":"a"}]}"#, "Patient", "_name"
    ),
    (
      #"{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}"#, "Patient",
      "deceased[x]"
    ),
    (
      #"{"resourceType":"Observation","status":"final","code":{"text":"a"},"value":1}"#,
      "Observation", "value[x]"
    ),
    (#"{"resourceType":"Observation","code":{"text":"a"}}"#, "Observation", "Observation.status"),
    (
      #"""
      {"resourceType":"Patient","name":[{"extension":[{"url":"http://a",
      "valueString":"b","extension":[{"url":"c","valueString":"d"}]}]}]}
      """#,
      "Patient.name[0].extension[0]", "ext-1"
    ),
    (
      #"{"resourceType":"Patient","extension":[{"valueString":"b"}]}"#, "Patient.extension[0]",
      "Extension.url"
    ),
    (#"{"resourceType":"Patient","id":"a_b"}"#, "Patient.id", "id"),
    (
      #"{"resourceType":"Patient","generalPractitioner":[{"reference":"Patient/1"}]}"#,
      "Patient.generalPractitioner[0]", "Practitioner"
    ),
    (
      #"{"resourceType":"Patient","managingOrganization":{"reference":"1"}}"#,
      "Patient.managingOrganization.reference", "not a reference"
    ),
    (
      ##"{"resourceType":"Patient","managingOrganization":{"reference":"#a"}}"##,
      "Patient.managingOrganization.reference", "ref-1"
    ),
    (
      #"""
      {"resourceType":"Patient","text":{"status":"generated",
      "div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>a</script></div>"}}
      """#,
      "Patient.text.div", "script"
    ),
    (#"{"resourceType":"Patient","gender":"mal"}"#, "Patient.gender", "did you mean 'male'"),
    (
      #"{"resourceType":"Patient","multipleBirthInteger":2147483648}"#,
      "Patient.multipleBirth.ofType(integer)", "integer"
    ),
    ("[]", "Resource", "resource"),
    (
      #"{"resourceType":"Patient","name":[{"id":"a","text":"b"},{"id":"a","text":"c"}]}"#,
      "Patient.name[1].id", "twice"
    ),
    (
      #"{"resourceType":"Patient","identifier":[{"system":"a","value":"b"}]}"#,
      "Patient.identifier[0].system", "absolute"
    ),
  ])
  func `an error names the element and what is wrong`(
    text: String, expression: String, word: String
  ) throws {
    let errors = try errors(text)
    let named = errors.contains { $0.expression == expression && $0.message.contains(word) }
    #expect(named, "\(errors.map { ($0.expression, $0.message) })")
  }

  @Test(arguments: [
    #"{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"b"}]}]}"#,
    #"{"resourceType":"Patient","_birthDate":{"id":"b"}}"#,
    #"{"resourceType":"Patient","birthDate":"2020-02-29","language":"zh-Hans-CN"}"#,
    #"{"resourceType":"Observation","_status":{"id":"b"},"code":{"text":"a"}}"#,
    managed(by: "Organization?identifier=a|b"),
    managed(by: "http://a.cn/fhir/Organization/1/_history/2"),
    managed(by: "urn:uuid:a7b1b0c0-0000-4000-8000-000000000000"),
  ])
  func `what the standard allows is valid`(text: String) throws {
    #expect(try errors(text).map(\.message) == [])
  }

  @Test(
    arguments: [
      (
        Primitive.date, ["2020", "2020-12", "2020-02-29"],
        ["0000", "2020-13", "2019-02-29", "20200101"]
      ),
      (
        .dateTime, ["2020", "2020-02-29T23:59:60.1+14:00", "2020-01-01T00:00:00Z"],
        ["2020-01-01T00:00Z", "2020-01-01T00:00:00", "2020-01-01T24:00:00Z", "2020-01T00:00:00Z"]
      ),
      (.instant, ["2020-01-01T00:00:00.000+08:00"], ["2020-01-01", "2020-01-01T00:00:00+14:01"]),
      (.time, ["23:59:59", "00:00:00.5"], ["24:00:00", "1:00:00", "00:00"]),
      (.code, ["a", "a b"], [" a", "a ", "a  b"]),
      (.oid, ["urn:oid:1.2.840"], ["urn:oid:3.1", "urn:oid:1.02", "1.2", "urn:oid:1."]),
      (
        .uuid, ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
        ["urn:uuid:c757873d", "c757873d-ec9a-4326-a141-556f43239520"]
      ),
      (.base64Binary, ["AAAA", "AA==", "AAAA AAA="], ["A", "AA=A", "%%%%", "===="]),
      (.uri, ["http://a", "a", "urn:oid:1.2"], ["a b", "urn:uuid:1", "urn:oid:a"]),
    ] as [(Primitive, [String], [String])])
  func `a primitive has the form of its type`(
    primitive: Primitive, right: [String], wrong: [String]
  ) throws {
    func count(_ text: String) throws -> Int {
      let document = try JSONDocument.parse(JSON.string(text).text)
      return Validator().validate(document, as: TypeID(primitive)).count
    }
    for text in right { #expect(try count(text) == 0, "\(text)") }
    for text in wrong { #expect(try count(text) == 1, "\(text)") }
  }

  @Test func `an issue says line and column`() throws {
    let text = "{\n  \"resourceType\": \"Patient\",\n  \"gender\": \"中\"\n}"
    let issue = try #require(try errors(text).first)
    #expect(issue.line == 3)
    #expect(issue.column == 14)
  }

  @Test func `more issues than the limit are counted, not listed`() throws {
    let names = [String](repeating: #"{"a":1}"#, count: 50).joined(separator: ",")
    let document = try JSONDocument.parse(#"{"resourceType":"Patient","name":["# + names + "]}")
    let issues = Validator(issueLimit: 10).validate(document)
    #expect(issues.count == 11)
    #expect(issues.last?.severity == .information)
  }
}

/// A patient with a managing organization.
private func managed(by reference: String) -> String {
  #"{"resourceType":"Patient","managingOrganization":{"reference":"\#(reference)"}}"#
}
