import FHIR
import RecordStore
import Testing

/// <https://hl7.org/fhir/R4/http.html#read>
@Suite("Read and write") struct ReadTests {
  let place: Workplace
  var store: any RecordStore { place.store }

  init() throws { place = try Workplace() }

  @Test func `a created resource is read with id, version and time`() async throws {
    let made = try await store.write(.create(type("Patient"), try patient()))
    #expect(made.isCreated)
    let version = try #require(made.version)
    let read = try #require(try await store.read(version.key))
    #expect(read == version)
    #expect(read.version == 1)
    #expect(read.method == .post)
    let json = try read.json
    #expect(json["id"]?.string == version.key.id)
    #expect(json["meta"]?["versionId"]?.string == "1")
    #expect(
      json["meta"]?["lastUpdated"]?.string == Instant(milliseconds: version.updated).text)
  }

  @Test func `a server ignores the id, versionId and lastUpdated that a create brings`()
    async throws
  {
    let source = try document([
      "resourceType": "Patient", "id": "mine",
      "meta": ["versionId": "9", "lastUpdated": "2001-01-01T00:00:00Z", "source": "urn:x"],
    ])
    let made = try await store.write(.create(type("Patient"), source))
    let json = try #require(try made.version?.json)
    #expect(json["id"]?.string != "mine")
    #expect(json["meta"]?["versionId"]?.string == "1")
    #expect(json["meta"]?["source"]?.string == "urn:x")
    #expect(try await store.read(key("Patient/mine")) == nil)
  }

  @Test func `decimals keep their digits`() async throws {
    let made = try await store.write(
      .create(type("Observation"), try observation(of: "Patient/1", value: "1.50")))
    let text = String(decoding: try #require(made.version?.body), as: UTF8.self)
    #expect(text.contains("\"value\":1.50"))
  }

  @Test func `what was never there is nil`() async throws {
    #expect(try await store.read(key("Patient/none")) == nil)
    #expect(try await store.read(key("Patient/none"), version: 1) == nil)
  }

  @Test func `an update makes a new version and the old one can still be read`() async throws {
    let first = try await store.write(.update(key("Patient/1"), try patient("1")))
    let second = try await store.write(
      .update(key("Patient/1"), try patient("1", family: "Wang")))
    #expect(first.effect == .created)
    #expect(second.effect == .updated)
    #expect(second.version?.version == 2)
    let old = try #require(try await store.read(key("Patient/1"), version: 1))
    #expect(try old.json["name"]?[0]?["family"]?.string == "Chalmers")
    let new = try #require(try await store.read(key("Patient/1")))
    #expect(try new.json["name"]?[0]?["family"]?.string == "Wang")
    #expect(try await store.read(key("Patient/1"), version: 3) == nil)
  }

  @Test func `an update with the same content makes no version`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    let again = try await store.write(.update(key("Patient/1"), try patient("1")))
    #expect(again.effect == .unchanged)
    #expect(again.version?.version == 1)
  }

  @Test func `an update whose id differs from the URL is refused`() async throws {
    let other = try await anomaly {
      try await store.write(.update(key("Patient/1"), try patient("2")))
    }
    #expect(other.answer == 400)
    let none = try await anomaly {
      try await store.write(.update(key("Patient/1"), try patient()))
    }
    #expect(none.answer == 400)
  }

  @Test func `a resource of another type than the URL is refused`() async throws {
    let refused = try await anomaly {
      try await store.write(.create(type("Observation"), try patient()))
    }
    #expect(refused.answer == 400)
  }

  @Test func `what is not valid is refused and leaves nothing behind`() async throws {
    let refused = try await anomaly {
      try await store.write(
        .update(
          key("Patient/1"),
          try document(["resourceType": "Patient", "id": "1", "invalid": true])))
    }
    #expect(refused.answer == 400)
    #expect(try await store.read(key("Patient/1")) == nil)
    #expect(store.statistics().sequence == 0)
  }

  @Test func `a deleted resource is gone but keeps its history`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    let deleted = try await store.write(.delete(key("Patient/1")))
    #expect(deleted.effect == .deleted)
    let read = try #require(try await store.read(key("Patient/1")))
    #expect(read.isDeleted)
    #expect(read.version == 2)
    #expect(read.body.isEmpty)
    let first = try #require(try await store.read(key("Patient/1"), version: 1))
    #expect(!first.isDeleted)
    #expect(store.statistics().counts.isEmpty)
  }

  @Test func `deleting what is not there is no error`() async throws {
    #expect(try await store.write(.delete(key("Patient/1"))).effect == .absent)
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    _ = try await store.write(.delete(key("Patient/1")))
    #expect(try await store.write(.delete(key("Patient/1"))).effect == .absent)
  }

  @Test func `an update brings a deleted resource back`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    _ = try await store.write(.delete(key("Patient/1")))
    let back = try await store.write(.update(key("Patient/1"), try patient("1")))
    #expect(back.effect == .created)
    #expect(back.version?.version == 3)
    #expect(store.statistics().counts[type("Patient")] == 1)
  }

  @Test func `If-Match protects against lost updates`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    let fits = try await store.write(
      .update(key("Patient/1"), try patient("1", family: "Li"), ifMatch: 1))
    #expect(fits.version?.version == 2)
    let stale = try await anomaly {
      try await store.write(
        .update(key("Patient/1"), try patient("1", family: "Wu"), ifMatch: 1))
    }
    #expect(stale.answer == 412)
    let none = try await anomaly {
      try await store.write(.update(key("Patient/2"), try patient("2"), ifMatch: 1))
    }
    #expect(none.answer == 412)
    let delete = try await anomaly {
      try await store.write(.delete(key("Patient/1"), ifMatch: 1))
    }
    #expect(delete.answer == 412)
  }

  @Test func `If-None-Match with a star creates only`() async throws {
    _ = try await store.write(
      .update(key("Patient/1"), try patient("1"), ifNoneMatchAny: true))
    let refused = try await anomaly {
      try await store.write(
        .update(key("Patient/1"), try patient("1", family: "Li"), ifNoneMatchAny: true))
    }
    #expect(refused.answer == 412)
  }

  @Test func `ids that look alike are told apart`() async throws {
    let ids = ["ABCDEFGHIJKLMNOP", "41424344-4546-4748-494a-4b4c4d4e4f50", "a", "A", "1.", "1"]
    for id in ids { _ = try await store.write(.update(key("Patient/\(id)"), try patient(id))) }
    for id in ids {
      let read = try #require(try await store.read(key("Patient/\(id)")))
      #expect(try read.json["id"]?.string == id)
    }
    #expect(store.statistics().counts[type("Patient")] == ids.count)
  }

  @Test func `a patch is applied to the version that is current`() async throws {
    _ = try await store.write(.update(key("Patient/1"), try patient("1")))
    let patch = ResourcePatch { (document) throws(Anomaly) in
      var json = JSON(document.root)
      json["active"] = true
      return try JSONDocument.parse(json.encoded())
    }
    let patched = try await store.write(.patch(key("Patient/1"), patch))
    #expect(try patched.version?.json["active"] == true)
    #expect(patched.version?.version == 2)
    #expect(patched.version?.method == .patch)
    let again = try await store.write(.patch(key("Patient/1"), patch))
    #expect(again.effect == .unchanged)
    let none = try await anomaly { try await store.write(.patch(key("Patient/2"), patch)) }
    #expect(none.answer == 404)
  }

  @Test func `what was written is there after the store was opened again`() async throws {
    let made = try await store.write(.create(type("Patient"), try patient()))
    try place.reopen()
    #expect(try await store.read(try #require(made.version?.key)) == made.version)
    let next = try await store.write(.create(type("Patient"), try patient()))
    #expect(next.version?.sequence == 2)
  }
}
