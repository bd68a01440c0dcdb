import FHIR
import FHIRSearch
import RecordStore
import RecordStoreSQLite
import Testing

/// What lies together: docs/adr/0002-person-clustered-store.md.
@Suite("Person clusters") struct ClusterTests {
  let place: Workplace
  var store: SQLiteStore { place.store }

  init() throws { place = try Workplace() }

  func cluster(_ reference: String) throws -> Int64 {
    try store.readers.point { (connection) throws(Anomaly) in
      (try connection.rid(of: key(reference)) ?? -1) >> 20
    }
  }

  @Test func `what is about one person lies in one cluster`() async throws {
    _ = try await store.write(
      .update(key("Observation/1"), try observation("1", of: "Patient/a")))
    _ = try await store.write(.update(key("Patient/a"), try patient("a")))
    _ = try await store.write(.update(key("Patient/b"), try patient("b")))
    _ = try await store.write(
      .update(key("Observation/2"), try observation("2", of: "Patient/a")))
    #expect(try cluster("Observation/1") == cluster("Patient/a"))
    #expect(try cluster("Observation/2") == cluster("Patient/a"))
    #expect(try cluster("Patient/b") != cluster("Patient/a"))
  }

  @Test func `a resource moves with all its rows when it belongs to another person`()
    async throws
  {
    for id in ["a", "b"] {
      _ = try await store.write(.update(key("Patient/\(id)"), try patient(id)))
    }
    _ = try await store.write(
      .update(key("Observation/1"), try observation("1", of: "Patient/a")))
    let report = try document([
      "resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": ["text": "x"],
      "subject": ["reference": "Patient/a"], "result": [["reference": "Observation/1"]],
    ])
    _ = try await store.write(.update(key("DiagnosticReport/r"), report))
    _ = try await store.write(
      .update(key("Observation/1"), try observation("1", of: "Patient/b")))
    #expect(try cluster("Observation/1") == cluster("Patient/b"))
    let history = try await store.history(.resource(key("Observation/1")), HistoryWindow())
    #expect(history.versions.map(\.version) == [2, 1])
    let record = try await store.everything(key("Patient/b"), EverythingWindow())
    #expect(record.entries.map(\.version.key).contains(key("Observation/1")))
    let verification = try await store.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
  }

  @Test func `who is named first by one person and belongs to another is found from both`()
    async throws
  {
    let link: JSON = ["other": ["reference": "RelatedPerson/r"], "type": "seealso"]
    let named = try document([
      "resourceType": "Patient", "id": "a", "link": .array([link]),
    ])
    let relative = try document([
      "resourceType": "RelatedPerson", "id": "r", "patient": ["reference": "Patient/b"],
    ])
    _ = try await store.transaction([
      BundleEntry(.put, "Patient/a", resource: named),
      BundleEntry(.put, "RelatedPerson/r", resource: relative),
      BundleEntry(.put, "Patient/b", resource: try patient("b")),
    ])
    #expect(try cluster("RelatedPerson/r") == cluster("Patient/b"))
    let context = QueryContext(table: store.parameters, now: 0)
    let patients = try #require(Schema.r4.type(named: "Patient"))
    let query = try Query.parse("link=RelatedPerson/r", in: .type(patients), context)
    let found = try await store.search(query)
    #expect(found.entries.map(\.version.key) == [key("Patient/a")])
    let verification = try await store.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
  }

  @Test func `a resource referred to before it exists keeps its references`() async throws {
    let report = try document([
      "resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": ["text": "x"],
      "subject": ["reference": "Patient/a"], "result": [["reference": "Observation/1"]],
    ])
    _ = try await store.write(.update(key("DiagnosticReport/r"), report))
    #expect(try await store.read(key("Observation/1")) == nil)
    _ = try await store.write(
      .update(key("Observation/1"), try observation("1", of: "Patient/b")))
    let verification = try await store.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
    #expect(try cluster("Observation/1") == cluster("Patient/b"))
  }

  @Test func `everything holds what refers to the person and what it refers to`() async throws {
    _ = try await store.write(.update(key("Patient/a"), try patient("a")))
    for (name, id) in [("Practitioner", "d"), ("Organization", "o")] {
      _ = try await store.write(
        .update(
          key("\(name)/\(id)"), try document(["resourceType": .string(name), "id": .string(id)])))
    }
    let encounter = try document([
      "resourceType": "Encounter", "id": "e", "status": "finished", "class": ["code": "AMB"],
      "subject": ["reference": "Patient/a"], "serviceProvider": ["reference": "Organization/o"],
    ])
    _ = try await store.write(.update(key("Encounter/e"), encounter))
    // A group belongs to nobody's cluster, and to the compartment of each member.
    let group = try document([
      "resourceType": "Group", "id": "g", "type": "person", "actual": true,
      "member": [
        ["entity": ["reference": "Patient/a"]], ["entity": ["reference": "Practitioner/d"]],
      ],
    ])
    _ = try await store.write(.update(key("Group/g"), group))
    let page = try await store.everything(key("Patient/a"), EverythingWindow())
    let modes = Dictionary(
      uniqueKeysWithValues: page.entries.map { ($0.version.key.description, $0.mode) })
    #expect(
      modes == [
        "Patient/a": .match, "Encounter/e": .match, "Group/g": .match,
        "Organization/o": .include, "Practitioner/d": .include,
      ])
    let since = try #require(try await store.read(key("Group/g"))?.updated)
    let late = try await store.everything(key("Patient/a"), EverythingWindow(since: since))
    #expect(late.entries.map(\.version.key) == [key("Group/g")])
  }
}
