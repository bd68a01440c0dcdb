import FHIR
import Testing

@testable import FHIRSearch

/// What a query text becomes, shown as text. <https://hl7.org/fhir/R4/search.html>
@Suite struct QueryTests {
  static func read(
    _ text: String, of type: String = "Patient", isLenient: Bool = false
  ) throws -> Query {
    let type = try #require(Schema.r4.type(named: type))
    let context = QueryContext(
      table: .r4, now: 1_700_000_000_000, isLenient: isLenient, hasFullText: true)
    return try Query.parse(text, in: .type(type), context)
  }

  static let trees: [(String, String, String)] = [
    ("Patient", "", "all"),
    ("Patient", "name=eve", "name starts 'eve'"),
    ("Patient", "given:exact=Eve", "given exact 'Eve'"),
    ("Patient", "language=FR&language=NL", "(language = FR and language = NL)"),
    ("Patient", "language=FR,NL", "(language = FR or language = NL)"),
    ("Patient", "gender:not=male,female", "not (gender = male or gender = female)"),
    ("Patient", "_id=23", "_id in [23]"),
    (
      "Patient", "identifier=http://acme.org/patient|2345",
      "identifier = http://acme.org/patient|2345"
    ),
    ("Patient", "gender:missing=true", "gender is missing"),
    ("Patient", "gender:missing=false", "not gender is missing"),
    ("Patient", "birthdate=ge2010-01-01", "birthdate ge [1262304000000, 1262390399999]"),
    ("DiagnosticReport", "subject:Patient.name=peter", "subject -> Patient[name starts 'peter']"),
    (
      "DiagnosticReport", "subject:Patient.organization.name=x",
      "subject -> Patient[organization -> Organization[name starts 'x']]"
    ),
    ("Patient", "_has:Observation:patient:code=1234-5", "patient <- Observation[code = 1234-5]"),
    (
      "Patient", "_has:Observation:patient:_has:AuditEvent:entity:agent=MyUserId",
      "patient <- Observation[entity <- AuditEvent[agent -> MyUserId]]"
    ),
    ("Observation", #"code=a\,b"#, "code = a,b"),
    ("Observation", #"code=a\|b"#, "code = a|b"),
    ("Observation", #"code=a\\b"#, #"code = a\b"#),
    (
      "Observation", "value-quantity=5.4|http://unitsofmeasure.org|mg",
      "value-quantity eq [5.35, 5.449999999999999] http://unitsofmeasure.org|mg"
    ),
    ("Observation", "subject=Patient/23", "subject -> Patient/23"),
    ("Observation", "subject:Patient=23", "subject -> Patient/23"),
    (
      "Observation", "code-value-string=loinc|1$blue", "code-value-string (loinc|1 $ starts 'blue')"
    ),
    ("Patient", "_text=bone%20cancer", "_text has bone cancer"),
    (
      "Patient", "gender=http://hl7.org/fhir/administrative-gender|male",
      "(gender = http://hl7.org/fhir/administrative-gender|male or gender = |male)"
    ),
  ]

  @Test(arguments: trees)
  func `a query becomes the tree that the standard describes`(
    type: String, text: String, tree: String
  ) throws {
    #expect(try QueryTests.read(text, of: type).expression.description == tree)
  }

  @Test func `an unknown parameter is named, drawn and given its nearest name`() throws {
    let anomaly = try #require(throws: Anomaly.self) { try QueryTests.read("brithdate=1990") }
    #expect(
      anomaly.message == """
        Patient has no search parameter 'brithdate'; did you mean 'birthdate'?
        brithdate=1990
        ^
        """)
  }

  @Test func `a wrong value is drawn at its place`() throws {
    let anomaly = try #require(throws: Anomaly.self) {
      try QueryTests.read("birthdate=1990,1973-02-30")
    }
    #expect(
      anomaly.message == """
        '1973-02-30' is not a date
        birthdate=1990,1973-02-30
                       ^
        """)
  }

