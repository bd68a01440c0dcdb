import FHIR
import FHIRSearch
import Foundation
import RecordStore
import TestSupport
import Testing

@testable import MasterIndex

@Suite struct JudgementTests {
  @Test func `what a person holds to be one stays one, and is undone in one step`() async throws {
    let registry = try await Registry()
    for number in 1...3 { try await registry.put("p\(number)", resident(number)) }
    let outcome = try await registry.judge(.same, "Patient/p1", "Patient/p2")
    #expect(try await registry.persons() == [["Patient/p1", "Patient/p2"]])
    try await registry.put("p2", resident(44))
    #expect(registry.index.master(of: "p2") == outcome.person)
    let part = try #require(outcome.part)
    try await registry.judge(.apart, part)
    #expect(try await registry.persons() == [])
    #expect(registry.index.counts == (3, 3))
    #expect(try await registry.agreesWithStored())
  }

  @Test func `what a person holds apart is joined by no later write`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    try await registry.put("b", resident(1))
    try await registry.judge(.apart, "Patient/b")
    #expect(try await registry.persons() == [])
    var other = resident(1)
    other["active"] = true
    try await registry.put("b", other)
    #expect(try await registry.persons() == [])
    try await registry.reopen()
    other["active"] = false
    try await registry.put("b", other)
    #expect(try await registry.persons() == [])
    #expect(try await registry.found("Task", "status=requested").isEmpty)
  }

  @Test func `a question is answered, put off, and not asked again`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1, identity: false, phone: false))
    try await registry.put("b", resident(1, identity: false, phone: false))
    try await registry.judge(.later, "Patient/a", "Patient/b")
    #expect(try await registry.found("Task", "status=on-hold").count == 1)
    try await registry.judge(.different, "Patient/b", "Patient/a")
    #expect(try await registry.found("Task", "status=completed").count == 1)
    try await registry.put("b", resident(1, identity: false))
    #expect(try await registry.found("Task", "status=requested").isEmpty)
    #expect(try await registry.persons() == [])
  }

  @Test func `a record leaves with those that were joined because of it`() async throws {
    let registry = try await Registry()
    for number in 1...4 { try await registry.put("p\(number)", resident(number)) }
    try await registry.judge(.same, "Patient/p1", "Patient/p2")
    try await registry.judge(.same, "Patient/p2", "Patient/p3")
    try await registry.judge(.same, "Patient/p1", "Patient/p4")
    try await registry.judge(.apart, "Patient/p2")
    #expect(
      Set(try await registry.persons()) == [
        ["Patient/p1", "Patient/p4"], ["Patient/p2", "Patient/p3"],
      ])
  }

  @Test func `two people are demanded where the operator wants it`() async throws {
    let registry = try await Registry(demandsTwoPeople: true)
    for number in 1...2 { try await registry.put("p\(number)", resident(number)) }
    let first = try await registry.judge(.same, "Patient/p1", "Patient/p2", by: "甲")
    #expect(first.awaitsSecond)
    #expect(try await registry.persons() == [])
    await #expect(throws: Anomaly.self) {
      try await registry.judge(.same, "Patient/p1", "Patient/p2", by: "甲")
    }
    let second = try await registry.judge(.same, "Patient/p2", "Patient/p1", by: "乙")
    #expect(!second.awaitsSecond)
    #expect(try await registry.persons().count == 1)
  }

  @Test func `refuses what cannot be judged`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    try await registry.put("b", resident(1))
    for (kind, one, other, by) in [
      (Judgement.Kind.same, "Patient/a", "Patient/b", "甲"), (.same, "Patient/a", "Patient/a", "甲"),
      (.same, "Patient/a", "Patient/none", "甲"), (.different, "Patient/a", "Patient/b", "甲"),
      (.apart, "Patient/none", "", "甲"), (.apart, "Patient/a", "", ""),
      (.later, "Patient/a", "Patient/b", "甲"),
    ] {
      await #expect(throws: Anomaly.self) { try await registry.judge(kind, one, other, by: by) }
    }
    #expect(try await registry.persons() == [["Patient/a", "Patient/b"]])
  }

  // MARK: Exact inverses

  /// What searches answer, but for the version and time of Persons, which tell that they were
  /// touched.
  private static func answers(_ registry: Registry) async throws -> [String: [UInt8]] {
    var answers: [String: [UInt8]] = [:]
    for search in [
      "Patient?", "Patient?_sort=birthdate", "Observation?",
      "Observation?subject:Patient.gender=male",
      "Patient?_has:Observation:subject:status=final", "Person?", "Person?link:Patient.gender=male",
    ] {
      let parts = search.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      let found = try await registry.found(String(parts[0]), String(parts[1]))
      answers[search] =
        parts[0] == "Person"
        ? found.sorted { $0.key.id < $1.key.id }.flatMap { Array($0.key.id.utf8) + $0.content }
        : found.flatMap(\.body)
    }
    for patient in try await registry.found("Patient") {
      let page = try await registry.store.everything(patient.key, EverythingWindow())
      answers["\(patient.key)/$everything"] = page.entries.flatMap(\.version.body)
    }
    return answers
  }

  private static func populated(_ persons: Int) async throws -> Registry {
    let registry = try await Registry()
    for number in 0..<persons {
      for copy in 0..<(number % 3 + 1) {
        try await registry.put("p\(number)-\(copy)", resident(number))
      }
      let observation: JSON = [
        "resourceType": "Observation", "status": "final", "code": ["text": "脉搏"],
        "subject": ["reference": .string("Patient/p\(number)-0")],
        "valueQuantity": ["value": .number("\(60 + number)")],
      ]
      _ = try await registry.store.write(
        .create(
          Registry.key("Observation/x").type, try JSONDocument.parse(observation.encoded())))
    }
    return registry
  }

  private static let isNightly = ProcessInfo.processInfo.environment["KANGQU_NIGHTLY"] == "1"

  @Test(arguments: [false, true])
  func `merges and their unmerges leave every answer as it was`(_ isShuffled: Bool) async throws {
    let merges = Self.isNightly ? 1_000 : 48
    let registry = try await Self.populated(24)
    let patients = try await registry.found("Patient").map(\.key.id)
    let before = try await Self.answers(registry)
    var random = SeededRandom(seed: 11)
    var done = 0
    while done < merges {
      var parts: [String] = []
      for _ in 0..<12 {
        let pair = (patients.randomElement(using: &random), patients.randomElement(using: &random))
        guard let one = pair.0, let other = pair.1, one != other else { continue }
        let masters = (registry.index.master(of: one), registry.index.master(of: other))
        guard masters.0 == nil || masters.0 != masters.1 else { continue }
        let outcome = try await registry.judge(.same, "Patient/\(one)", "Patient/\(other)")
        parts.append(try #require(outcome.part))
        done += 1
      }
      #expect(try await Self.answers(registry) != before)
      if isShuffled { parts.shuffle(using: &random) } else { parts.reverse() }
      for part in parts { try await registry.judge(.apart, part) }
      #expect(try await Self.answers(registry) == before)
    }
    #expect(try await registry.agreesWithStored())
  }
}
