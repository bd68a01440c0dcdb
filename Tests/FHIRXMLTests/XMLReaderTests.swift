import FHIR
import FHIRXML
import Testing

@Suite("XMLReader") struct XMLReaderTests {
  private func json(_ xml: String) throws -> String {
    JSON(try JSONDocument.parse(xml: Array(xml.utf8))).text
  }

  private func patient(_ content: String) -> String {
    #"<Patient xmlns="http://hl7.org/fhir">\#(content)</Patient>"#
  }

  private func refusal(_ xml: String) throws -> Anomaly {
    try #require(throws: Anomaly.self) { try JSONDocument.parse(xml: Array(xml.utf8)) }
  }

  @Test(arguments: [
    (
      #"<id value="1"/><active value="true"/><birthDate value="1970"/>"#,
      #""id":"1","active":true,"birthDate":"1970""#
    ),
    (
      #"<name id="n"><family value="欧阳"/><given value="𠮷·é"/><given value="b"/></name>"#,
      #""name":[{"id":"n","family":"欧阳","given":["𠮷·é","b"]}]"#
    ),
    (
      #"<birthDate id="b"><extension url="u"><valueDecimal value="1.50"/></extension></birthDate>"#,
      #""_birthDate":{"id":"b","extension":[{"url":"u","valueDecimal":1.50}]}"#
    ),
    (
      #"<name><given value="a"/><given id="x"/><given value="c" id="y"/></name>"#,
      #""name":[{"given":["a",null,"c"],"_given":[null,{"id":"x"},{"id":"y"}]}]"#
    ),
    (
      #"<contained><Group><id value="g"/></Group></contained><contained><Basic/></contained>"#,
      #""contained":[{"resourceType":"Group","id":"g"},{"resourceType":"Basic"}]"#
    ),
    (
      "<!-- c --><?p i?><name><text value=\"a&#10;&amp;&quot;&lt;\"/></name>",
      #""name":[{"text":"a\n&\"<"}]"#
    ),
  ])
  func `elements become members, attributes values`(content: String, members: String) throws {
    #expect(try json(patient(content)) == #"{"resourceType":"Patient",\#(members)}"#)
  }

  @Test func `a prefix may stand for the namespace`() throws {
    let xml = """
      <?xml version="1.0" encoding="utf-8"?>
      <f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">
        <f:text><f:status value="empty"/><h:div h:title="&amp;"><h:br/>𠮷&lt;</h:div></f:text>
      </f:Patient>
      """
    let text = try JSON(parsing: Array(json(xml).utf8))["text"]
    let div = #"<div xmlns="http://www.w3.org/1999/xhtml" title="&amp;"><br/>𠮷&lt;</div>"#
    #expect(text?["div"]?.string == div)
  }

  @Test func `a narrative keeps its bytes`() throws {
    let div =
      "<div\n xmlns='http://www.w3.org/1999/xhtml'><!-- x --><p title='>'>&#x20BB7;\r\n </p></div >"
    let text = "<text><status value=\"empty\"/>\(div)</text>"
    let tree = try JSON(parsing: Array(json(patient(text)).utf8))
    #expect(tree["text"]?["div"]?.string == div)
  }

