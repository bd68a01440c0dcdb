import FHIR
import RecordStore
import Testing

/// <https://hl7.org/fhir/R4/http.html#transaction>
@Suite("Transaction") struct TransactionTests {
  let place: Workplace
  var store: any RecordStore { place.store }

  init() throws { place = try Workplace() }

  func reference(_ outcome: EntryOutcome) throws -> String {
    guard case .write(let write) = outcome else { throw Anomaly.fault("no write") }
    return try #require(write.version?.key.description)
  }

  func subject(_ outcome: EntryOutcome) throws -> String? {
    guard case .write(let write) = outcome else { throw Anomaly.fault("no write") }
    return try write.version?.json["subject"]?["reference"]?.string
  }

  @Test func `references by urn:uuid lead to the new ids, forward and back`() async throws {
    let outcomes = try await store.transaction([
      BundleEntry(
        .post, "Observation", fullURL: "urn:uuid:o1", resource: try observation(of: "urn:uuid:p")),
      BundleEntry(.post, "Patient", fullURL: "urn:uuid:p", resource: try patient()),
      BundleEntry(
        .post, "Observation", fullURL: "urn:uuid:o2", resource: try observation(of: "urn:uuid:p")),
    ])
    #expect(outcomes.count == 3)
    let patient = try reference(outcomes[1])
    #expect(try subject(outcomes[0]) == patient)
    #expect(try subject(outcomes[2]) == patient)
    let record = try await store.everything(key(patient), EverythingWindow())
    #expect(record.entries.count == 3)
  }

  @Test func `relative references to a posted resource's old id follow it`() async throws {
    let outcomes = try await store.transaction([
      BundleEntry(
        .post, "Patient", fullURL: "http://example.org/fhir/Patient/old",
        resource: try patient("old")),
      BundleEntry(.post, "Observation", resource: try observation(of: "Patient/old")),
    ])
    let target = try reference(outcomes[0])
    #expect(try subject(outcomes[1]) == target)
  }

  @Test func `references that mean nothing in the bundle stay as they are`() async throws {
    let outcomes = try await store.transaction([
      BundleEntry(
        .post, "Observation", resource: try observation(of: "http://other.org/fhir/Patient/1")),
      BundleEntry(.post, "Observation", resource: try observation(of: "urn:uuid:unknown")),
    ])
    #expect(try subject(outcomes[0]) == "http://other.org/fhir/Patient/1")
    #expect(try subject(outcomes[1]) == "urn:uuid:unknown")
  }

  @Test func `entries are processed DELETE, POST, PUT, GET whatever their order`() async throws {
    _ = try await store.write(.update(key("Patient/gone"), try patient("gone")))
    let outcomes = try await store.transaction([
      BundleEntry(.get, "Patient/new"),
      BundleEntry(.put, "Patient/new", resource: try patient("new")),
      BundleEntry(.post, "Patient", resource: try patient()),
      BundleEntry(.delete, "Patient/gone"),
    ])
    guard case .read(let read) = outcomes[0] else { throw Anomaly.fault("no read") }
    #expect(read.key == key("Patient/new"))
    let feed = try await store.changes(after: 1, limit: 10)
    #expect(feed.map(\.method) == [.delete, .post, .put])
  }

  @Test func `one wrong entry undoes all`() async throws {
    let wrong: [BundleEntry] = [
      BundleEntry(.get, "Patient/none"),
      BundleEntry(.put, "Patient/b", resource: try patient("b"), ifMatch: "W/\"7\""),
      BundleEntry(.put, "Patient/b", resource: try patient("c")),
      BundleEntry(.post, "Observation", resource: try patient()),
      BundleEntry(.post, "Nothing", resource: try patient()),
      BundleEntry(.post, "Patient"),
      BundleEntry(.delete, "Patient"),
      BundleEntry(.get, "Patient/a/_history/x"),
    ]
    for entry in wrong {
      let refused = try await anomaly {
        try await store.transaction([
          BundleEntry(.put, "Patient/a", resource: try patient("a")), entry,
        ])
      }
      #expect((400..<500).contains(refused.answer))
      #expect(refused.message.contains("entry[1]"), "\(refused.message)")
      #expect(try await store.read(key("Patient/a")) == nil)
    }
    #expect(store.statistics().sequence == 0)
    _ = try await store.write(.update(key("Patient/a"), try patient("a")))
    #expect(store.statistics().sequence == 1)
  }

