import FHIR
import Testing

/// <https://hl7.org/fhir/R4/http.html#history>
@Suite struct HistoryTests {
  @Test func `a resource's history has every version, the newest first`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("a", family: "王")
      try await server.putPatient("a", family: "汪")
      _ = try await server.send("DELETE", "Patient/a")
      let bundle = try await server.get("Patient/a/_history").json
      #expect(bundle["type"] == "history")
      #expect(bundle["total"] == 3)
      let entries = bundle["entry"]?.items ?? []
      #expect(entries.map { $0["request"]?["method"]?.string } == ["DELETE", "PUT", "PUT"])
      #expect(entries.first?["resource"] == nil)
      #expect(entries.last?["response"]?["etag"] == "W/\"1\"")
    }
  }

  @Test func `the history of a resource that never was is not found`() async throws {
    try await TestServer.run { server in
      let answer = try await server.get("Patient/never/_history")
      #expect(answer.status == 404)
    }
  }

  @Test func `the system's history pages by next and knows since`() async throws {
    try await TestServer.run { server in
      for number in 0..<5 { try await server.putPatient("p\(number)") }
      var url: String? = "_history?_count=2"
      var ids: [String] = []
      while let page = url {
        let answer = try await server.get(page)
        #expect(answer.status == 200)
        ids += answer.keys
        url = answer.link("next")
      }
      #expect(ids == (0..<5).reversed().map { "Patient/p\($0)" })
      let future = try await server.get("_history?_since=2999-01-01")
      #expect(future.keys.isEmpty)
      #expect(try await server.get("_history?_since=yesterday").status == 400)
      #expect(try await server.get("Patient/_history?_count=1").keys == ["Patient/p4"])
    }
  }
}
