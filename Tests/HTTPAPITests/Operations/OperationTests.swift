import FHIR
import Testing

/// <https://hl7.org/fhir/R4/operations.html>
@Suite struct OperationTests {
  private func parameters(_ parts: JSON...) -> JSON {
    ["resourceType": "Parameters", "parameter": .array(parts)]
  }

  @Test func `validate tells what is wrong and stores nothing`() async throws {
    try await TestServer.run { server in
      let good = try await server.send("POST", "Patient/$validate", .patient("a", family: "王"))
      #expect(good.status == 200)
      #expect(good.issue["severity"] == "information")
      let bad = try await server.send(
        "POST", "Patient/$validate",
        parameters(["name": "resource", "resource": ["resourceType": "Patient", "gender": "x"]]))
      #expect(bad.status == 200)
      #expect(bad.issue["severity"] == "error")
      #expect(bad.issue["expression"]?[0] == "Patient.gender")
      #expect(try await server.get("Patient/a").status == 404)
    }
  }

  @Test func `validate knows the profiles that are stored`() async throws {
    try await TestServer.run { server in
      let url = "http://example.org/StructureDefinition/named-patient"
      let unknown = try await server.send(
        "POST", "Patient/$validate?profile=\(url)", .patient("a", family: "王"))
      #expect(unknown.status == 404)
      let profile: JSON = [
        "resourceType": "StructureDefinition", "id": "named", "url": .string(url),
        "name": "NamedPatient", "status": "active", "kind": "resource", "abstract": false,
        "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": [
          "element": [["id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1]]
        ],
      ]
      let put = try await server.send("PUT", "StructureDefinition/named", profile)
      #expect(put.status == 201, "\(put.text)")
      let refused = try await server.send(
        "POST", "Patient/$validate?profile=\(url)", .patient("a", family: "王"))
      #expect(refused.issue["severity"] == "error", "\(refused.text)")
    }
  }

  @Test func `fhirpath gives one result for each value`() async throws {
    try await TestServer.run { server in
      let patient: JSON = [
        "resourceType": "Patient", "name": [["given": ["一", "二"]]], "multipleBirthInteger": 2,
      ]
      let answer = try await server.send(
        "POST", "$fhirpath",
        parameters(
          ["name": "expression", "valueString": "name.given | multipleBirth"],
          ["name": "resource", "resource": patient]))
      #expect(answer.status == 200)
      let results = answer.json["parameter"]?.items ?? []
      #expect(results.allSatisfy { $0["name"] == "result" })
      #expect(results.map { $0["valueString"]?.string } == ["一", "二", nil])
      #expect(results.last?["valueInteger"] == 2)
      let wrong = try await server.send(
        "POST", "$fhirpath",
        parameters(
          ["name": "expression", "valueString": "name.("],
          ["name": "resource", "resource": patient]))
      #expect((400..<500).contains(wrong.status))
      #expect(wrong.text.contains("^"))
    }
  }

  @Test func `everything gives the person's record and pages`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      try await server.putPatient("b")
      for id in ["o1", "o2", "o3"] {
        var observation = JSON.observation(of: "Patient/a")
        observation["id"] = .string(id)
        _ = try await server.send("PUT", "Observation/\(id)", observation)
      }
      let whole = try await server.get("Patient/a/$everything")
      #expect(whole.json["type"] == "searchset")
      #expect(
        Set(whole.keys) == ["Patient/a", "Observation/o1", "Observation/o2", "Observation/o3"])
      var url: String? = "Patient/a/$everything?_count=2"
      var keys: [String] = []
      while let page = url {
        let answer = try await server.get(page)
        #expect(answer.keys.count <= 2)
        keys += answer.keys
        url = answer.link("next")
      }
      #expect(Set(keys) == Set(whole.keys) && keys.count == 4)
      let typed = try await server.get("Patient/a/$everything?_type=Patient")
      #expect(typed.keys == ["Patient/a"])
      #expect(try await server.get("Patient/none/$everything").status == 404)
    }
  }

  @Test func `meta is read, added to and taken from`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      let tag: JSON = ["tag": [["system": "http://example.org", "code": "t"]]]
      let added = try await server.send(
        "POST", "Patient/a/$meta-add", parameters(["name": "meta", "valueMeta": tag]))
      #expect(added.status == 200, "\(added.text)")
      let read = try await server.get("Patient/a/$meta")
      #expect(read.json["parameter"]?[0]?["valueMeta"]?["tag"]?[0]?["code"] == "t")
      let removed = try await server.send(
        "POST", "Patient/a/$meta-delete", parameters(["name": "meta", "valueMeta": tag]))
      #expect(removed.status == 200)
      #expect(try await server.get("Patient/a").json["meta"]?["tag"] == nil)
    }
  }
}