  @Test func `two entries may not write the same resource`() async throws {
    let refused = try await anomaly {
      try await store.transaction([
        BundleEntry(.put, "Patient/a", resource: try patient("a")),
        BundleEntry(.delete, "Patient/b"),
        BundleEntry(.put, "Patient/a", resource: try patient("a", family: "Li")),
      ])
    }
    #expect(refused.answer == 400)
    #expect(refused.code == .duplicate)
  }

  @Test func `versions are checked by If-Match`() async throws {
    _ = try await store.write(.update(key("Patient/a"), try patient("a")))
    let outcomes = try await store.transaction([
      BundleEntry(
        .put, "Patient/a", resource: try patient("a", family: "Li"), ifMatch: "W/\"1\""),
      BundleEntry(.put, "Patient/b", resource: try patient("b")),
    ])
    guard case .write(let write) = outcomes[0] else { throw Anomaly.fault("no write") }
    #expect(write.effect == .updated)
  }

  @Test func `a conditional read tells what has not changed`() async throws {
    _ = try await store.write(.update(key("Patient/a"), try patient("a")))
    let outcomes = try await store.transaction([
      BundleEntry(.get, "Patient/a", ifNoneMatch: "W/\"1\""),
      BundleEntry(.get, "Patient/a", ifNoneMatch: "W/\"2\""),
      BundleEntry(.get, "Patient/a/_history/1"),
    ])
    guard case .notModified = outcomes[0], case .read = outcomes[1], case .read = outcomes[2]
    else { throw Anomaly.fault("other outcomes") }
    let since = try await store.transaction([
      BundleEntry(.get, "Patient/a", ifModifiedSince: "2023-11-14T22:13:20Z"),
      BundleEntry(.get, "Patient/a", ifModifiedSince: "2023-11-14T22:13:19Z"),
    ])
    guard case .notModified = since[0], case .read = since[1] else {
      throw Anomaly.fault("other outcomes")
    }
  }

  @Test func `a transaction that is undone after its writes leaves the numbers right`()
    async throws
  {
    let store = store
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          do {
            _ = try await store.transaction([
              BundleEntry(.put, "Patient/\(number)", resource: try patient("\(number)")),
              BundleEntry(.get, number % 2 == 0 ? "Patient/\(number)" : "Patient/none"),
            ])
          } catch { #expect(number % 2 == 1) }
        }
      }
    }
    #expect(store.statistics().counts[type("Patient")] == 10)
    #expect(store.statistics().sequence == 10)
    #expect(try await place.store.verify().findings.isEmpty)
  }

  @Test func `an empty transaction does nothing`() async throws {
    #expect(try await store.transaction([]).isEmpty)
  }

  @Test func `writers lose no update under If-Match`() async throws {
    let store = store
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "0")))
    let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<32 {
        group.addTask {
          var accepted = 0
          for round in 0..<20 {
            let current = try #require(try await store.read(key("Patient/1")))
            do {
              _ = try await store.write(
                .update(
                  key("Patient/1"), try patient("1", family: "\(writer)-\(round)"),
                  ifMatch: current.version))
              accepted += 1
            } catch let anomaly as Anomaly { #expect(anomaly.answer == 412) }
          }
          return accepted
        }
      }
      return try await group.reduce(0, +)
    }
    let last = try #require(try await store.read(key("Patient/1")))
    #expect(accepted > 0)
    #expect(last.version == accepted + 1)
  }
}
