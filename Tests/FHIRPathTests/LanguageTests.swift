import FHIR
import FHIRPath
import Testing

@Suite("FHIRPath") struct LanguageTests {
  static let resource = """
    {"resourceType":"Patient","id":"p1","active":true,"birthDate":"1974-12-25",
    "_birthDate":{"extension":[{"url":"http://e","valueDateTime":"1974-12-25T14:35:45-05:00"}]},
    "name":[{"family":"张","given":["三",null],"_given":[null,{"extension":[{"url":"http://x"}]}]}],
    "contained":[{"resourceType":"Organization","id":"o","name":"O"}],
    "managingOrganization":{"reference":"#o"},
    "generalPractitioner":[{"reference":"Practitioner/7"}]}
    """

  func evaluate(_ text: String) throws -> String {
    let document = try JSONDocument.parse(Self.resource)
    let practitioner = try JSONDocument.parse(
      #"{"resourceType":"Practitioner","id":"7","active":false}"#)
    var environment = Environment(now: PartialDate(milliseconds: 1_790_000_000_000))
    environment.variables = ["code": [.string("c")]]
    let root = practitioner.root
    environment.resolve = { $0 == "Practitioner/7" ? root : nil }
    return try withExtendedLifetime(practitioner) {
      try Path.evaluate(text, on: document, environment).map(\.shownText)
        .joined(separator: " ")
    }
  }

  @Test(arguments: [
    // Elements, choices and extensions
    ("birthDate.extension('http://e').value", "1974-12-25T14:35:45-05:00"),
    ("name.given.count()", "2"), ("name.given.hasValue()", "false"),
    ("name.given[0].hasValue()", "true"), ("name.given[1].extension.url", "http://x"),
    ("name.given[1].getValue().empty()", "true"), ("id.select(id).empty()", "true"),
    ("name.family.length()", "1"),
    ("Patient.is(DomainResource) and $this is Resource", "true"),
    ("descendants().where($this is date)", "1974-12-25"),
    // References
    ("managingOrganization.resolve().name", "O"),
    ("generalPractitioner.resolve().active", "false"),
    ("managingOrganization.resolve() is Organization", "true"),
    ("getResourceKey()", "p1"), ("generalPractitioner.getReferenceKey(Practitioner)", "7"),
    ("generalPractitioner.getReferenceKey(Patient).empty()", "true"),
    // Variables
    ("%resource.id = %context.id and %rootResource.id = 'p1'", "true"), ("%code", "c"),
    ("%`vs-administrative-gender`", "http://hl7.org/fhir/ValueSet/administrative-gender"),
    ("%`ext-patient-birthTime`", "http://hl7.org/fhir/StructureDefinition/patient-birthTime"),
    ("defineVariable('n', name.family).select(%n & id)", "张p1"),
    ("(1 | 2).defineVariable('v', last()).select(%v + $this)", "3 4"),
    ("1000.log(10) | 100.log(10)", "3 2"), ("generalPractitioner.count()", "1"),
    // Literals and operators
    ("1 + 2 * 3 - 4 / 2", "5"), ("7 div 2 + 7 mod 2", "4"), ("-7 div 2", "-3"), ("1.0 + 1", "2.0"),
    ("'a' + 'b' & {}", "ab"), ("true xor false implies false", "false"), ("-1.abs()", "-1"),
    ("10 / 4", "2.5"), ("1 / 3", "0.33333333"), ("9223372036854775807 + 1", ""),
    ("'\\u4e2d\\uD83D\\uDE00'.length()", "2"), ("1 in (1 | 2) and (1 | 2) contains 2", "true"),
    ("'x' // comment\n & /* more */ 'y'", "xy"),
    // Quantities and dates
    ("1 'kg' = 1000 'g'", "true"), ("1 year = 12 months", "true"), ("1 year = 1 'a'", ""),
    ("1 year ~ 1 'a'", "true"), ("1 'kg' = 1 'm'", ""), ("37 'Cel' > 98 '[degF]'", "true"),
    ("1 'kg' + 1 'g'", "1.001 'kg'"), ("3 'm' * 2", "6 'm'"), ("6 'km' / 2 'h' > 0 'm/s'", "true"),
    ("@2024-01-31 + 1 month", "2024-02-29"), ("@2024-02-29 + 1 year", "2025-02-28"),
    ("@2024 + 25 months", "2026"), ("@T23:30 + 45 minutes", "00:15"),
    ("@2024-12-31T23:59:59.5Z + 600 'ms'", "2025-01-01T00:00:00.100Z"),
    ("@2024-03-01 - 1 day", "2024-02-29"), ("birthDate + 50 years > @2024", ""),
    ("@9999-12-31 + 1 day", ""), ("1 'mg'.toQuantity('g')", "0.001 'g'"),
    // Strings
    ("'a1b22'.replaceMatches('([a-z])(\\\\d+)', '$2$1')", "1a22b"),
    ("'2024-05'.replaceMatches('(?<y>\\\\d+)-(?<m>\\\\d+)', '${m}/${y}')", "05/2024"),
    ("'aXbX'.lastIndexOf('X')", "3"), ("'中文'.substring(1)", "文"), ("'ab'.toChars()", "a b"),
    ("'中'.encode('base64')", "5Lit"), ("'5Lit'.decode('base64')", "中"),
    ("'a<b>&'.escape('html').unescape('html')", "a<b>&"), ("('a'|'b').join(',')", "a,b"),
    ("'ABC'.matchesFull('[a-c]+')", "false"), ("'ABC'.matches('(?i)^[a-c]+$')", "true"),
    // Conversion and mathematics
    ("'1 week'.toQuantity()", "1 week"), ("'x'.toInteger().empty()", "true"),
    ("'2015-02-04T14'.toDate()", "2015-02-04"), ("2.power(10)", "1024"), ("16.log(2)", "4"),
    ("81.sqrt()", "9"), ("1.55.round(1)", "1.6"), ("(-1.5).truncate()", "-1"),
    ("1.1.ceiling()", "2"),
    ("3.14.precision()", "2"), ("@2024-02.highBoundary()", "2024-02-29"),
    // Collections
    ("(3 | 1 | 2).sort($this desc)", "3 2 1"), ("(1 | 2 | 3).where($index > 0)", "2 3"),
    ("(1 | 2).combine(2).distinct().count()", "2"), ("{}.single().empty()", "true"),
    ("(1 | 2 | 3).aggregate($total + $this, 0)", "6"), ("(1 | 2).supersetOf(2)", "true"),
    ("coalesce({}, name.family, 'x')", "张"), ("(1|2|3).tail().first()", "2"),
  ])
  func `evaluates`(expression: String, expected: String) throws {
    #expect(try evaluate(expression) == expected)
  }

  @Test func `results are shown with type and value`() throws {
    let document = try JSONDocument.parse(Self.resource)
    let environment = Environment(now: PartialDate(milliseconds: 0))
    let values = try Path.evaluate(
      "name.family | birthDate | 1.50 | name.first().given.count() | 10 'mg'", on: document,
      environment)
    #expect(
      Value.described(values).text == """
        [{"type":"string","value":"张"},{"type":"date","value":"1974-12-25"},\
        {"type":"decimal","value":1.50},{"type":"integer","value":2},\
        {"type":"Quantity","value":"10 'mg'"}]
        """)
  }

  @Test func `narratives are checked`() throws {
    func check(_ div: String) throws -> Bool {
      let text = JSON.string("<div xmlns=\"http://www.w3.org/1999/xhtml\">\(div)</div>").text
      let document = try JSONDocument.parse(
        #"{"resourceType":"Patient","text":{"status":"generated","div":\#(text)}}"#)
      let environment = Environment(now: PartialDate(milliseconds: 0))
      return try Path(parsing: "text.`div`.htmlChecks()")
        .holds(on: Node(resource: document.root), environment)
    }
    #expect(try check("<p class='a'>x<br/></p>"))
    #expect(try !check("<script>x</script>"))
    #expect(try !check("<p onclick='x'>x</p>"))
    #expect(try !check("<p>x"))
    #expect(try !check(" "))
  }
}
