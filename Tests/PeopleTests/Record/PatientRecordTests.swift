import FHIR
import Testing

@testable import People

@Suite struct PatientRecordTests {
  private static func record(_ patient: JSON) throws -> PersonRecord {
    let document = try JSONDocument.parse(patient.encoded())
    return withExtendedLifetime(document) { PersonRecord(patient: document.root) }
  }

  private static func level(_ trait: String, _ one: JSON, _ other: JSON) throws -> String? {
    var index = MatchIndex(MatchIndex.Gathering())
    let places = (index.add(try record(one)), index.add(try record(other)))
    return index.compare(places.0, places.1).reasons.first { $0.trait == trait }?.level
  }

  @Test func `takes the name in use, in characters, before old names and their sound`() throws {
    let record = try Self.record([
      "resourceType": "Patient",
      "name": [
        ["use": "old", "text": "旧名"],
        [
          "extension": [
            [
              "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation",
              "valueCode": "SYL",
            ]
          ], "text": "Zhang Wei",
        ],
        ["use": "official", "text": "张伟", "family": "张", "given": ["伟"]],
      ],
    ])
    #expect(record.names.map(\.text) == ["张伟", "旧名", "Zhang Wei"])
  }

  @Test func `numbers of two kinds say nothing about each other`() throws {
    func patient(_ system: String, _ value: String) -> JSON {
      [
        "resourceType": "Patient",
        "identifier": [["system": .string(system), "value": .string(value)]],
      ]
    }
    let level1 = try Self.level("card", patient("urn:a", "1001"), patient("urn:a", "1001"))
    #expect(level1 == "exact")
    let level2 = try Self.level("card", patient("urn:a", "1001"), patient("urn:b", "1001"))
    #expect(level2 == nil)
    let level3 = try Self.level("card", patient("urn:a", "1001"), patient("urn:a", "1002"))
    #expect(level3 == nil)
    let level4 = try Self.level("card", patient("urn:a", "1001"), patient("urn:a", "94738"))
    #expect(level4 == "different")
  }

  @Test func `an old number of fifteen digits does not hide the valid one`() throws {
    let number = "urn:oid:2.16.156.10011.1.3"
    let both: JSON = [
      "resourceType": "Patient",
      "identifier": [
        ["system": .string(number), "value": "450299750303315", "use": "old"],
        ["system": .string(number), "value": "450299197503033153"],
      ],
    ]
    let level5 = try Self.level("nationalNumber", both, both)
    #expect(level5 == "proven")
  }

  @Test func `full-width digits, rare characters and long names are compared as they are meant`()
    throws
  {
    let wide: JSON = [
      "resourceType": "Patient",
      "identifier": [
        ["system": "urn:oid:2.16.156.10011.1.3", "value": "450299197503033153"]
      ],
      "name": [["text": "\u{20BB7}\u{2A6D6}\u{30000}"]],
    ]
    var narrow = wide
    narrow["identifier"] = [
      ["system": "urn:oid:2.16.156.10011.1.3", "value": "450299197503033153"]
    ]
    let level6 = try Self.level("nationalNumber", wide, narrow)
    #expect(level6 == "proven")
    let level7 = try Self.level("given", wide, narrow)
    #expect(level7 == "exact")
    let long = String(repeating: "阿", count: 50)
    let named: JSON = ["resourceType": "Patient", "name": [["text": .string(long)]]]
    let level8 = try Self.level("given", named, named)
    #expect(level8 == "exact")
  }

  @Test func `a value that cannot be is told, and still compared`() throws {
    var index = MatchIndex(MatchIndex.Gathering())
    let patient: JSON = [
      "resourceType": "Patient", "birthDate": "1945-02-31",
      "identifier": [["system": "urn:oid:2.16.156.10011.1.3", "value": "450299197503033154"]],
    ]
    let admission = index.admit(try Self.record(patient))
    #expect(
      admission.findings.map(\.reason) == [.dateImpossible, .identityNumberCheckDigit])
    #expect(index.admit(try Self.record(patient)).findings.count == 2)
  }

  @Test func `an address in Latin letters has its number first`() throws {
    let record = try Self.record([
      "resourceType": "Patient",
      "address": [["line": ["12 High Street"], "city": "Leeds", "postalCode": "LS1"]],
    ])
    #expect(record.address.houseNumber == "12")
    #expect(record.address.street == " High Street")
    #expect(record.address.city == "Leeds")
  }

  @Test func `parents are found among the contacts`() throws {
    let record = try Self.record([
      "resourceType": "Patient",
      "contact": [
        [
          "relationship": [["coding": [["code": "MTH"]]]],
          "name": ["text": "王芳"],
        ],
        ["relationship": [["coding": [["code": "51"]]]], "name": ["family": "李", "given": ["四"]]],
      ],
    ])
    #expect((record.mother, record.father) == ("王芳", "李四"))
  }
}