  static let misspelt: [(String, String)] = {
    var names: [(String, String)] = []
    for type in Schema.r4.resourceTypes {
      let name = Schema.r4.name(of: type)
      for parameter in ParameterTable.r4.parameters(of: type) {
        let code = parameter.code
        let letters = Array(code)
        let twisted =
          [
            String(letters.reversed()), code + "x", code.uppercased() + "_",
            String(code.dropFirst()),
          ]
        names += twisted.filter { twisted in
          ParameterTable.r4.parameter(twisted, of: type) == nil && !twisted.isEmpty
        }.map { (name, $0) }
      }
    }
    return Array(names.enumerated().filter { $0.offset % 20 == 0 }.map(\.element).prefix(400))
  }()

  @Test func `three hundred misspelt parameters are refused, and left out when lenient`() throws {
    #expect(Self.misspelt.count >= 300)
    for (type, name) in Self.misspelt {
      #expect(throws: Anomaly.self, "\(type)?\(name)") {
        try QueryTests.read("\(name)=1", of: type)
      }
      let query = try QueryTests.read("\(name)=1&_id=7", of: type, isLenient: true)
      #expect(query.warnings.count == 1)
      #expect(query.applied == "_id=7")
      #expect(query.warnings[0].message.contains("'\(name)'"))
    }
  }

  @Test(arguments: [
    "gender:exact=male", "name:not=x", "birthdate:contains=1", "_id:exact=1", "_sort:x=name",
    "_include:foo=Patient:organization", "identifier:of-type=1", "name:Patient=1",
    "birthdate=xx1990", "birthdate=1990-13", "_sort=nonsense", "_count=-1", "_count=x",
    "_summary=maybe", "_total=some", "_elements=nonsense", "_include=Patient:name",
    "_include=Nonsense:name", "general-practitioner:Device=1", "name.x=1",
    "general-practitioner.nonsense=1", "_has:Observation:code:code=1", "_has:Observation:subject=1",
    "name=", "gender=,", "gender=|", "_filter=name eq x", "_query=x", "_contained=true",
    "gender:missing=maybe", "name=%zz", "name=%ff",
  ])
  func `what is not supported is refused by name`(text: String) {
    #expect(throws: Anomaly.self) { try QueryTests.read(text) }
  }

  @Test func `chains have an end`() {
    let name = String(repeating: "link:Patient.", count: 40) + "name"
    #expect(throws: Anomaly.self) { try QueryTests.read(name + "=x") }
  }

  @Test func `the result parameters are read`() throws {
    let query = try QueryTests.read(
      "_sort=-birthdate,family&_count=7&_total=accurate&_summary=data&_elements=name,birthDate"
        + "&_include=Patient:general-practitioner:Practitioner&_revinclude:iterate=Observation:*")
    #expect(query.sort.count == 2)
    #expect(query.sort[0].isDescending)
    #expect(query.count == 7)
    #expect(query.total == .accurate)
    #expect(query.summary == .data)
    #expect(query.elements == ["name", "birthDate"])
    #expect(query.inclusions.count == 2)
    #expect(query.inclusions[1].isReverse && query.inclusions[1].isIterative)
    #expect(query.inclusions[1].parameters.count > 5)
  }

  @Test func `a compartment is a criterion`() throws {
    let observation = try #require(Schema.r4.type(named: "Observation"))
    let patient = try #require(Schema.r4.type(named: "Patient"))
    let context = QueryContext(table: .r4, now: 0)
    let query = try Query.parse(
      "code=x", in: .compartment(patient, id: "7", observation), context)
    #expect(query.expression.description == "(code = x and subject in Patient/7)")
  }

  @Test func `a condition may not shape the result`() throws {
    let patient = try #require(Schema.r4.type(named: "Patient"))
    let context = QueryContext(table: .r4, now: 0)
    #expect(throws: Anomaly.self) {
      try Query.parseCriteria("_sort=name", of: patient, context)
    }
    #expect(throws: Anomaly.self) { try Query.parseCriteria("", of: patient, context) }
  }
}
