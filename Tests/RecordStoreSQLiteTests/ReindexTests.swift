import FHIR
import FHIRSearch
import RecordStore
import RecordStoreSQLite
import Testing

/// Search parameters that are added while a store is used.
///
/// <https://hl7.org/fhir/R4/searchparameter.html>
@Suite("Reindexing") struct ReindexTests {
  let place: Workplace
  var store: SQLiteStore { place.store }

  init() throws { place = try Workplace() }

  func definition(_ expression: String, code: String = "mothers-name") throws -> JSONDocument {
    try document([
      "resourceType": "SearchParameter", "id": "m", "url": "http://example.org/mothers-name",
      "name": "mothers", "status": "active", "description": "x", "code": .string(code),
      "base": ["Patient"], "type": "string", "expression": .string(expression),
    ])
  }

  func found(_ text: String) async throws -> Int {
    let query = try Query.parse(
      text, in: .type(type("Patient")), QueryContext(table: store.parameters, now: 0))
    return try await store.search(query).entries.count
  }

  @Test func `a stored parameter searches what was there before and what comes after`()
    async throws
  {
    for number in 0..<1_200 where number % 2 == 0 {
      _ = try await store.transaction([
        BundleEntry(.post, "Patient", resource: try patient(family: "Li")),
        BundleEntry(.post, "Patient", resource: try patient(family: "Wang")),
      ])
    }
    let unknown = try await anomaly { try await found("mothers-name=wang") }
    #expect(unknown.answer == 400)
    _ = try await store.write(
      .update(key("SearchParameter/m"), try definition("Patient.name.family")))
    try await store.reindex()
    #expect(try await found("mothers-name=wang&_count=1000") == 600)
    _ = try await store.write(.create(type("Patient"), try patient(family: "Wang")))
    #expect(try await found("mothers-name=wang&_count=1000") == 601)
    try place.reopen()
    #expect(try await found("mothers-name=wang&_count=1000") == 601)
    let changed = try definition("Patient.name.given")
    _ = try await store.write(.update(key("SearchParameter/m"), changed))
    try await store.reindex()
    #expect(try await found("mothers-name=wang") == 0)
    let verification = try await store.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
    _ = try await store.write(.delete(key("SearchParameter/m")))
    try await store.reindex()
    _ = try await anomaly { try await found("mothers-name=wang") }
    let after = try await store.verify()
    #expect(after.findings.isEmpty, "\(after.findings)")
  }

  @Test func `a parameter that cannot be used is refused when it is stored`() async throws {
    for (expression, code) in [
      ("Patient.name.where(use = 'x' or true)", "a"), ("Patient.name.family", "family"),
    ] {
      let refused = try await anomaly {
        try await store.write(
          .update(key("SearchParameter/m"), try definition(expression, code: code)))
      }
      #expect((400..<500).contains(refused.answer))
    }
    #expect(store.statistics().sequence == 0)
  }
}
