import FHIR
import Testing
import Validation

/// Resources made to take long: each ends in time that grows with its length alone.
@Suite("Hostile input", .timeLimit(.minutes(5))) struct HostileInputTests {
  static let count = 20_000

  private func validate(_ text: String) throws -> [Validation.Issue] {
    Validator(depth: .profiles).validate(try JSONDocument.parse(text))
  }

  private func repeated(_ text: String) -> String {
    [String](repeating: text, count: Self.count).joined(separator: ",")
  }

  @Test func `many entries with one full URL that refer to each other`() throws {
    let entry = #"""
      {"fullUrl":"urn:uuid:a7b1b0c0-0000-4000-8000-000000000000","resource":{"resourceType":"Basic",
      "code":{"text":"a"},"subject":{"reference":"urn:uuid:a7b1b0c0-0000-4000-8000-000000000000"}}}
      """#
    let issues = try validate(
      #"{"resourceType":"Bundle","type":"collection","entry":["# + repeated(entry) + "]}")
    #expect(!issues.isEmpty)
  }

  @Test func `many nulls beside their twins`() throws {
    let issues = try validate(
      #"{"resourceType":"Patient","name":[{"given":["# + repeated("null") + #"],"_given":["#
        + (0..<Self.count).map { #"{"id":"i\#($0)"}"# }.joined(separator: ",") + "]}]}")
    #expect(issues.areValid)
  }

  @Test func `many extensions that the standard defines`() throws {
    let url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    let issues = try validate(
      #"{"resourceType":"Patient","extension":["#
        + repeated(#"{"url":"\#(url)","valueAddress":{"text":"a"}}"#) + "]}")
    #expect(issues.areValid)
  }

  @Test func `many questions with many conditions`() throws {
    let condition = #"{"question":"b","operator":"exists","answerBoolean":true}"#
    let issues = try validate(
      #"{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"a","type":"group","#
        + #""enableBehavior":"any","enableWhen":["# + repeated(condition) + #"],"item":["#
        + (0..<Self.count).map { #"{"linkId":"i\#($0)","type":"string"}"# }.joined(separator: ",")
        + "]}]}")
    #expect(issues.areValid)
  }

  @Test func `errors are not hidden by a hundred warnings before them`() throws {
    let extensions = (0..<200).map { #"{"url":"http://a.cn/\#($0)","valueString":"a"}"# }
    let issues = try validate(
      #"{"resourceType":"Patient","modifierExtension":["# + extensions.joined(separator: ",")
        + #"],"gender":"x"}"#)
    #expect(!issues.areValid)
    #expect(issues.count == 101)
  }

  @Test func `a wrong resource in place of the one expected is told`() throws {
    let document = try JSONDocument.parse(#"{"resourceType":"Basic","code":{"text":"a"}}"#)
    let issues = Validator().validate(document, as: Schema.r4.type(named: "Patient"))
    #expect(issues.map(\.expression) == ["Basic"])
  }
}
