import FHIR
import Testing

/// Create, update, patch and delete. <https://hl7.org/fhir/R4/http.html#create>
@Suite struct WriteTests {
  @Test func `a create answers Created with Location and a new id`() async throws {
    try await TestServer.run { server in
      let answer = try await server.send("POST", "Patient", .patient("mine", family: "李"))
      #expect(answer.status == 201)
      let id = try #require(answer.json["id"]?.string)
      #expect(id != "mine")
      #expect(answer["Location"] == "\(server.site)/fhir/Patient/\(id)/_history/1")
      #expect(answer["ETag"] == "W/\"1\"")
    }
  }

  @Test func `Prefer chooses what a write answers with`() async throws {
    try await TestServer.run { server in
      let minimal = try await server.send(
        "POST", "Patient", .patient(nil, family: "李"), headers: ["Prefer": "return=minimal"])
      #expect(minimal.status == 201)
      #expect(minimal.body.isEmpty)
      #expect(minimal["Location"] != nil)
      let outcome = try await server.send(
        "POST", "Patient", .patient(nil, family: "李"),
        headers: ["Prefer": "return=OperationOutcome"])
      #expect(outcome.issue["severity"] == "information")
      let whole = try await server.send(
        "POST", "Patient", .patient(nil, family: "李"),
        headers: ["Prefer": "return=representation"])
      #expect(whole.json["resourceType"] == "Patient")
    }
  }

  @Test func `an update makes versions, the first under the client's id`() async throws {
    try await TestServer.run { server in
      let first = try await server.putPatient("a", family: "王")
      #expect(first.status == 201)
      let second = try await server.putPatient("a", family: "汪")
      #expect(second.status == 200)
      #expect(second["ETag"] == "W/\"2\"")
      #expect(second["Location"] == "\(server.site)/fhir/Patient/a/_history/2")
    }
  }

  @Test func `If-Match lets only the current version be changed`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a", family: "王")
      let patient = JSON.patient("a", family: "汪")
      let stale = try await server.send(
        "PUT", "Patient/a", patient, headers: ["If-Match": "W/\"9\""])
      #expect(stale.status == 412)
      let fresh = try await server.send(
        "PUT", "Patient/a", patient, headers: ["If-Match": "W/\"1\""])
      #expect(fresh.status == 200)
      let wrong = try await server.send(
        "PUT", "Patient/a", patient, headers: ["If-Match": "yesterday"])
      #expect(wrong.status == 400)
    }
  }

  @Test func `If-None-Match star refuses what exists already`() async throws {
    try await TestServer.run { server in
      let headers = ["If-None-Match": "*"]
      let patient = JSON.patient("a", family: "王")
      let first = try await server.send("PUT", "Patient/a", patient, headers: headers)
      #expect(first.status == 201)
      let second = try await server.send("PUT", "Patient/a", patient, headers: headers)
      #expect(second.status == 412)
    }
  }

  @Test func `the id in the body and in the URL must be the same`() async throws {
    try await TestServer.run { server in
      let answer = try await server.send("PUT", "Patient/a", .patient("b", family: "王"))
      #expect(answer.status == 400)
      #expect(answer.json["resourceType"] == "OperationOutcome")
    }
  }

  @Test func `an invalid resource is refused and its element named`() async throws {
    try await TestServer.run { server in
      let answer = try await server.send(
        "POST", "Patient", ["resourceType": "Patient", "gender": "unheard-of"])
      #expect(answer.status == 422)
      #expect(answer.issue["expression"]?[0] == "Patient.gender")
      let elsewhere = try await server.send("POST", "Observation", .patient(nil, family: "王"))
      #expect((400...422).contains(elsewhere.status))
    }
  }

  @Test func `deleting twice is no error`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      #expect(try await server.send("DELETE", "Patient/a").status == 204)
      #expect(try await server.send("DELETE", "Patient/a").status == 204)
      #expect(try await server.send("DELETE", "Patient/never").status == 204)
    }
  }

  @Test func `a JSON Patch changes what it says and nothing else`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      let patch: JSON = [["op": "replace", "path": "/name/0/family", "value": "欧阳"]]
      let answer = try await server.send(
        "PATCH", "Patient/a", patch.encoded(), type: "application/json-patch+json")
      #expect(answer.status == 200)
      #expect(answer.json["name"]?[0]?["family"] == "欧阳")
      let wrong: JSON = [["op": "remove", "path": "/nothing"]]
      let refused = try await server.send(
        "PATCH", "Patient/a", wrong.encoded(), type: "application/json-patch+json")
      #expect((400...422).contains(refused.status))
      #expect(try await server.get("Patient/a")["ETag"] == "W/\"2\"")
    }
  }

  @Test func `a FHIRPath Patch changes what it says`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      let patch: JSON = [
        "resourceType": "Parameters",
        "parameter": [
          [
            "name": "operation",
            "part": [
              ["name": "type", "valueCode": "add"], ["name": "path", "valueString": "Patient"],
              ["name": "name", "valueString": "birthDate"],
              ["name": "value", "valueDate": "1970-01-01"],
            ],
          ]
        ],
      ]
      let answer = try await server.send("PATCH", "Patient/a", patch)
      #expect(answer.status == 200)
      #expect(answer.json["birthDate"] == "1970-01-01")
    }
  }

  @Test func `a method that a place does not know is answered with those it knows`() async throws {
    try await TestServer.run { server in
      let answer = try await server.send("DELETE", "metadata")
      #expect(answer.status == 405)
      #expect(answer["Allow"] == "GET, HEAD, OPTIONS")
      #expect(answer.json["resourceType"] == "OperationOutcome")
      #expect(try await server.send("TRACE", "Patient/a").status == 405)
      let options = try await server.send("OPTIONS", "Patient/a")
      #expect(options.status == 204)
      #expect(options["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
    }
  }
}
