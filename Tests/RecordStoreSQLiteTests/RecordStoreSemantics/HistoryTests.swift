import FHIR
import RecordStore
import Testing

/// <https://hl7.org/fhir/R4/http.html#history>
@Suite("History") struct HistoryTests {
  let place: Workplace
  var store: any RecordStore { place.store }

  init() throws { place = try Workplace() }

  /// Patient 1 is made, changed, deleted and made again; Patient 2 and an Observation are made.
  func fill() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    _ = try await store.write(.update(key("Patient/2"), try patient("2")))
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "Li")))
    _ = try await store.write(.delete(key("Patient/1")))
    _ = try await store.write(
      .update(key("Observation/1"), try observation("1", of: "Patient/2")))
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "Wu")))
  }

  @Test func `the history of a resource has its versions, the newest first`() async throws {
    try await fill()
    let page = try await store.history(.resource(key("Patient/1")), HistoryWindow())
    #expect(page.versions.map(\.version) == [4, 3, 2, 1])
    #expect(page.versions.map(\.method) == [.put, .delete, .put, .put])
    #expect(page.total == 4)
    #expect(page.next == nil)
    #expect(page.versions[1].body.isEmpty)
  }

  @Test func `the history of a type and of the system have all theirs`() async throws {
    try await fill()
    let patients = try await store.history(.type(type("Patient")), HistoryWindow())
    #expect(patients.versions.map(\.sequence) == [6, 4, 3, 2, 1])
    let all = try await store.history(.system, HistoryWindow())
    #expect(all.versions.map(\.sequence) == [6, 5, 4, 3, 2, 1])
    #expect(all.total == 6)
  }

  @Test func `the history of what never was is empty`() async throws {
    let page = try await store.history(.resource(key("Patient/9")), HistoryWindow())
    #expect(page.versions.isEmpty)
    #expect(page.total == 0)
  }

  @Test func `pages go on where they ended, whatever is written meanwhile`() async throws {
    try await fill()
    var sequences: [Int64] = []
    var cursor: String?
    repeat {
      let page = try await store.history(.system, HistoryWindow(count: 2, cursor: cursor))
      sequences += page.versions.map(\.sequence)
      #expect(page.total == 6)
      cursor = page.next
      _ = try await store.write(.create(type("Patient"), try patient()))
    } while cursor != nil
    #expect(sequences == [6, 5, 4, 3, 2, 1])
  }

  @Test func `a forged cursor is refused`() async throws {
    for cursor in ["", "x", "1", "-1.3", "1.-3", "9999999999999999999.1", "1.2.3"] {
      let refused = try await anomaly {
        try await store.history(.system, HistoryWindow(cursor: cursor))
      }
      #expect(refused.answer == 400, "\(cursor)")
    }
  }

  @Test func `_since gives what was made at or after an instant`() async throws {
    try await fill()
    let all = try await store.history(.system, HistoryWindow()).versions
    for version in all {
      let page = try await store.history(.system, HistoryWindow(since: version.updated))
      #expect(page.versions.map(\.sequence) == Array((version.sequence...6).reversed()))
    }
    let later = try await store.history(.system, HistoryWindow(since: all[0].updated + 1))
    #expect(later.versions.isEmpty)
  }

  @Test func `_at gives what was current at a time`() async throws {
    try await fill()
    let versions = try await store.history(.resource(key("Patient/1")), HistoryWindow()).versions
    for version in versions {
      let page = try await store.history(
        .resource(key("Patient/1")), HistoryWindow(at: version.updated...version.updated))
      #expect(page.versions.map(\.version) == [version.version])
    }
    let span = versions[3].updated...versions[2].updated
    let page = try await store.history(.resource(key("Patient/1")), HistoryWindow(at: span))
    #expect(page.versions.map(\.version) == [2, 1])
  }

  @Test func `the feed has every change once and in order`() async throws {
    try await fill()
    let changes = try await store.changes(after: 0, limit: 100)
    #expect(changes.map(\.sequence) == [1, 2, 3, 4, 5, 6])
    #expect(changes[3].method == .delete)
    #expect(changes[4].key == key("Observation/1"))
    #expect(try await store.changes(after: 4, limit: 1).map(\.sequence) == [5])
  }

  @Test func `the feed of some types has their changes alone, in order`() async throws {
    try await fill()
    let all = try await store.changes(after: 0, limit: 100)
    for types: Set<TypeID> in [
      [type("Patient")], [type("Observation")], [type("Patient"), type("Observation")],
      [type("Medication")], [],
    ] {
      let wanted = all.filter { types.contains($0.key.type) }
      #expect(try await store.changes(after: 0, limit: 100, of: types) == wanted)
      let last = wanted.last?.sequence ?? 0
      #expect(try await store.changes(after: last, limit: 100, of: types).isEmpty)
      let first = try await store.changes(after: 0, limit: 2, of: types)
      #expect(first == Array(wanted.prefix(2)))
    }
  }

  @Test func `time never runs backwards, whatever the clock does`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    place.clock.set(1_000)
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "Li")))
    let versions = try await store.history(.resource(key("Patient/1")), HistoryWindow()).versions
    #expect(versions[0].updated >= versions[1].updated)
  }

  @Test func `meta is read, added to and taken from`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    let tag: JSON = ["tag": [["system": "urn:t", "code": "a"]], "profile": ["urn:p"]]
    let added = try await store.changeMeta(key("Patient/1"), .add(tag))
    #expect(added["tag"]?[0]?["code"]?.string == "a")
    #expect(added["versionId"]?.string == "2")
    let twice = try await store.changeMeta(key("Patient/1"), .add(tag))
    #expect(twice["versionId"]?.string == "2")
    #expect(try await store.meta(.system)["profile"] == ["urn:p"])
    #expect(try await store.meta(.type(type("Patient")))["tag"] == tag["tag"])
    #expect(try await store.meta(.type(type("Observation")))["tag"] == nil)
    let removed = try await store.changeMeta(
      key("Patient/1"), .delete(["tag": [["system": "urn:t", "code": "a"]]]))
    #expect(removed["tag"] == nil)
    #expect(removed["profile"] == ["urn:p"])
    #expect(try await store.meta(.resource(key("Patient/1"))) == removed)
  }
}
