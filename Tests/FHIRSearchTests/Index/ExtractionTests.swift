import FHIR
import TestSupport
import Testing

@testable import FHIRSearch

/// What a resource is searched by. <https://hl7.org/fhir/R4/search.html>
@Suite struct ExtractionTests {
  static let extractor = IndexExtractor(.r4)

  static func rows(_ json: String, _ code: String, _ variant: IndexVariant = .value) throws
    -> [String]
  {
    let document = try JSONDocument.parse(json)
    let typeName = try #require(document.root.member("resourceType")?.string)
    let type = try #require(Schema.r4.type(named: typeName))
    let parameter = try #require(ParameterTable.r4.parameter(code, of: type))
    let entries = extractor.entries(for: document.root, type)
    return withExtendedLifetime(document) {
      entries.rows.filter { parameter.keys(variant).contains($0.key) }.map { row in
        switch row.kind {
        case .integer: "\(row.low) \(row.high)"
        case .real: "\(row.lowReal) \(row.highReal)"
        case .text: String(decoding: entries.text(of: row), as: UTF8.self)
        case .reference:
          "\(Schema.r4.name(of: row.target))/"
            + String(decoding: entries.text(of: row), as: UTF8.self)
        case .tuple: "\(entries.tuples[Int(row.low)].values.prefix(4))"
        }
      }
    }
  }

