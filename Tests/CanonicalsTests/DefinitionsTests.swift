import Canonicals
import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Synchronization
import Terminology
import Testing
import Validation

/// What is stored of profiles and terminology, and what follows from it.
struct DefinitionsTests {
  /// A store in a directory of its own, whose conditions know the same definitions.
  private static func using(
    _ body: (SQLiteStore, Definitions) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "kangqu-canonicals-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let definitions = Definitions(depth: .profiles)
    let clock = Mutex<Int64>(1_700_000_000_000)
    var settings = StoreSettings(
      clock: { clock.withLock { $0 + 1 } }, makeID: { UUID().uuidString.lowercased() },
      validate: { (document, cursor) throws(Anomaly) in
        try definitions.refuse(cursor, in: document)
      })
    settings.expand = { (group) throws(Anomaly) in try definitions.tokens(group) }
    let store = try SQLiteStore(directory: directory, settings: settings)
    var failure: (any Error)?
    do { try await body(store, definitions) } catch { failure = error }
    store.close()
    try FileManager.default.removeItem(atPath: directory)
    if let failure { throw failure }
  }

  private func document(_ json: JSON) throws -> JSONDocument {
    try JSONDocument.parse(json.encoded())
  }

  private func key(_ reference: String) throws -> ResourceKey {
    try #require(ResourceKey(reference: reference))
  }

  private func put(_ json: JSON, _ reference: String, in store: SQLiteStore) async throws {
    var json = json
    json["id"] = .string(String(reference.split(separator: "/").last ?? ""))
    _ = try await store.write(.update(key(reference), try document(json)))
  }

  private let wards: JSON = [
    "resourceType": "CodeSystem", "url": "http://a.cn/ward", "version": "1", "status": "active",
    "content": "complete",
    "concept": [["code": "surgery", "concept": [["code": "burns"]]], ["code": "medicine"]],
  ]
  private let cutting: JSON = [
    "resourceType": "ValueSet", "url": "http://a.cn/cutting", "status": "active",
    "compose": [
      "include": [
        [
          "system": "http://a.cn/ward",
          "filter": [["property": "concept", "op": "is-a", "value": "surgery"]],
        ]
      ]
    ],
  ]
  private let unit: JSON = [
    "resourceType": "StructureDefinition", "url": "http://a.cn/unit", "name": "Unit",
    "status": "active", "kind": "resource", "abstract": false, "type": "Basic",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Basic", "derivation": "constraint",
    "differential": [
      "element": [
        [
          "id": "Basic.code", "path": "Basic.code",
          "binding": ["strength": "required", "valueSet": "http://a.cn/cutting"],
        ]
      ]
    ],
  ]

  private func basic(_ code: String, _ profile: String? = nil) -> JSON {
    var basic: JSON = [
      "resourceType": "Basic",
      "code": ["coding": [["system": "http://a.cn/ward", "code": .string(code)]]],
    ]
    if let profile { basic["meta"] = ["profile": [.string(profile)]] }
    return basic
  }

  @Test func `a profile's binding and $validate-code judge by the same stored value set`()
    async throws
  {
    try await Self.using { store, definitions in
      try await put(wards, "CodeSystem/wards", in: store)
      try await put(cutting, "ValueSet/cutting", in: store)
      try await put(unit, "StructureDefinition/unit", in: store)
      let library = try await definitions.library(store)
      for (code, isIn) in [("surgery", true), ("burns", true), ("medicine", false), ("x", false)] {
        #expect(
          library.holds(
            system: "http://a.cn/ward", code: code, in: Canonical("http://a.cn/cutting")) == isIn)
        let issues = definitions.validator().validate(
          try document(basic(code, "http://a.cn/unit")))
        #expect(issues.areValid == isIn, "\(code): \(issues.map(\.message))")
      }
    }
  }

  @Test func `a definition that changes or goes counts from the next question on`() async throws {
    try await Self.using { store, definitions in
      let ward = Canonical("http://a.cn/cutting")
      func holds(_ code: String) async throws -> Bool? {
        try await definitions.library(store).holds(
          system: "http://a.cn/ward", code: code, in: ward)
      }
      #expect(try await holds("burns") == nil)
      try await put(wards, "CodeSystem/wards", in: store)
      try await put(cutting, "ValueSet/cutting", in: store)
      #expect(try await holds("burns") == true)
      var other = cutting
      other["compose"] = [
        "include": [["system": "http://a.cn/ward", "concept": [["code": "medicine"]]]]
      ]
      try await put(other, "ValueSet/cutting", in: store)
      #expect(try await holds("burns") == false)
      #expect(try await holds("medicine") == true)
      _ = try await store.write(.delete(try key("ValueSet/cutting")))
      #expect(try await holds("medicine") == nil)
    }
  }

  @Test func `more definitions than are read at once are all followed`() async throws {
    try await Self.using { store, definitions in
      var entries: [BundleEntry] = []
      for number in 1...2_500 {
        let set: JSON = [
          "resourceType": "ValueSet", "id": .string("v\(number)"), "status": "active",
          "url": .string("http://a.cn/v\(number)"),
          "compose": [
            "include": [["system": "http://a.cn/s", "concept": [["code": .string("\(number)")]]]]
          ],
        ]
        entries.append(
          BundleEntry(.put, "ValueSet/v\(number)", resource: try document(set)))
      }
      _ = try await store.transaction(entries)
      let library = try await definitions.library(store)
      for number in [1, 1_000, 1_001, 2_500] {
        let canonical = Canonical("http://a.cn/v\(number)")
        #expect(library.holds(system: "http://a.cn/s", code: "\(number)", in: canonical) == true)
      }
    }
  }

  @Test func `conditional requests know :in, :not-in, :above and :below`() async throws {
    try await Self.using { store, definitions in
      try await put(wards, "CodeSystem/wards", in: store)
      try await put(cutting, "ValueSet/cutting", in: store)
      try await definitions.follow(store)
      let type = try key("Basic/1").type
      _ = try await store.write(.create(type, try document(basic("burns"))))
      for condition in [
        "code:in=http://a.cn/cutting", "code:below=http://a.cn/ward%7Csurgery",
        "code:not-in=http://a.cn/other%7C1",
      ] where !condition.contains("other") {
        let outcome = try await store.write(
          .create(type, try document(basic("burns")), ifNoneExist: condition))
        #expect(outcome.effect == .matched, "\(condition)")
      }
      _ = try await store.write(.create(type, try document(basic("medicine"))))
      let outcome = try await store.write(
        .create(
          type, try document(basic("x")), ifNoneExist: "code:not-in=http://a.cn/cutting"))
      #expect(outcome.effect == .matched)
      let gone = try await store.write(
        .conditionalDelete(type, query: "code:above=http://a.cn/ward%7Cburns", limit: 5))
      #expect(gone.count == 1)
      await #expect(throws: Anomaly.self) {
        try await store.write(
          .create(type, try document(basic("x")), ifNoneExist: "code:in=http://a.cn/unknown"))
      }
    }
  }
}