  @Test(arguments: [
    ("<bogus/>", "Unknown element 'bogus' in Patient", "Patient.bogus"),
    (
      "<name><bogus/></name>", "Unknown element 'bogus' in Patient.name[0]", "Patient.name[0].bogus"
    ),
    ("<name/>", "Patient.name[0] is empty", "Patient.name[0]"),
    ("<active/>", "Patient.active is empty", "Patient.active"),
    ("<contained/>", "Patient.contained[0] is empty", "Patient.contained[0]"),
    ("<active value=\"yes\"/>", "'yes' is no boolean", "Patient.active"),
    ("<multipleBirthInteger value=\"+1\"/>", "'+1' is no integer", "Patient.multipleBirthInteger"),
    (
      "<active value=\"true\" x=\"1\"/>", "Unknown attribute 'x' of Patient.active",
      "Patient.active"
    ),
    (
      "<name><id value=\"1\"/></name>", "Unknown element 'id' in Patient.name[0]",
      "Patient.name[0].id"
    ),
    ("text", "Text may not stand in Patient", "Patient"),
    (
      "<birthDate value=\"1970\"/><active value=\"true\"/>",
      "Patient.active stands too late; the order of elements is fixed", "Patient.active"
    ),
    (
      "<active value=\"true\"/><active value=\"true\"/>",
      "Patient.active may stand in one place only", "Patient.active"
    ),
    (
      "<deceasedBoolean value=\"true\"/><deceasedDateTime value=\"1970\"/>",
      "Patient.deceasedDateTime may stand in one place only", "Patient.deceasedDateTime"
    ),
    (
      "<contained><Basic/><Basic/></contained>", "Patient.contained[0] has more than one resource",
      "Patient.contained[0]"
    ),
    (
      "<contained><Bogus/></contained>", "Bogus is no resource type", "Patient.contained[0]"
    ),
  ])
  func `what the schema does not know is named`(content: String, message: String, path: String)
    throws
  {
    let anomaly = try refusal(patient(content))
    #expect(anomaly.message.contains(": \(message)\n"), "\(anomaly.message)")
    #expect(anomaly.path == path)
    #expect(anomaly.chinese != nil)
  }

  @Test func `an error is drawn with line, column and caret`() throws {
    let xml = "<Patient xmlns=\"http://hl7.org/fhir\">\n  <name>\n    <nick/></name></Patient>"
    #expect(
      try refusal(xml).message == """
        XML line 3, column 5: Unknown element 'nick' in Patient.name[0]
            <nick/></name></Patient>
            ^
        """)
  }

  @Test(arguments: [
    "<!DOCTYPE Patient><Patient xmlns=\"http://hl7.org/fhir\"/>",
    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
    "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&nbsp;\"/></Patient>",
    "<?xml version=\"1.0\" encoding=\"GBK\"?><Patient xmlns=\"http://hl7.org/fhir\"/>",
    "<Patient/>", "<Patient xmlns=\"http://hl7.org\"/>", "<Patient", "", "{}", "<a></b>",
    "<Patient xmlns=\"http://hl7.org/fhir\" id=\"1\"/>",
    "<Bogus xmlns=\"http://hl7.org/fhir\"/>", "<Resource xmlns=\"http://hl7.org/fhir\"/>",
    "<Patient xmlns=\"http://hl7.org/fhir\"><text><div/></text></Patient>",
    "<Patient xmlns=\"http://hl7.org/fhir\"><a:id xmlns:a=\"b\" value=\"1\"/></Patient>",
  ])
  func `what is not FHIR's XML is refused`(xml: String) throws {
    #expect(try !refusal(xml).message.isEmpty)
  }

  @Test func `a text that is not UTF-8 is refused`() {
    let bytes = Array(patient("<id value=\"").utf8) + [0xC0, 0x80] + Array("\"/>".utf8)
    #expect(throws: Anomaly.self) { try JSONDocument.parse(xml: bytes) }
  }

  @Test func `depth, size and attributes are bounded`() throws {
    let deep = String(repeating: "<extension url=\"a\">", count: 1_000_000)
    #expect(try refusal(patient(deep)).code == .tooCostly)
    let wide = String(repeating: "a=\"\" ", count: 1_000_000)
    let hidden = "<!-- ' --><?a \" ?><id value='1'/>"
    #expect(try refusal(patient("\(hidden)<name \(wide)/>")).code == .tooCostly)
    var limits = XMLLimits()
    limits.size = 10
    let anomaly = #expect(throws: Anomaly.self) {
      try JSONDocument.parse(xml: Array(patient("").utf8), limits: limits)
    }
    #expect(anomaly?.status == 413)
  }
}
