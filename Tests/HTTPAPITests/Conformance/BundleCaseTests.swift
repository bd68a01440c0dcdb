import FHIR
import TestSupport
import Testing

/// The reference cases of batches and transactions, by HTTP.
@Suite(.enabled(if: Reference.isPresent, "reference data absent")) struct BundleCaseTests {
  /// Where the source server's choice is not the standard's.
  static let exceptions: [String: String] = [
    "Bundle-TransactionWithConditionalCreateAndReference": """
    The Patient has an identifier with "system": "", and a value must not be empty: \
    <https://hl7.org/fhir/R4/json.html#primitive>.
    """
  ]

  @Test func `each case has the expected status and statuses of entries`() async throws {
    let file = try JSON(parsing: try Reference.bytes("fhir-bundle-cases/cases.json"))
    let cases = file["cases"]?.items ?? []
    var passed = 0
    for item in cases {
      let name = item["name"]?.string ?? ""
      var problem: String?
      try await TestServer.run { server in
        problem = try await Self.problem(item, name, server)
      }
      switch (problem, Self.exceptions[name]) {
      case (nil, _): passed += 1
      case (let problem?, nil): Issue.record("\(name): \(problem)")
      default: break
      }
    }
    print("CONFORMANCE fhir-bundle-cases over HTTP: \(passed)/\(cases.count)")
    #expect(passed >= cases.count - Self.exceptions.count)
  }

  private static func problem(_ item: JSON, _ name: String, _ server: TestServer) async throws
    -> String?
  {
    guard let bundle = item["bundle"], let expected = item["expected"] else { return "no case" }
    let answer = try await server.send("POST", "", bundle)
    switch expected["status"] {
    case .number("200"):
      if answer.status != 200 { return "answered \(answer.status): \(answer.text.prefix(500))" }
    default:
      guard (400..<500).contains(answer.status), answer.json["resourceType"] == "OperationOutcome"
      else { return "answered \(answer.status)" }
      let stored = server.store.statistics().counts.values.reduce(0, +)
      return stored == 0 ? nil : "\(stored) resources exist after the refusal"
    }
    let statuses = (answer.json["entry"]?.items ?? []).map {
      String($0["response"]?["status"]?.string?.prefix(3) ?? "")
    }
    for (index, wanted) in (expected["entryStatus"]?.items ?? []).enumerated() {
      if statuses.count <= index || statuses[index] != wanted.string {
        return "entries answered \(statuses)"
      }
    }
    guard expected["secondRun"] != nil else { return nil }
    let before = server.store.statistics().counts
    let again = try await server.send("POST", "", bundle)
    let status = again.json["entry"]?[0]?["response"]?["status"]?.string
    let patients = Schema.r4.type(named: "Patient").map { type in
      server.store.statistics().counts[type] == before[type]
    }
    return status?.hasPrefix("200") == true && patients == true
      ? nil : "the second run answered \(status ?? "nothing")"
  }
}
