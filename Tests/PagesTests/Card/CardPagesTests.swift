import CardOffice
import Credentials
import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Testing
import Trust

@testable import Pages

/// A site with keys before a store with two people.
private struct CardTown {
  let site: Site
  let registry: CardRegistry

  init(hasKeys: Bool = true) async throws {
    let folder = NSTemporaryDirectory() + "kangqu-cards-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let now = SampleRecord.now.milliseconds
    let store = try SQLiteStore(
      directory: folder,
      settings: StoreSettings(
        clock: { now }, makeID: { UUID().uuidString.lowercased() },
        validate: { (_, _) throws(Anomaly) in }))
    let keys =
      hasKeys
      ? try RegionKeys.make(
        region: "和安县", cityCode: "429900", at: Instant(milliseconds: now), OpenSSLModule()) : nil
    site = Site(store: store, clock: { now }, cardKeys: keys)
    registry = site.cards.registry
    for (id, name, number) in [
      ("zhang", "张三", "110101199003070038"), ("li", "李四", "110101199003070046"),
    ] {
      let patient: JSON = [
        "resourceType": "Patient", "id": .string(id), "name": [["text": .string(name)]],
        "gender": "female", "birthDate": "1990-03-07",
        "identifier": [
          ["system": "urn:oid:2.16.156.10011.1.3", "value": .string(number)]
        ],
      ]
      _ = try await store.transaction([
        BundleEntry(
          .put, "Patient/\(id)", resource: try JSONDocument.parse(patient.encoded()))
      ])
    }
  }

  func reply(
    _ path: String, _ items: [(String, String)] = [], isForm: Bool = false,
    _ language: Language = .chinese
  ) async throws -> PageReply {
    let request = PageRequest(
      path: path, query: items.map { (name: $0.0, value: $0.1) },
      acceptLanguage: language.rawValue, isForm: isForm)
    return try #require(await site.reply(to: request))
  }

  func html(
    _ path: String, _ items: [(String, String)] = [], isForm: Bool = false,
    _ language: Language = .chinese
  ) async throws -> String {
    String(
      decoding: try await reply(path, items, isForm: isForm, language).body, as: UTF8.self)
  }

  /// Sends a form and gives where it leads.
  func send(_ path: String, _ items: (String, String)...) async throws -> String {
    let reply = try await reply(path, items, isForm: true)
    try #require(reply.status == 303, "\(String(decoding: reply.body, as: UTF8.self))")
    let location = try #require(reply.headers.first { $0.name == "Location" }?.value)
    return String(location.prefix { $0 != "?" })
  }

  func codeText(_ card: String) async throws -> String {
    let html = try await html(card + "/code")
    return String(try #require(html.firstMatch(of: /id="code-text">([^<]+)</)).1)
  }
}

@Suite("Pages of cards") struct CardPagesTests {
  @Test func `an electronic card is issued, shown, verified, revoked and then refused`()
    async throws
  {
    let town = try await CardTown()
    let card = try await town.send("/cards/person/zhang", ("kind", "electronic"))
    let code = try await town.codeText(card)
    let accepted = try await town.html("/cards/verify", [("code", code)], isForm: true)
    #expect(accepted.contains("核验通过"))
    let again = try await town.html("/cards/verify", [("code", code)], isForm: true)
    #expect(again.contains("data-reason=\"replayed\""))
    let altered = try await town.html("/cards/verify", [("code", code + "A")], isForm: true)
    #expect(altered.contains("核验不通过"))
    _ = try await town.send(card, ("what", "revoke:holder-request"))
    let refused = try await town.reply(card + "/code")
    #expect(refused.status == 409)
  }

  @Test func `the code's page renews itself without a script and is not kept`() async throws {
    let town = try await CardTown()
    let card = try await town.send("/cards/person/zhang", ("kind", "electronic"))
    let reply = try await town.reply(card + "/code")
    #expect(reply.headers.contains { $0.name == "Refresh" && $0.value == "30" })
    #expect(reply.headers.contains { $0.name == "Cache-Control" && $0.value == "no-store" })
  }

