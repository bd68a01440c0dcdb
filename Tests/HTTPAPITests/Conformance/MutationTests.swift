import FHIR
import Foundation
import Testing

/// Ten thousand damaged transactions: none breaks the server, each refusal says where and why.
@Suite struct MutationTests {
  private static let count = 10_000
  private static let inWork = 8

  @Test func `mutated bundles are answered or refused with words, and refusals leave nothing`()
    async throws
  {
    try await TestServer.run { server in
      let verdicts = await withTaskGroup(of: Verdict.self) { group in
        var verdicts: [Verdict] = []
        for number in 0..<Self.count {
          if number >= Self.inWork, let verdict = await group.next() { verdicts.append(verdict) }
          group.addTask { await Self.verdict(on: number, server) }
        }
        for await verdict in group { verdicts.append(verdict) }
        return verdicts
      }
      for verdict in verdicts.compactMap(\.problem).prefix(20) { Issue.record("\(verdict)") }
      let stored = server.store.statistics().counts.values.reduce(0, +)
      let accepted = verdicts.reduce(0) { $0 + $1.stored }
      #expect(stored == accepted)
      let refused = verdicts.filter { $0.stored == 0 }.count
      #expect(refused > Self.count / 4)
      print(
        "CONFORMANCE mutated bundles: \(verdicts.filter { $0.problem == nil }.count)/\(Self.count)"
      )
      let alive = try await server.get("/livez")
      #expect(alive.status == 200)
    }
  }

  private struct Verdict: Sendable {
    var stored = 0
    var problem: String?
  }

  private static func verdict(on number: Int, _ server: TestServer) async -> Verdict {
    var chance = SplitMix(state: UInt64(number))
    let bytes = Mutation.bytes(of: bundle(number), &chance)
    do {
      let answer = try await server.send("POST", "", bytes)
      if answer.status == 200 {
        let entries = answer.json["entry"]?.items ?? []
        let created = entries.filter { $0["response"]?["status"]?.string?.hasPrefix("201") == true }
        return Verdict(stored: created.count)
      }
      let issue = answer.issue
      let text = issue["details"]?["text"]?.string ?? ""
      let isPlaced =
        issue["expression"] != nil
        || ["line", "^", "body"].contains { text.contains($0) }
      guard (400..<500).contains(answer.status), !text.isEmpty, isPlaced else {
        return Verdict(
          problem: "\(number): \(answer.status) \(answer.text.prefix(300)) for "
            + String(decoding: bytes.prefix(600), as: UTF8.self))
      }
      return Verdict()
    } catch {
      return Verdict(problem: "\(number): \(error)")
    }
  }

  /// A transaction that would be accepted.
  private static func bundle(_ number: Int) -> JSON {
    let person = "urn:uuid:00000000-0000-4000-8000-\(String(format: "%012d", number))"
    return [
      "resourceType": "Bundle", "type": "transaction",
      "entry": [
        [
          "fullUrl": .string(person),
          "resource": [
            "resourceType": "Patient", "active": true, "gender": "female",
            "birthDate": "1980-02-29", "name": [["family": "欧阳", "given": ["娜"]]],
            "identifier": [["system": "urn:test", "value": "\(number)"]],
          ],
          "request": ["method": "POST", "url": "Patient"],
        ],
        [
          "fullUrl": .string(person.replacing("-4000-", with: "-4001-")),
          "resource": [
            "resourceType": "Observation", "status": "final",
            "code": ["coding": [["system": "http://loinc.org", "code": "29463-7"]]],
            "subject": ["reference": .string(person)],
            "effectiveDateTime": "2020-01-01T08:00:00+08:00",
            "valueQuantity": [
              "value": .number("61.50"), "unit": "kg",
              "system": "http://unitsofmeasure.org", "code": "kg",
            ],
          ],
          "request": ["method": "POST", "url": "Observation"],
        ],
      ],
    ]
  }
}
