import FHIR
import Testing

/// <https://hl7.org/fhir/R4/http.html#search>
@Suite struct SearchTests {
  private func fill(_ server: TestServer) async throws {
    for (id, family) in [("a", "王"), ("b", "汪"), ("c", "欧阳")] {
      try await server.putPatient(id, family: family)
    }
    for (id, person) in [("o1", "a"), ("o2", "a"), ("o3", "b")] {
      var observation = JSON.observation(of: "Patient/\(person)")
      observation["id"] = .string(id)
      _ = try await server.send("PUT", "Observation/\(id)", observation)
    }
  }

  @Test func `the self link tells what was applied and the entries why they are there`()
    async throws
  {
    try await TestServer.run { server in
      try await fill(server)
      let answer = try await server.get(
        "Observation?subject=Patient/a&_include=Observation:subject&_total=accurate")
      #expect(answer.status == 200, "\(answer.text)")
      #expect(answer.json["type"] == "searchset")
      #expect(answer.json["total"] == 2)
      #expect(Set(answer.keys) == ["Observation/o1", "Observation/o2", "Patient/a"])
      #expect(answer.link("self")?.contains("subject=") == true)
      let modes = (answer.json["entry"]?.items ?? []).map { $0["search"]?["mode"]?.string }
      #expect(modes.filter { $0 == "include" }.count == 1)
      #expect(answer.json["entry"]?[0]?["fullUrl"]?.string?.hasPrefix(server.site) == true)
    }
  }

  @Test func `a search by POST, of a compartment and of all types`() async throws {
    try await TestServer.run { server in
      try await fill(server)
      let form = "application/x-www-form-urlencoded"
      let post = try await server.send(
        "POST", "Observation/_search?_count=10", Array("subject=Patient%2Fa".utf8), type: form)
      #expect(Set(post.keys) == ["Observation/o1", "Observation/o2"])
      let around = try await server.get("Patient/a/Observation")
      #expect(Set(around.keys) == ["Observation/o1", "Observation/o2"])
      let aroundByPost = try await server.send(
        "POST", "Patient/a/Observation/_search", Array("status=final".utf8), type: form)
      #expect(Set(aroundByPost.keys) == Set(around.keys))
      let all = try await server.get("?_type=Patient,Observation&_count=100")
      #expect(all.keys.count == 6, "\(all.text)")
      let wrong = try await server.send("POST", "Observation/_search", .patient("a", family: "王"))
      #expect(wrong.status == 415)
    }
  }

  @Test func `an unknown parameter is an error, or a warning when lenience is preferred`()
    async throws
  {
    try await TestServer.run { server in
      try await fill(server)
      let strict = try await server.get("Patient?colour=red")
      #expect(strict.status == 400)
      #expect(strict.text.contains("colour"))
      let lenient = try await server.get(
        "Patient?colour=red", headers: ["Prefer": "handling=lenient"])
      #expect(lenient.status == 200)
      #expect(lenient.keys.filter { $0.hasPrefix("Patient/") }.count == 3)
      #expect(lenient.text.contains("\"outcome\""))
      #expect(lenient.link("self")?.contains("colour") == false)
    }
  }

  @Test func `summaries and elements are cut out, and count has no entries`() async throws {
    try await TestServer.run { server in
      try await fill(server)
      let count = try await server.get("Patient?_summary=count")
      #expect(count.json["total"] == 3)
      #expect(count.keys.isEmpty)
      let elements = try await server.get("Patient?_elements=name")
      let tags = (elements.json["entry"]?.items ?? []).map {
        $0["resource"]?["meta"]?["tag"]?[0]?["code"]?.string
      }
      #expect(tags == ["SUBSETTED", "SUBSETTED", "SUBSETTED"], "\(elements.text)")
    }
  }

  @Test func `conditional writes find what they mean`() async throws {
    try await TestServer.run { server in
      let patient: JSON = [
        "resourceType": "Patient", "identifier": [["system": "urn:test", "value": "1"]],
      ]
      let condition = "identifier=urn:test|1"
      let first = try await server.send(
        "POST", "Patient", patient, headers: ["If-None-Exist": condition])
      #expect(first.status == 201, "\(first.text)")
      let second = try await server.send(
        "POST", "Patient", patient, headers: ["If-None-Exist": condition])
      #expect(second.status == 200)
      #expect(second.json["id"] == first.json["id"])
      var changed = patient
      changed["active"] = true
      let update = try await server.send("PUT", "Patient?identifier=urn:test%7C1", changed)
      #expect(update.status == 200)
      #expect(update["ETag"] == "W/\"2\"")
      let delete = try await server.send("DELETE", "Patient?identifier=urn:test%7C1")
      #expect(delete.status == 204)
      #expect(try await server.send("DELETE", "Patient").status == 400)
    }
  }
}
