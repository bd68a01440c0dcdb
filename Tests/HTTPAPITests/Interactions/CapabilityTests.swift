import FHIR
import Testing

@testable import HTTPAPI

/// <https://hl7.org/fhir/R4/capabilitystatement.html>: what is listed is done, what is not is
/// refused.
@Suite struct CapabilityTests {
  @Test func `the statement is valid FHIR and names the version`() async throws {
    try await TestServer.run { server in
      let answer = try await server.get("metadata")
      #expect(answer.status == 200)
      #expect(answer.json["fhirVersion"] == "4.0.1")
      let checked = try await server.send("POST", "CapabilityStatement/$validate", answer.body)
      let errors = (checked.json["issue"]?.items ?? []).filter { $0["severity"] == "error" }
      #expect(errors.isEmpty, "\(checked.text.prefix(2_000))")
    }
  }

  @Test func `every listed interaction of a type does something`() async throws {
    try await TestServer.run { server in
      let statement = try await server.get("metadata").json
      let resources = statement["rest"]?[0]?["resource"]?.items ?? []
      #expect(resources.count == Schema.r4.resourceTypes.count)
      let patient = resources.first { $0["type"] == "Patient" }
      let codes = Set((patient?["interaction"]?.items ?? []).compactMap { $0["code"]?.string })
      #expect(
        codes == [
          "read", "vread", "update", "patch", "delete", "create", "search-type",
          "history-instance", "history-type",
        ])
      try await server.putPatient("a")
      let samples: [String: (String, String)] = [
        "read": ("GET", "Patient/a"), "vread": ("GET", "Patient/a/_history/1"),
        "search-type": ("GET", "Patient"), "history-instance": ("GET", "Patient/a/_history"),
        "history-type": ("GET", "Patient/_history"), "delete": ("DELETE", "Patient/zzz"),
      ]
      for (code, (method, path)) in samples {
        let answer = try await server.send(method, path)
        #expect(answer.status < 400, "\(code): \(answer.text)")
      }
    }
  }

  @Test func `every cell of the table is routed and every other cell refused`() async throws {
    let paths: [Route.Shape: String] = [
      .base: "", .metadata: "metadata", .systemHistory: "_history", .systemSearch: "_search",
      .type: "Patient", .typeHistory: "Patient/_history", .typeSearch: "Patient/_search",
      .instance: "Patient/a", .instanceHistory: "Patient/a/_history",
      .version: "Patient/a/_history/1", .compartment: "Patient/a/Observation",
      .compartmentSearch: "Patient/a/Observation/_search", .systemOperation: "$meta",
      .typeOperation: "Patient/$meta", .instanceOperation: "Patient/a/$meta",
    ]
    try await TestServer.run { server in
      try await server.putPatient("a")
      for (shape, path) in paths {
        for verb in Verb.allCases where Interaction.at(shape, verb) == nil {
          let answer = try await server.send(verb.name, path)
          #expect(answer.status == 405, "\(verb.name) \(path)")
          #expect(answer.json["resourceType"] == "OperationOutcome", "\(verb.name) \(path)")
        }
        for verb in Verb.allCases where Interaction.at(shape, verb) != nil {
          let answer = try await server.send(verb.name, path)
          #expect(answer.status != 405 && answer.status < 500, "\(verb.name) \(path)")
        }
      }
    }
  }

  @Test func `every listed search parameter of some types is answered`() async throws {
    let samples = [
      "token": "a", "string": "a", "date": "2020-01-01", "number": "1", "uri": "http://a.org",
      "reference": "a", "quantity": "1",
    ]
    try await TestServer.run { server in
      let statement = try await server.get("metadata").json
      for resource in statement["rest"]?[0]?["resource"]?.items ?? [] {
        guard let type = resource["type"]?.string,
          ["Patient", "Observation", "Encounter", "Immunization"].contains(type)
        else { continue }
        for parameter in resource["searchParam"]?.items ?? [] {
          guard let name = parameter["name"]?.string, let kind = parameter["type"]?.string,
            let value = samples[kind]
          else { continue }
          let answer = try await server.get("\(type)?\(name)=\(value)")
          #expect(answer.status == 200, "\(type)?\(name): \(answer.text.prefix(300))")
        }
      }
    }
  }

  @Test func `every listed operation exists and another does not`() async throws {
    try await TestServer.run { server in
      let statement = try await server.get("metadata").json
      let operations = statement["rest"]?[0]?["operation"]?.items ?? []
      #expect(!operations.isEmpty)
      for operation in operations {
        let name = try #require(operation["name"]?.string)
        let answer = try await server.send("POST", "$" + name, ["resourceType": "Parameters"])
        #expect(answer.status != 404 && answer.status < 500, "\(name): \(answer.text)")
      }
      #expect(try await server.get("$nonsense").status == 404)
      #expect(try await server.get("Observation/a/$everything").status == 404)
    }
  }
}
