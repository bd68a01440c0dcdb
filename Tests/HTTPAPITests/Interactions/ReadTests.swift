import FHIR
import Testing

/// <https://hl7.org/fhir/R4/http.html#read>, <https://hl7.org/fhir/R4/http.html#vread>
@Suite struct ReadTests {
  @Test func `returns the resource with its version and time`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      let answer = try await server.get("Patient/a")
      #expect(answer.status == 200)
      #expect(answer["ETag"] == "W/\"1\"")
      #expect(answer["Last-Modified"]?.hasSuffix(" GMT") == true)
      #expect(answer["Content-Type"] == "application/fhir+json; charset=utf-8")
      #expect(answer.json["meta"]?["versionId"] == "1")
    }
  }

  @Test func `returns Not Found with an outcome for a resource that never was`() async throws {
    try await TestServer.run { server in
      let answer = try await server.get("Patient/nobody")
      #expect(answer.status == 404)
      #expect(answer.issue["code"] == "not-found")
    }
  }

  @Test func `returns Gone on a deleted resource and keeps its versions`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      #expect(try await server.send("DELETE", "Patient/a").status == 204)
      let answer = try await server.get("Patient/a")
      #expect(answer.status == 410)
      #expect(answer.issue["code"] == "deleted")
      #expect(try await server.get("Patient/a/_history/1").status == 200)
      #expect(try await server.get("Patient/a/_history/2").status == 410)
      #expect(try await server.get("Patient/a/_history/3").status == 404)
    }
  }

  @Test func `answers Not Modified to a reader who has the version`() async throws {
    try await TestServer.run { server in
      let put = try await server.putPatient("a")
      let time = try #require(put["Last-Modified"])
      for headers in [["If-None-Match": "W/\"1\""], ["If-Modified-Since": time]] {
        let answer = try await server.get("Patient/a", headers: headers)
        #expect(answer.status == 304)
        #expect(answer.body.isEmpty)
      }
      let stale = try await server.get("Patient/a", headers: ["If-None-Match": "W/\"7\""])
      #expect(stale.status == 200)
    }
  }

  @Test func `gives the asked part and says that it is a part`() async throws {
    try await TestServer.run { server in
      let patient: JSON = [
        "resourceType": "Patient", "id": "a", "birthDate": "1980-01-02", "active": true,
        "photo": [["title": "face"]],
      ]
      _ = try await server.send("PUT", "Patient/a", patient)
      let elements = try await server.get("Patient/a?_elements=birthDate").json
      #expect(elements["birthDate"] == "1980-01-02")
      #expect(elements["active"] == nil)
      #expect(elements["meta"]?["tag"]?[0]?["code"] == "SUBSETTED")
      let summary = try await server.get("Patient/a?_summary=true").json
      #expect(summary["active"] == true)
      #expect(summary["photo"] == nil)
      let wrong = try await server.get("Patient/a?_elements=nonsense")
      #expect(wrong.status == 400)
      #expect(wrong.text.contains("nonsense"))
    }
  }

  @Test func `names a parameter that has no meaning for a read`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      let answer = try await server.get("Patient/a?colour=red")
      #expect(answer.status == 400)
      #expect(answer.text.contains("colour"))
    }
  }

  @Test func `a HEAD has the headers of the GET and no body`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a")
      let get = try await server.get("Patient/a")
      let head = try await server.send("HEAD", "Patient/a")
      #expect(head.status == 200)
      #expect(head["ETag"] == get["ETag"])
      #expect(head["Content-Length"] == "\(get.body.count)")
      #expect(head.body.isEmpty)
    }
  }

  @Test func `refuses unknown types, ids and paths with an outcome`() async throws {
    try await TestServer.run { server in
      for path in [
        "Nonsense", "Nonsense/1", "Patient/a_b", "Patient/a/b/c/d", "Patient/a/_history/x",
      ] {
        let answer = try await server.get(path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.json["resourceType"] == "OperationOutcome", "\(path)")
      }
      let elsewhere = try await server.get("/nowhere")
      #expect(elsewhere.status == 404)
      #expect(elsewhere.json["resourceType"] == "OperationOutcome")
    }
  }
}
