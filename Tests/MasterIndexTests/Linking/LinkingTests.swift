import FHIR
import Foundation
import RecordStore
import Testing

@testable import MasterIndex

@Suite struct LinkingTests {
  @Test func `a record that is alone is its own master, and nothing else is written`() async throws
  {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    try await registry.put("b", resident(2))
    #expect(try await registry.persons() == [])
    #expect(try await registry.found("Task").isEmpty)
    #expect(try await registry.found("Provenance").isEmpty)
    #expect(registry.index.counts == (2, 2))
  }

  @Test func `two records of one person get a Person that says why`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    try await registry.put("b", resident(1))
    #expect(try await registry.persons() == [["Patient/a", "Patient/b"]])
    let person = try #require(try await registry.resources("Person").first)
    let link = try #require(person["link"]?[1])
    #expect(link["assurance"] == "level3")
    let decision = try #require(LinkDecision(link))
    #expect(decision.method == .machine)
    #expect(decision.through == "a")
    #expect((decision.score ?? 0) > 0)
    #expect(decision.reasons.contains { $0.trait == "nationalNumber" && $0.level == "proven" })
    let record = try #require(try await registry.resources("Provenance").first)
    #expect(record["activity"]?["coding"]?[0]?["code"] == "link")
    // What was sent stays as it was sent.
    let sent = try await registry.store.read(Registry.key("Patient/a"))
    #expect(sent?.version == 1)
    #expect(try await registry.agreesWithStored())
  }

  @Test func `a record of a person is found by find-or-create too, and is not made`() async throws {
    let registry = try await Registry()
    let number = identityNumber(1, born: "1941-02-02")
    let query = "identifier=urn:oid:2.16.156.10011.1.3|\(number)"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<64 {
        group.addTask {
          for _ in 0..<5 {
            _ = try await registry.store.write(
              .create(
                Registry.key("Patient/x").type, try JSONDocument.parse(resident(1).encoded()),
                ifNoneExist: query))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await registry.found("Patient").count == 1)
    #expect(registry.index.counts == (1, 1))
  }

  private static let isNightly = ProcessInfo.processInfo.environment["KANGQU_NIGHTLY"] == "1"

  @Test func `sixty-four clients who register one person leave one master person`() async throws {
    let times = Self.isNightly ? 1_000 : 4
    let registry = try await Registry()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<64 {
        group.addTask { for _ in 0..<times { try await registry.create(resident(1)) } }
      }
      try await group.waitForAll()
    }
    #expect(registry.index.counts == (64 * times, 1))
    #expect(try await registry.found("Task").isEmpty)
    #expect(try await registry.agreesWithStored())
  }

  @Test func `parallel registrations of many persons end with exactly as many`() async throws {
    let persons = Self.isNightly ? 10_000 : 60
    let registry = try await Registry()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<10 {
        group.addTask {
          for number in 0..<persons {
            try await registry.create(resident((number * 7 + client * 31) % persons))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(registry.index.counts == (persons * 10, persons))
  }

  @Test func `asks a person where it is not certain, once`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1, identity: false, phone: false))
    try await registry.put("b", resident(1, identity: false, phone: false))
    try await registry.put("b", resident(1, identity: false))
    #expect(try await registry.persons() == [])
    let tasks = try await registry.resources("Task")
    #expect(tasks.count == 1)
    let question = try #require(tasks.first.flatMap(Question.init))
    #expect([question.one, question.other] == ["a", "b"])
    #expect(!question.reasons.isEmpty)
    #expect(tasks.first?["status"] == "requested")
  }

  @Test func `twins with one telephone are not joined without a person`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1, name: "陈晨", identity: false))
    try await registry.put("b", resident(1, name: "陈曦", identity: false))
    #expect(try await registry.persons() == [])
  }

  @Test func `one number with another name and birth date is asked about`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    var borrowed = resident(40, phone: false)
    borrowed["identifier"] = resident(1)["identifier"]
    try await registry.put("b", borrowed)
    #expect(try await registry.persons() == [])
    #expect(try await registry.found("Task", "status=requested").count == 1)
  }

  @Test func `a record that is changed or deleted leaves its person`() async throws {
    let registry = try await Registry()
    for id in ["a", "b", "c"] { try await registry.put(id, resident(1)) }
    try await registry.put("c", resident(55))
    #expect(try await registry.persons() == [["Patient/a", "Patient/b"]])
    #expect(registry.index.counts == (3, 2))
    try await registry.delete("Patient/b")
    #expect(try await registry.persons() == [])
    #expect(registry.index.counts == (2, 2))
    #expect(try await registry.agreesWithStored())
  }

  @Test func `a refused transaction leaves index and links as they were`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    let patient = try JSONDocument.parse(resident(1).encoded())
    let absent = BundleEntry(.get, "Patient/absent")
    await #expect(throws: Anomaly.self) {
      _ = try await registry.store.transaction([
        BundleEntry(.post, "Patient", resource: patient), absent,
      ])
    }
    #expect(registry.index.counts == (1, 1))
    #expect(try await registry.persons() == [])
    #expect(try await registry.agreesWithStored())
  }

  @Test func `what a transaction registers together is linked together`() async throws {
    let registry = try await Registry()
    let patient = try JSONDocument.parse(resident(1).encoded())
    _ = try await registry.store.transaction(
      (0..<3).map { _ in BundleEntry(.post, "Patient", resource: patient) })
    #expect(registry.index.counts == (3, 1))
    #expect(try await registry.persons().map(\.count) == [3])
  }

  @Test func `a whole record is no more than it was before it was linked`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    try await registry.put("b", resident(1))
    let page = try await registry.store.everything(Registry.key("Patient/a"), EverythingWindow())
    #expect(page.entries.map(\.version.key.description) == ["Patient/a"])
  }

  @Test func `a Person of somebody else's is left alone and stays in the record`() async throws {
    let registry = try await Registry()
    try await registry.put("a", resident(1))
    let person: JSON = [
      "resourceType": "Person", "id": "own", "link": [["target": ["reference": "Patient/a"]]],
    ]
    _ = try await registry.store.write(
      .update(Registry.key("Person/own"), try JSONDocument.parse(person.encoded())))
    #expect(registry.index.master(of: "a") == nil)
    let page = try await registry.store.everything(Registry.key("Patient/a"), EverythingWindow())
    #expect(page.entries.count == 2)
  }

  @Test func `a person of many records is continued in further Persons`() async throws {
    let registry = try await Registry()
    let patient = try JSONDocument.parse(resident(1).encoded())
    for _ in 0..<4 {
      _ = try await registry.store.transaction(
        (0..<40).map { _ in BundleEntry(.post, "Patient", resource: patient) })
    }
    #expect(registry.index.counts == (160, 1))
    let links = try await registry.persons().map(\.count)
    #expect(links.count == 4)
    #expect(links.allSatisfy { $0 <= 51 })
    #expect(try await registry.agreesWithStored())
  }

  @Test func `numbers that cannot be, long names and rare characters are kept as sent`()
    async throws
  {
    let registry = try await Registry()
    let name = String(repeating: "阿", count: 48) + "\u{20BB7}\u{30000}"
    var patient = resident(1, name: name, phone: false, birth: "1945-02-28")
    patient["identifier"] = [
      ["system": "urn:oid:2.16.156.10011.1.3", "value": "110099194502311234"]
    ]
    try await registry.put("a", patient)
    let stored = try await registry.resources("Patient")
    #expect(stored.first?["name"]?[0]?["text"] == .string(name))
    #expect(
      stored.first?["identifier"]?[0]?["value"] == "110099194502311234")
    try await registry.put("b", patient)
    #expect(try await registry.found("Patient").count == 2)
    let compared = try await registry.index.compare("a", "b")
    #expect(compared.reasons.first { $0.trait == "nationalNumber" }?.level == "exact")
  }
}
