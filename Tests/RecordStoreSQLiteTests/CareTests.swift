import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Testing

/// The lock, backup, verification and erasure.
@Suite("Care") struct CareTests {
  let place: Workplace
  var store: SQLiteStore { place.store }

  init() throws { place = try Workplace() }

  func fill() async throws {
    for number in 0..<50 {
      _ = try await store.write(
        .update(key("Patient/\(number)"), try patient("\(number)", identifier: "i\(number)")))
      _ = try await store.write(
        .create(type("Observation"), try observation(of: "Patient/\(number)")))
    }
    _ = try await store.write(.update(key("Patient/1"), try patient("1", family: "Li")))
    _ = try await store.write(.delete(key("Patient/2")))
  }

  @Test func `a second process is refused with the pid of the first`() async throws {
    let refused = try await anomaly { try place.open() }
    #expect(refused.message.contains("\(getpid())"), "\(refused.message)")
    #expect(refused.answer == 503)
  }

  @Test func `a store that is well has no findings`() async throws {
    try await fill()
    let verification = try await store.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
    #expect(verification.resources == 100)
    #expect(verification.versions == 2)
    #expect(verification.indexRows > 100)
  }

  @Test(arguments: [
    "UPDATE resource SET body = substr(body, 1, length(body) - 1) WHERE deleted = 0",
    "UPDATE resource SET version = 7 WHERE rid = (SELECT min(rid) FROM resource)",
    "DELETE FROM idx WHERE rowid IN (SELECT 1) OR param = (SELECT min(param) FROM idx)",
    "INSERT INTO idx (param, lo, hi, rid) VALUES (1, 2, 3, 4)",
    "DELETE FROM feed WHERE sequence = 3",
    "DELETE FROM ident WHERE rid = (SELECT min(rid) FROM resource)",
    "UPDATE feed SET updated = 1 WHERE sequence = 3",
    "UPDATE version SET method = 1",
  ])
  func `verify finds what was changed behind the store`(sql: String) async throws {
    try await fill()
    place.close()
    let other = try Connection(path: place.directory + "/" + SQLiteStore.fileName, role: .writer)
    do { try other.execute(sql.replacing("rowid IN (SELECT 1) OR ", with: "")) }
    try place.reopen()
    let verification = try await store.verify()
    #expect(!verification.findings.isEmpty)
  }

  @Test func `a backup made while writing is restored whole`() async throws {
    try await fill()
    let store = store
    let file = place.directory + ".backup"
    defer { unlink(file) }
    let writing = Task {
      for _ in 0..<200 {
        _ = try await store.transaction([
          BundleEntry(.post, "Patient", fullURL: "urn:uuid:p", resource: try patient()),
          BundleEntry(.post, "Observation", resource: try observation(of: "urn:uuid:p")),
        ])
      }
    }
    let manifest = try await store.backup(to: file)
    try await writing.value
    #expect(try Backup.verify(file) == manifest)
    let other = place.directory + ".restored"
    #expect(try Backup.restore(from: file, to: other) == manifest)
    defer { Workplace.remove(other) }
    let restored = try SQLiteStore(directory: other, settings: place.settings())
    let verification = try await restored.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
    let counts = restored.statistics().counts
    // Every transaction is there with both its resources or not at all.
    #expect(counts[type("Patient")] == (counts[type("Observation")] ?? 0) - 1)
    #expect(restored.statistics().sequence == manifest.sequence)
    restored.close()
    let full = try await anomaly { try Backup.restore(from: file, to: other) }
    #expect(full.answer == 409)
  }

  @Test func `a backup that was cut, changed or is foreign is refused`() async throws {
    try await fill()
    let file = place.directory + ".backup"
    let mutant = place.directory + ".mutant"
    let target = place.directory + ".target"
    defer {
      unlink(file)
      unlink(mutant)
      Workplace.remove(target)
    }
    _ = try await store.backup(to: file)
    let whole = try Data(contentsOf: URL(filePath: file))
    var random = SystemRandomNumberGenerator()
    var mutants = [Data("SQLite format 3\0".utf8), Data(), whole + Data([0])]
    for _ in 0..<30 {
      mutants.append(whole.prefix(Int.random(in: 0..<whole.count, using: &random)))
      var flipped = whole
      flipped[Int.random(in: 0..<whole.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8)
      mutants.append(flipped)
    }
    for bytes in mutants {
      try bytes.write(to: URL(filePath: mutant))
      _ = try await anomaly { try Backup.restore(from: mutant, to: target) }
      _ = try await anomaly { try Backup.verify(mutant) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    #expect(try Backup.restore(from: file, to: target).sequence == store.statistics().sequence)
  }

  @Test func `an erased resource leaves nothing behind but its id`() async throws {
    try await fill()
    let canary = "Zyxwvutsrq"
    let source = try document([
      "resourceType": "Patient", "id": "secret", "name": [["family": .string(canary)]],
      "text": [
        "status": "generated",
        "div": .string("<div xmlns=\"http://www.w3.org/1999/xhtml\">\(canary)</div>"),
      ],
    ])
    _ = try await store.write(.update(key("Patient/secret"), source))
    _ = try await store.write(.update(key("Patient/secret"), try patient("secret")))
    _ = try await store.write(.update(key("Patient/secret"), source))
    try await store.erase(key("Patient/secret"))
    #expect(try await store.read(key("Patient/secret"))?.isDeleted == true)
    let old = try #require(try await store.read(key("Patient/secret"), version: 1))
    #expect(old.isDeleted && old.body.isEmpty)
    #expect(try await store.read(key("Patient/secret"), version: 9) == nil)
    let history = try await store.history(.resource(key("Patient/secret")), HistoryWindow())
    #expect(history.versions.map(\.method) == [.delete])
    let changes = try await store.changes(after: 0, limit: 1_000)
    let told = changes.filter { $0.key == key("Patient/secret") }
    #expect(told.count == 4)
    let isErased = told.allSatisfy(\.isErased)
    #expect(isErased)
    let verification = try await store.verify()
    #expect(verification.findings.isEmpty, "\(verification.findings)")
    for word in [canary, canary.lowercased()] {
      for file in try FileManager.default.contentsOfDirectory(atPath: place.directory) {
        let bytes = try Data(contentsOf: URL(filePath: place.directory + "/" + file))
        #expect(bytes.range(of: Data(word.utf8)) == nil, "\(file) has \(word)")
      }
    }
  }

  @Test func `a database of a newer program is refused`() async throws {
    place.close()
    do {
      let path = place.directory + "/" + SQLiteStore.fileName
      let other = try Connection(path: path, role: .writer)
      try other.execute("INSERT INTO migration (number, name, checksum) VALUES (999, 'x', 1)")
    }
    let refused = try await anomaly { try place.open() }
    #expect(refused.message.contains("999"))
  }
}
