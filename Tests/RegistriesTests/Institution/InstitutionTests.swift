import FHIR
import RecordStore
import Testing

@testable import Registries

@Suite("Registry of institutions") struct InstitutionTests {
  private func notice(_ change: (inout InstitutionNotice) -> Void = { _ in }) -> InstitutionNotice {
    var notice = InstitutionNotice()
    notice.name = "和安县人民医院"
    notice.creditCode = "91350100M000100Y43"
    notice.classCode = "A100"
    notice.level = "5"
    notice.standing = "0"
    notice.licence = "PDY00001"
    notice.licenceStart = "2020-01-01"
    notice.licenceEnd = "2026-12-31"
    notice.address = "河北省康衢市和安县健康街1号"
    notice.area = "139999001"
    notice.phone = "0399-0000001"
    change(&notice)
    return notice
  }

  @Test func `an institution is registered with class, grade, numbers and validity`() async throws {
    let resources = try await Village().registry.resources
    let id = try await resources.register(notice())
    let institution = try await resources.institution(id)
    #expect(institution.classCode == "A100" && institution.level == "5")
    #expect(institution.standing == "0" && institution.isActive)
    #expect(institution.address?.area == "139999001000")
    let licence = try #require(institution.licence)
    #expect(licence.standing(on: resources.today) == .expiring)
    #expect(licence.standing(on: try #require(CivilDay(fhir: "2027-01-01"))) == .expired)
    #expect(licence.standing(on: try #require(CivilDay(fhir: "2019-12-31"))) == .notYet)
  }

  @Test func `everything that is wrong is said at once, beside its answer`() async throws {
    let village = try await Village()
    let refusal = try await village.refused {
      _ = try await village.registry.resources.register(
        notice {
          $0.creditCode = "91350100M000100Y44"
          $0.classCode = "Z999"
          $0.licenceEnd = "2019-02-30"
          $0.area = "99"
        })
    }
    #expect(Set(refusal.keys) == ["creditCode", "classCode", "licenceEnd", "area"])
  }

  @Test func `a licence ends after it begins, and a code is of one institution`() async throws {
    let village = try await Village()
    let resources = village.registry.resources
    let order = try await village.refused {
      _ = try await resources.register(notice { $0.licenceEnd = "2019-12-31" })
    }
    #expect(order["licenceEnd"]?.contains("早于") == true)
    _ = try await resources.register(notice())
    let twice = try await village.refused {
      _ = try await resources.register(notice { $0.name = "另一家" })
    }
    #expect(twice["creditCode"]?.contains("和安县人民医院") == true)
  }

  @Test func `a change keeps the licence before as an old one, and needs the version seen`()
    async throws
  {
    let village = try await Village()
    let resources = village.registry.resources
    let id = try await resources.register(notice())
    let seen = try await resources.institution(id).version
    _ = try await resources.register(
      notice {
        $0.licence = "PDY00002"
        $0.licenceEnd = "2031-12-31"
        $0.standing = "2"
      }, as: id, seen: seen)
    let institution = try await resources.institution(id)
    #expect(institution.licence?.number == "PDY00002" && !institution.isActive)
    let tree = try await village.tree("Organization/\(id)")
    #expect(
      tree["identifier"]?.items.contains { $0["value"] == "PDY00001" && $0["use"] == "old" }
        == true)
    let late = try await village.refused {
      _ = try await resources.register(notice(), as: id, seen: seen)
    }
    #expect(!late.isEmpty)
  }

  /// The parameters that a mCSD directory answers, ITI-90 §2:3.90.4.1.2.
  @Test(arguments: [
    ("Organization", "active=true&identifier=91350100M000100Y43&name:contains=人民"),
    ("Organization", "name:exact=和安县人民医院&type=A100&_id=o&_lastUpdated=ge2020-01-01"),
    ("Organization", "_id=o&_include=Organization:endpoint&_revinclude=Location:organization"),
    (
      "Organization",
      "_id=d&partof=Organization/o"
        + "&_revinclude=OrganizationAffiliation:primary-organization"
    ),
    ("Location", "identifier=bed-1&name=一床&organization=Organization/o&partof=Location/w"),
    ("Location", "status=active&type=BED&_include=Location:organization&name:contains=床"),
    ("Practitioner", "active=true&identifier=doctor-1&name=李时珍&given=时珍&family=李"),
    ("PractitionerRole", "active=true&location=Location/w&organization=Organization/d&role=231"),
    (
      "PractitionerRole",
      "practitioner=Practitioner/p&specialty=03&service=HealthcareService/h"
        + "&_include=PractitionerRole:practitioner"
    ),
    (
      "HealthcareService",
      "active=true&identifier=h-1&location=Location/w&name=门诊&organization=Organization/d"
        + "&service-type=124"
    ),
  ])
  func `the standard search answers what IHE mCSD asks of a directory`(
    type: String, query: String
  ) async throws {
    let village = try await Village()
    for resource in Self.directory { try await village.put(resource) }
    let encoded = query.unicodeScalars.map { scalar in
      scalar.isASCII ? String(scalar) : String(scalar).queryEncoded
    }.joined()
    let found = try await village.registry.resources.search(type, encoded)
    let id = try #require(Schema.r4.type(named: type))
    #expect(found.contains { $0.key.type == id }, "\(type)?\(query)")
  }

  private static let directory: [JSON] = [
    [
      "resourceType": "Organization", "id": "o", "active": true, "name": "和安县人民医院",
      "identifier": [
        ["system": .string(RegistrySystem.creditCode), "value": "91350100M000100Y43"]
      ], "type": [CodeList.institutionClass.concept("A100")],
    ],
    [
      "resourceType": "Organization", "id": "d", "active": true, "name": "内科",
      "partOf": ["reference": "Organization/o"],
    ],
    [
      "resourceType": "Location", "id": "w", "status": "active", "name": "住院部",
      "managingOrganization": ["reference": "Organization/o"],
    ],
    [
      "resourceType": "Location", "id": "b", "status": "active", "name": "一床",
      "identifier": [["value": "bed-1"]], "type": [["coding": [["code": "BED"]]]],
      "managingOrganization": ["reference": "Organization/o"],
      "partOf": ["reference": "Location/w"],
    ],
    [
      "resourceType": "Practitioner", "id": "p", "active": true,
      "identifier": [["value": "doctor-1"]],
      "name": [["text": "李时珍", "family": "李", "given": ["时珍"]]],
    ],
    [
      "resourceType": "HealthcareService", "id": "h", "active": true, "name": "门诊",
      "identifier": [["value": "h-1"]], "type": [["coding": [["code": "124"]]]],
      "providedBy": ["reference": "Organization/d"],
      "location": [["reference": "Location/w"]],
    ],
    [
      "resourceType": "PractitionerRole", "id": "r", "active": true,
      "practitioner": ["reference": "Practitioner/p"],
      "organization": ["reference": "Organization/d"], "code": [CodeList.title.concept("231")],
      "specialty": [["coding": [["code": "03"]]]], "location": [["reference": "Location/w"]],
      "healthcareService": [["reference": "HealthcareService/h"]],
    ],
  ]
}
