import FHIR
import FHIRXML
import TestSupport
import Testing

@Suite("XMLWriter") struct XMLWriterTests {
  private func xml(_ json: String) throws -> String {
    String(decoding: try JSONDocument.parse(json).xml(), as: UTF8.self)
  }

  @Test func `elements stand in the schema's order, values as written`() throws {
    let json = #"""
      {"birthDate":"1970","_birthDate":{"id":"b"},"name":[{"given":["𠮷\"<\n",null],
      "_given":[null,{"extension":[{"valueDecimal":1.50,"url":"u"}]}],"id":"n"}],
      "resourceType":"Patient","contained":[{"id":"g","resourceType":"Group"}],"active":true}
      """#
    #expect(
      try xml(json) == """
        <?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir">\
        <contained><Group><id value="g"/></Group></contained><active value="true"/>\
        <name id="n"><given value="𠮷&quot;&lt;&#10;"/><given><extension url="u">\
        <valueDecimal value="1.50"/></extension></given></name>\
        <birthDate value="1970" id="b"/></Patient>
        """)
  }

  @Test(arguments: [
    (#"{"resourceType":"Patient","bogus":1}"#, "Patient"),
    (#"{"resourceType":"Patient","name":[{"bogus":1}]}"#, "Patient.name[0]"),
    (#"{"resourceType":"Patient","name":[{}]}"#, "Patient.name[0]"),
    (#"{"resourceType":"Patient","name":{"text":"a"}}"#, "Patient.name"),
    (#"{"resourceType":"Patient","active":[true]}"#, "Patient.active"),
    (#"{"resourceType":"Patient","active":{}}"#, "Patient.active"),
    (#"{"resourceType":"Patient","name":["a"]}"#, "Patient.name[0]"),
    (#"{"resourceType":"Patient","name":[null]}"#, "Patient.name[0]"),
    (#"{"resourceType":"Patient","id":"\u0001"}"#, "Patient.id"),
    (#"{"resourceType":"Patient","id":"\uffff"}"#, "Patient.id"),
    (#"{"resourceType":"Patient","text":{"div":"<div>a</div>"}}"#, "Patient.text.div"),
    (
      #"{"resourceType":"Patient","text":{"div":"<div xmlns='http://www.w3.org/1999/xhtml'>"}}"#,
      "Patient.text.div"
    ),
    (#"{"resourceType":"Patient","text":{"div":"a"}}"#, "Patient.text.div"),
    (
      #"{"resourceType":"Patient","extension":[{"url":"a","_url":{"id":"b"}}]}"#,
      "Patient.extension[0].url"
    ),
    (#"{"resourceType":"Patient","_name":[{}]}"#, "Patient"),
  ])
  func `what XML cannot say is refused by its path`(json: String, path: String) throws {
    let anomaly = try #require(throws: Anomaly.self) { try xml(json) }
    #expect(anomaly.path == path)
    #expect(!anomaly.message.isEmpty)
  }

  @Test(arguments: ["{}", "[]", "1", #"{"resourceType":"Bogus"}"#, #"{"resourceType":1}"#])
  func `what is no resource is refused`(json: String) {
    #expect(throws: Anomaly.self) { try xml(json) }
  }
}