  static let patient = #"""
    {"resourceType":"Patient","id":"1","identifier":[{"type":{"coding":[{"system":"t",
    "code":"MR"}]},
    "system":"s","value":"A1"}],"name":[{"use":"official","family":"Müller","given":["Eve","E."]}],
    "telecom":[{"system":"phone","value":"555"},{"system":"email","value":"a@b"}],"gender":"female",
    "birthDate":"1990-05","deceasedBoolean":false,
    "managingOrganization":{"reference":"Organization/9/_history/2"},
    "generalPractitioner":[{"reference":"http://elsewhere/Practitioner/1"},{"reference":"#c"}]}
    """#

  @Test func `names are indexed by their parts, folded and as written`() throws {
    #expect(
      try Self.rows(Self.patient, "name")
        == ["muller\u{1}Müller", "eve\u{1}Eve", "e\u{1}E."])
    #expect(try Self.rows(Self.patient, "family") == ["muller\u{1}Müller"])
  }

  @Test func `conditions in an expression choose values`() throws {
    #expect(try Self.rows(Self.patient, "phone") == ["\(Hash.code("555")) 0"])
    #expect(try Self.rows(Self.patient, "email") == ["\(Hash.code("a@b")) 0"])
    #expect(try Self.rows(Self.patient, "telecom").count == 2)
  }

  @Test func `references are local, absolute or contained`() throws {
    #expect(try Self.rows(Self.patient, "organization") == ["Organization/9"])
    #expect(
      try Self.rows(Self.patient, "general-practitioner")
        == ["\(Hash.url("http://elsewhere/Practitioner/1")) -1"])
  }

  @Test func `a month is a long range and has a row for either end`() throws {
    #expect(try Self.rows(Self.patient, "birthdate").isEmpty)
    #expect(try Self.rows(Self.patient, "birthdate", .long) == ["641520000000 644198399999"])
    #expect(try Self.rows(Self.patient, "birthdate", .longEnd) == ["644198399999 641520000000"])
  }

  @Test func `a person without a date of death is alive`() throws {
    let yes = "\(Hash.code("true")) 0"
    let no = "\(Hash.code("false")) 0"
    #expect(try Self.rows(Self.patient, "deceased") == [no])
    #expect(try Self.rows(#"{"resourceType":"Patient"}"#, "deceased") == [no])
    let dead = #"{"resourceType":"Patient","deceasedDateTime":"2020"}"#
    #expect(try Self.rows(dead, "deceased") == [yes])
  }

  @Test func `an identifier is found by its type`() throws {
    #expect(
      try Self.rows(Self.patient, "identifier", .ofType)
        == ["\(Hash.code("A1")) \(Hash.system("t|MR"))"])
  }

  static let observation = #"""
    {"resourceType":"Observation","status":"final",
    "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},
    "subject":{"reference":"Patient/1"},"effectiveDateTime":"2020-01-02T03:04:05.678Z","component":[
    {"code":{"coding":[{"code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg",
    "system":"u","code":"mm[Hg]"}}],
    "valueQuantity":{"value":5.40,"code":"mg","system":"u"}}
    """#

  @Test func `a composite joins values of the same object`() throws {
    let rows = try Self.rows(Self.observation, "component-code-value-quantity")
    #expect(rows.count == 1)
    #expect(rows[0].contains("real(120.0)"))
    #expect(try Self.rows(Self.observation, "combo-code-value-quantity").count == 2)
    #expect(try Self.rows(Self.observation, "combo-code-value-quantity", .unit).count == 3)
    #expect(try Self.rows(Self.observation, "code-value-quantity").count == 1)
  }

  @Test func `a reference counts only for the types that a parameter means`() throws {
    #expect(try Self.rows(Self.observation, "patient") == ["Patient/1"])
    let device = Self.observation.replacing("Patient/1", with: "Device/1")
    #expect(try Self.rows(device, "patient").isEmpty)
    #expect(try Self.rows(device, "subject") == ["Device/1"])
  }

  @Test func `a choice of types is indexed by what it is`() throws {
    #expect(try Self.rows(Self.observation, "date") == ["1577934245678 1577934245678"])
    #expect(try Self.rows(Self.observation, "value-quantity") == ["5.4 5.4"])
  }

  @Test func `a parameter that reaches into a resource inside of a Bundle is not offered`() throws {
    let bundle = try #require(Schema.r4.type(named: "Bundle"))
    #expect(ParameterTable.r4.parameter("composition", of: bundle) == nil)
    #expect(ParameterTable.r4.parameter("message", of: bundle) == nil)
    // An element named resource that is a reference is another matter.
    let linkage = try #require(Schema.r4.type(named: "Linkage"))
    #expect(ParameterTable.r4.parameter("item", of: linkage) != nil)
    let plan = try #require(Schema.r4.type(named: "PlanDefinition"))
    #expect(ParameterTable.r4.parameter("successor", of: plan) != nil)
  }

  @Test func `the expression of every parameter of the standard leads to values`() {
    var dead: Set<String> = []
    for type in Schema.r4.resourceTypes {
      for parameter in ParameterTable.r4.parameters(of: type)
      where parameter.type != .special && !parameter.definition.expression.isEmpty {
        let paths = PathParser.paths(parameter.definition.expression, of: type) ?? []
        let hasForm = paths.contains {
          parameter.type == .composite || LeafForm(parameter.type, $0.type) != .nothing
        }
        let isTruth = PathParser.truthPaths(parameter.definition.expression, of: type) != nil
        if !hasForm, !isTruth { dead.insert(parameter.description) }
      }
    }
    #expect(dead.isEmpty)
  }

  @Test func `numbers of parameters stay when others are added`() throws {
    let numbers = ParameterTable.r4.numbers
    let patient = try #require(Schema.r4.type(named: "Patient"))
    let custom = SearchParameterDefinition(
      url: "http://x/village", code: "village", type: .string, base: [patient],
      expression: "Patient.extension('http://x/village').value")
    let table = try ParameterTable(numbers: numbers, custom: [custom])
    #expect(table.numbers.filter { numbers[$0.key] != nil } == numbers)
    let added = try #require(table.parameter("village", of: patient))
    #expect(added.number == (numbers.values.max() ?? 0) + 1)
    let json =
      #"{"resourceType":"Patient","extension":[{"url":"http://x/village","valueString":"李家村"}]}"#
    let document = try JSONDocument.parse(json)
    let entries = IndexExtractor(added).entries(for: document.root, patient)
    #expect(entries.rows.count == 1)
    #expect(throws: Anomaly.self) { try ParameterTable(numbers: [:], custom: [custom, custom]) }
  }
}
