import FHIR
import FHIRSearch
import Foundation
import RecordStore
import Testing

/// Conditional interactions. <https://hl7.org/fhir/R4/http.html#ccreate>
@Suite("Conditions") struct ConditionTests {
  let place: Workplace
  var store: any RecordStore { place.store }
  let patients = type("Patient")

  init() throws { place = try Workplace() }

  @Test func `a conditional create makes nothing when there is one match`() async throws {
    let first = try await store.write(
      .create(patients, try patient(identifier: "1"), ifNoneExist: "identifier=urn:test|1"))
    let second = try await store.write(
      .create(
        patients, try patient(family: "Li", identifier: "1"),
        ifNoneExist: "identifier=urn:test|1"))
    #expect(first.effect == .created)
    #expect(second.effect == .matched)
    #expect(second.version == first.version)
    #expect(store.statistics().counts[patients] == 1)
  }

  @Test func `several matches are a failed precondition`() async throws {
    for _ in 0..<2 { _ = try await store.write(.create(patients, try patient(identifier: "1"))) }
    let query = "identifier=urn:test|1"
    let create = try await anomaly {
      try await store.write(.create(patients, try patient(), ifNoneExist: query))
    }
    let update = try await anomaly {
      try await store.write(.conditionalUpdate(patients, query: query, try patient()))
    }
    let delete = try await anomaly {
      try await store.write(.conditionalDelete(patients, query: query, limit: 1))
    }
    for refused in [create, update, delete] { #expect(refused.answer == 412) }
    #expect(store.statistics().sequence == 2)
  }

  @Test func `a conditional update creates, updates, and respects the id`() async throws {
    let query = "identifier=urn:test|1"
    let made = try await store.write(
      .conditionalUpdate(patients, query: query, try patient(identifier: "1")))
    #expect(made.effect == .created)
    let changed = try await store.write(
      .conditionalUpdate(patients, query: query, try patient(family: "Li", identifier: "1")))
    #expect(changed.effect == .updated)
    #expect(changed.version?.key == made.version?.key)
    let other = try await anomaly {
      try await store.write(
        .conditionalUpdate(patients, query: query, try patient("other", identifier: "1")))
    }
    #expect(other.answer == 400)
    let own = try await store.write(
      .conditionalUpdate(
        patients, query: "identifier=urn:test|2", try patient("mine", identifier: "2")))
    #expect(own.version?.key == key("Patient/mine"))
  }

  @Test func `a conditional delete deletes as many as are allowed`() async throws {
    for _ in 0..<3 { _ = try await store.write(.create(patients, try patient(identifier: "1"))) }
    let none = try await store.write(
      .conditionalDelete(patients, query: "identifier=urn:test|9", limit: 1))
    #expect(none.effect == .absent)
    let all = try await store.write(
      .conditionalDelete(patients, query: "identifier=urn:test|1", limit: 100))
    #expect(all.count == 3)
    #expect(store.statistics().counts.isEmpty)
  }

  @Test func `a condition that asks for nothing or for a shape is refused`() async throws {
    for query in ["", "_sort=name", "_count=1", "nothing=1"] {
      let refused = try await anomaly {
        try await store.write(.create(patients, try patient(), ifNoneExist: query))
      }
      #expect(refused.answer == 400, "\(query)")
    }
  }

  @Test func `conditional references become the one resource that they find`() async throws {
    let target = try await store.write(.create(patients, try patient(identifier: "1")))
    let outcomes = try await store.transaction([
      BundleEntry(
        .post, "Observation",
        resource: try observation(of: "Patient?identifier=urn:test|1")),
      BundleEntry(.post, "Patient", resource: try patient(identifier: "2")),
    ])
    guard case .write(let write) = outcomes[0] else { throw Anomaly.fault("no write") }
    #expect(
      try write.version?.json["subject"]?["reference"]?.string
        == target.version?.key.description)
    let none = try await anomaly {
      try await store.transaction([
        BundleEntry(
          .post, "Observation",
          resource: try observation(of: "Patient?identifier=urn:test|9")),
        BundleEntry(.post, "Patient", resource: try patient()),
      ])
    }
    #expect(none.answer == 412)
    #expect(store.statistics().counts[patients] == 2)
  }

  @Test func `references to a conditional create lead to the match`() async throws {
    let target = try await store.write(.create(patients, try patient(identifier: "1")))
    let outcomes = try await store.transaction([
      BundleEntry(
        .post, "Patient", fullURL: "urn:uuid:p", resource: try patient(identifier: "1"),
        ifNoneExist: "identifier=urn:test|1"),
      BundleEntry(.post, "Observation", resource: try observation(of: "urn:uuid:p")),
    ])
    guard case .write(let write) = outcomes[1] else { throw Anomaly.fault("no write") }
    #expect(
      try write.version?.json["subject"]?["reference"]?.string
        == target.version?.key.description)
  }

  @Test func `the same condition twice in one transaction is refused`() async throws {
    let refused = try await anomaly {
      try await store.transaction([
        BundleEntry(
          .put, "Patient?identifier=urn:test|1", resource: try patient(identifier: "1")),
        BundleEntry(
          .put, "Patient?identifier=urn:test|1", resource: try patient(identifier: "1")),
      ])
    }
    #expect(refused.answer == 400)
    #expect(store.statistics().sequence == 0)
  }

  @Test func `identical conditional creates at once make exactly one resource`() async throws {
    let store = store
    let rounds = ProcessInfo.processInfo.environment["KANGQU_NIGHTLY"] == nil ? 20 : 1_000
    let created = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<64 {
        group.addTask {
          var created = 0
          for _ in 0..<rounds {
            let outcome = try await store.write(
              .create(
                type("Patient"), try patient(identifier: "1"),
                ifNoneExist: "identifier=urn:test|1"))
            created += outcome.isCreated ? 1 : 0
          }
          return created
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(created == 1)
    #expect(store.statistics().counts[patients] == 1)
  }

  @Test func `searches in a transaction see what it wrote`() async throws {
    let outcomes = try await store.transaction([
      BundleEntry(.get, "Patient?identifier=urn:test|1"),
      BundleEntry(.post, "Patient", resource: try patient(identifier: "1")),
    ])
    guard case .search(let page) = outcomes[0] else { throw Anomaly.fault("no search") }
    #expect(page.entries.count == 1)
  }

  @Test func `words of Chinese are found at once, and not any more after a change`() async throws {
    func found(_ text: String) async throws -> Int {
      let query = try Query.parse(
        "_content=\(text)", in: .type(patients),
        QueryContext(table: store.parameters, now: 0))
      return try await store.search(query).entries.count
    }
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "高血压")))
    #expect(try await found("血压") == 1)
    #expect(try await found("糖尿") == 0)
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "糖尿病")))
    #expect(try await found("血压") == 0)
    #expect(try await found("糖尿") == 1)
    _ = try await store.write(.delete(key("Patient/1")))
    #expect(try await found("糖尿") == 0)
  }
}