  @Test func `a resident card goes its way by one button after another`() async throws {
    let town = try await CardTown()
    let card = try await town.send("/cards/person/zhang", ("kind", "resident"))
    for event in ["produce", "issue", "activate"] {
      let page = try await town.html(card)
      #expect(page.contains("name=\"what\" value=\"\(event)\""), "\(event)")
      _ = try await town.send(card, ("what", event), ("next", "yes"))
    }
    #expect(try await town.html(card).contains("使用中"))
    #expect(try await town.html("/cards/person/zhang").contains("110***********0038"))
  }

  @Test func `an officer with an older page is told what became of the card`() async throws {
    let town = try await CardTown()
    let card = try await town.send("/cards/person/zhang", ("kind", "resident"))
    let page = try await town.html(card)
    let seen = String(
      try #require(page.firstMatch(of: /name="seen" value="(\d+)"/)).1)
    _ = try await town.send(card, ("what", "produce"), ("seen", seen), ("next", "yes"))
    let late = try await town.reply(
      card, [("what", "produce"), ("seen", seen), ("next", "yes")], isForm: true)
    #expect(late.status == 409)
    let words = String(decoding: late.body, as: UTF8.self)
    #expect(words.contains("另一位经办人刚刚办理了此卡，现为“已制卡”"))
  }

  @Test func `what is wrong stands beside its field and what was typed is kept`() async throws {
    let town = try await CardTown()
    let reply = try await town.reply(
      "/cards/person/zhang", [("kind", "bank"), ("number", "622202")], isForm: true)
    #expect(reply.status == 400)
    let page = String(decoding: reply.body, as: UTF8.self)
    #expect(page.contains("id=\"number-error\""))
    #expect(page.contains("value=\"622202\""))
    #expect(WellFormed.fault(in: page) == nil)
  }

  @Test func `a person is found by name or number, and one alone is opened at once`() async throws {
    let town = try await CardTown()
    let reply = try await town.reply("/cards", [("who", "110101199003070046")])
    #expect(reply.headers.contains { $0.value == "/cards/person/li" })
    #expect(try await town.html("/cards", [("who", "王五")]).contains("没有找到"))
  }

  @Test(arguments: Language.allCases)
  func `every page is well formed and shows no whole number`(language: Language) async throws {
    let town = try await CardTown()
    let virtual = try await town.send("/cards/person/zhang", ("kind", "electronic"))
    let physical = try await town.send("/cards/person/zhang", ("kind", "resident"))
    for path in [
      "/cards", "/cards/person/zhang", virtual, virtual + "/code", physical, "/cards/verify",
      "/cards/coverage", "/cards/coverage/people",
    ] {
      let page = try await town.html(path, [], isForm: false, language)
      #expect(WellFormed.fault(in: page) == nil, "\(path)")
      #expect(!page.contains("110101199003070038"), "\(path)")
    }
  }

  @Test func `figures of coverage open to the people behind them`() async throws {
    let town = try await CardTown()
    _ = try await town.send("/cards/person/zhang", ("kind", "electronic"))
    #expect(try await town.html("/cards/coverage").contains("50.0 %"))
    let holders = try await town.html("/cards/coverage/people", [("holds", "yes")])
    #expect(holders.contains("张三"))
    #expect(!holders.contains("李四"))
    let without = try await town.html(
      "/cards/coverage/people", [("holds", "no"), ("by", "sex"), ("group", "female")])
    #expect(without.contains("李四"))
  }

  @Test func `without keys nothing is signed and everything else works`() async throws {
    let town = try await CardTown(hasKeys: false)
    #expect(try await town.html("/cards").contains("kangqu card keys init"))
    _ = try await town.send("/cards/person/zhang", ("kind", "resident"))
    let page = try await town.html("/cards/person/zhang")
    #expect(!page.contains("value=\"electronic\""))
    let reply = try await town.reply("/cards/verify", [("code", "x")], isForm: true)
    #expect(reply.status == 503)
  }
}
