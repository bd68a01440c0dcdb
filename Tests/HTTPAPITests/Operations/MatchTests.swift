import FHIR
import Testing

/// <https://hl7.org/fhir/R4/patient-operation-match.html>
@Suite struct MatchTests {
  private static func person(
    _ id: String? = nil, name: String = "欧阳修远", birth: String = "1975-03-03",
    number: String? = "450299197503033153", phone: String? = "19900000397"
  ) -> JSON {
    var patient: JSON = [
      "resourceType": "Patient", "gender": "male", "birthDate": .string(birth),
      "name": [["text": .string(name)]],
    ]
    if let id { patient["id"] = .string(id) }
    if let number {
      patient["identifier"] = [
        ["system": "urn:oid:2.16.156.10011.1.3", "value": .string(number)]
      ]
    }
    if let phone { patient["telecom"] = [["system": "phone", "value": .string(phone)]] }
    return patient
  }

  private static func question(_ patient: JSON, _ others: JSON...) -> JSON {
    [
      "resourceType": "Parameters",
      "parameter": .array([["name": "resource", "resource": patient]] + others),
    ]
  }

  private static func grade(_ entry: JSON?) -> String? {
    let grade = entry?["search"]?["extension"]?[0]
    guard grade?["url"] == "http://hl7.org/fhir/StructureDefinition/match-grade" else { return nil }
    return grade?["valueCode"]?.string
  }

  @Test func `grades and scores who a person may be, the likeliest first`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      _ = try await server.send("PUT", "Patient/same", Self.person("same"))
      _ = try await server.send(
        "PUT", "Patient/other",
        Self.person("other", name: "李四", birth: "1990-01-01", number: nil, phone: nil))
      for body in [Self.question(Self.person(phone: nil)), Self.person(phone: nil)] {
        let answer = try await server.send("POST", "Patient/$match", body)
        #expect(answer.status == 200)
        #expect(answer.json["type"] == "searchset")
        #expect(answer.json["total"] == 1)
        #expect(answer.keys == ["Patient/same"])
        let entry = answer.json["entry"]?[0]
        #expect(Self.grade(entry) == "certain")
        #expect(entry?["search"]?["mode"] == "match")
        guard case .number(let score)? = entry?["search"]?["score"] else {
          Issue.record("no score")
          return
        }
        #expect((0.9...1).contains(Double(score) ?? 0))
      }
    }
  }

  @Test func `finds what a deleted Patient was no more, and what a changed one is`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      _ = try await server.send("PUT", "Patient/a", Self.person("a"))
      let other = Self.person(
        "a", name: "司马光", birth: "1950-05-05", number: nil, phone: "13800000000")
      _ = try await server.send("PUT", "Patient/a", other)
      #expect(try await server.send("POST", "Patient/$match", Self.person()).json["total"] == 0)
      #expect(try await server.send("POST", "Patient/$match", other).keys == ["Patient/a"])
      _ = try await server.send("DELETE", "Patient/a")
      #expect(try await server.send("POST", "Patient/$match", other).json["total"] == 0)
    }
  }

  @Test func `gives nothing when only certain matches are wanted and none is`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      _ = try await server.send("PUT", "Patient/a", Self.person("a", number: nil, phone: nil))
      let asked = Self.person(number: nil, phone: nil)
      let some = try await server.send("POST", "Patient/$match", Self.question(asked))
      #expect(some.keys == ["Patient/a"])
      #expect(Self.grade(some.json["entry"]?[0]) != "certain")
      let certain = try await server.send(
        "POST", "Patient/$match",
        Self.question(asked, ["name": "onlyCertainMatches", "valueBoolean": true]))
      #expect(certain.json["total"] == 0)
    }
  }

  @Test func `tells why a number could not be used`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      let answer = try await server.send(
        "POST", "Patient/$match", Self.person(number: "450299197503033154"))
      let outcome = answer.json["entry"]?[0]
      #expect(outcome?["search"]?["mode"] == "outcome")
      #expect(outcome?["resource"]?["issue"]?[0]?["details"]?["text"] == "身份证号校验码不对")
    }
  }

  @Test(
    arguments: [
      ["name": "resourse", "valueString": "x"], ["name": "count", "valueInteger": 0],
      ["name": "count", "valueString": "3"], ["name": "onlyCertainMatches", "valueString": "yes"],
    ] as [JSON])
  func `refuses a parameter that it does not know or cannot read`(_ part: JSON) async throws {
    try await TestServer.run(hasIndex: true) { server in
      let answer = try await server.send(
        "POST", "Patient/$match", Self.question(Self.person(), part))
      #expect(answer.status == 400)
    }
  }

  @Test func `refuses a question without a Patient`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      let none: JSON = ["resourceType": "Parameters", "parameter": []]
      let other: JSON = ["resourceType": "Group", "type": "person", "actual": true]
      for body in [none, other] {
        let answer = try await server.send("POST", "Patient/$match", body)
        #expect(answer.status == 400)
      }
      let read = try await server.get("Patient/$match")
      #expect(read.status == 405)
    }
  }

  @Test func `is published at Patient`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      let statement = try await server.get("metadata").json
      let patient = statement["rest"]?[0]?["resource"]?.items.first { $0["type"] == "Patient" }
      let names = patient?["operation"]?.items.compactMap { $0["name"]?.string } ?? []
      #expect(names.contains("match"))
    }
  }
}
