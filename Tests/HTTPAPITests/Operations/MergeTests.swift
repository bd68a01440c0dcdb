import FHIR
import Testing

@Suite struct MergeTests {
  private static func patient(_ id: String, _ name: String, _ birth: String) -> JSON {
    [
      "resourceType": "Patient", "id": .string(id), "birthDate": .string(birth),
      "name": [["text": .string(name)]],
    ]
  }

  private static func parameters(_ parts: JSON...) -> JSON {
    ["resourceType": "Parameters", "parameter": .array(parts)]
  }

  private static func reference(_ name: String, _ reference: String) -> JSON {
    ["name": .string(name), "valueReference": ["reference": .string(reference)]]
  }

  private static let by: JSON = ["name": "by", "valueString": "登记员"]

  private static func two(_ server: TestServer) async throws {
    _ = try await server.send("PUT", "Patient/a", patient("a", "完颜阿骨", "1950-01-02"))
    _ = try await server.send("PUT", "Patient/b", patient("b", "端木赐", "1980-03-04"))
  }

  @Test func `merges two records and takes it back by what it answered`() async throws {
    try await TestServer.run(hasIndex: true) { server in
      try await Self.two(server)
      let merged = try await server.send(
        "POST", "Person/$merge",
        Self.parameters(
          Self.reference("source", "Patient/b"), Self.reference("target", "Patient/a"), Self.by))
      #expect(merged.status == 200)
      let answer = merged.json["parameter"]?.items ?? []
      let part = answer.first { $0["name"] == "part" }?["valueReference"]?["reference"]?.string
      #expect(try await server.get("Person?link=Patient/b").json["total"] == 1)
      let undone = try await server.send(
        "POST", "Person/$unmerge", Self.parameters(Self.reference("part", part ?? ""), Self.by))
      #expect(undone.status == 200)
      #expect(try await server.get("Person").json["total"] == 0)
      #expect(try await server.get("Patient/a").json["meta"]?["versionId"] == "1")
    }
  }

  @Test func `refuses to merge what is one, what is not there, and what nobody answers for`()
    async throws
  {
    try await TestServer.run(hasIndex: true) { server in
      try await Self.two(server)
      for (source, by, status) in [
        ("Patient/a", [Self.by], 409), ("Patient/none", [Self.by], 404), ("Patient/b", [], 400),
      ] {
        let body: JSON = [
          "resourceType": "Parameters",
          "parameter": .array(
            [Self.reference("source", source), Self.reference("target", "Patient/a")] + by),
        ]
        #expect(try await server.send("POST", "Person/$merge", body).status == status)
      }
      let unknown = Self.parameters(["name": "whom", "valueString": "x"])
      #expect(try await server.send("POST", "Person/$unmerge", unknown).status == 400)
    }
  }
}
