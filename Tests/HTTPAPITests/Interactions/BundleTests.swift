import FHIR
import Testing

/// <https://hl7.org/fhir/R4/http.html#transaction>
@Suite struct BundleTests {
  private func bundle(_ type: String, _ entries: JSON...) -> JSON {
    ["resourceType": "Bundle", "type": .string(type), "entry": .array(entries)]
  }

  private func entry(_ method: String, _ url: String, _ resource: JSON? = nil) -> JSON {
    var entry: JSON = ["request": ["method": .string(method), "url": .string(url)]]
    if let resource { entry["resource"] = resource }
    return entry
  }

  @Test func `a transaction answers each entry with status, location and etag`() async throws {
    try await TestServer.run { server in
      var create = entry(
        "POST", "Observation", .observation(of: "urn:uuid:1e1f7a24-3a6c-4d3c-8f6d-0c6d2a9f3c11"))
      create["fullUrl"] = "urn:uuid:2e1f7a24-3a6c-4d3c-8f6d-0c6d2a9f3c11"
      var patient = entry("POST", "Patient", .patient(nil, family: "王"))
      patient["fullUrl"] = "urn:uuid:1e1f7a24-3a6c-4d3c-8f6d-0c6d2a9f3c11"
      let answer = try await server.send("POST", "", bundle("transaction", create, patient))
      #expect(answer.status == 200, "\(answer.text)")
      #expect(answer.json["type"] == "transaction-response")
      let responses = (answer.json["entry"]?.items ?? []).compactMap { $0["response"] }
      #expect(responses.count == 2)
      for response in responses {
        #expect(response["status"] == "201 Created")
        #expect(response["etag"] == "W/\"1\"")
        #expect(response["location"]?.string?.hasSuffix("/_history/1") == true)
      }
      let place = try #require(responses.first?["location"]?.string)
      let stored = try await server.get(place).json
      let subject = stored["subject"]?["reference"]?.string ?? ""
      #expect(responses.last?["location"]?.string?.hasPrefix(subject + "/") == true)
    }
  }

  @Test(arguments: ["batch", "transaction"])
  func `a search in a bundle is cut as it asks and links to itself`(type: String) async throws {
    try await TestServer.run { server in
      _ = try await server.send("PUT", "Patient/a", .patient("a", family: "王"))
      let answer = try await server.send(
        "POST", "",
        bundle(
          type, entry("GET", "Patient?_elements=active"), entry("GET", "Patient?_summary=count")))
      #expect(answer.status == 200, "\(answer.text)")
      let found = (answer.json["entry"]?.items ?? []).compactMap { $0["resource"] }
      let patient = found.first?["entry"]?[0]?["resource"]
      #expect(patient?["meta"]?["tag"]?[0]?["code"] == "SUBSETTED", "\(answer.text)")
      #expect(patient?["name"] == nil)
      let link = found.first?["link"]?[0]?["url"]?.string
      #expect(link?.hasSuffix("/fhir/Patient?_elements=active") == true, "\(link ?? "none")")
      #expect(found.last?["total"] == 1)
    }
  }

  @Test func `of a refused transaction nothing exists`() async throws {
    try await TestServer.run { server in
      let answer = try await server.send(
        "POST", "",
        bundle(
          "transaction", entry("PUT", "Patient/a", .patient("a", family: "王")),
          entry("PUT", "Patient/b", ["resourceType": "Patient", "id": "b", "gender": "x"])))
      #expect(answer.status == 422)
      #expect(
        answer.issue["expression"]?[0]?.string?.contains("entry[1]") == true, "\(answer.text)")
      #expect(try await server.get("Patient/a").status == 404)
    }
  }

  @Test func `the entries of a batch succeed or fail each for itself`() async throws {
    try await TestServer.run { server in
      let answer = try await server.send(
        "POST", "",
        bundle(
          "batch", entry("GET", "Patient/a"),
          entry("PUT", "Patient/a", .patient("a", family: "王")),
          entry("PUT", "Patient/b", ["resourceType": "Patient", "id": "b", "gender": "x"]),
          entry("GET", "Patient/nobody"), entry("DELETE", "Patient/nobody")))
      #expect(answer.status == 200)
      #expect(answer.json["type"] == "batch-response")
      let entries = answer.json["entry"]?.items ?? []
      let codes = entries.map { $0["response"]?["status"]?.string?.prefix(3) }
      #expect(codes == ["200", "201", "422", "404", "204"])
      #expect(entries[2]["response"]?["outcome"]?["resourceType"] == "OperationOutcome")
      #expect(entries[0]["resource"]?["id"] == "a")
    }
  }

  @Test func `a Bundle of another type, or with too many entries, is refused`() async throws {
    try await TestServer.run(settings { $0.limits.bundleEntries = 3 }) { server in
      #expect(try await server.send("POST", "", bundle("collection")).status == 400)
      let many = (0..<4).map { entry("GET", "Patient/\($0)") }
      let answer = try await server.send(
        "POST", "", ["resourceType": "Bundle", "type": "batch", "entry": .array(many)])
      #expect(answer.status == 400)
      #expect(answer.issue["code"] == "too-long")
    }
  }
}

extension JSON {
  /// A body weight of somebody.
  static func observation(of subject: String) -> JSON {
    [
      "resourceType": "Observation", "status": "final",
      "code": ["coding": [["system": "http://loinc.org", "code": "29463-7"]]],
      "subject": ["reference": .string(subject)],
    ]
  }
}
