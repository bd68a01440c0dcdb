import FHIR
import RecordStore
import Registries
import Testing

@testable import Pages

@Suite("Pages of the population registry") struct PopulationPageTests {
  /// A town of its own, because the pages change it.
  private static let opened = Task { try await Town() }

  private var town: Town { get async throws { try await Self.opened.value } }

  /// The answer to a form.
  private func send(
    _ path: String, _ items: [(String, String)], _ town: Town
  ) async throws -> PageReply {
    try #require(
      await town.site.reply(
        to: PageRequest(
          path: path, query: items.map { (name: $0.0, value: $0.1) }, acceptLanguage: "zh-CN",
          isForm: true)))
  }

  private func text(_ reply: PageReply) -> String { String(decoding: reply.body, as: UTF8.self) }

  /// A household with a couple; its wife.
  private func couple(_ town: Town) async throws -> (Household, Household.Member) {
    for version in try await town.site.registry.search("Group", "code=household&_count=100") {
      let household = try Household(version)
      if let wife = household.members.first(where: { $0.kin == "12" }), household.head != nil {
        return (household, wife)
      }
    }
    throw Anomaly.fault("the district has no couple")
  }

  @Test func `every household and every question is well formed in both languages`() async throws {
    let town = try await town
    let found = try await town.site.registry.search("Group", "code=household&_count=100")
    #expect(found.count > 8)
    for version in found {
      let household = try Household(version)
      var pages = ["", "/birth", "/arrival", "/head"].map {
        "/population/household/\(household.id)\($0)"
      }
      if let person = household.members.first?.person {
        pages += ["death", "departure", "name", "sex"].map { "/population/person/\(person)/\($0)" }
      }
      for (number, page) in pages.enumerated() {
        let html = try await town.html(page, number % 2 == 0 ? .chinese : .english)
        let fault = WellFormed.fault(in: html)
        #expect(fault == nil, "\(page)")
      }
    }
    #expect(WellFormed.fault(in: try await town.html("/population")) == nil)
  }

  @Test func `a family is found by any of its people`() async throws {
    let town = try await town
    let (household, wife) = try await couple(town)
    let reply = try #require(await town.page("/population?who=\(wife.name.urlEncoded)"))
    let isThere =
      reply.headers.contains { $0.value == "/population/household/\(household.id)" }
      || text(reply).contains("/population/household/\(household.id)\"")
    #expect(isThere)
    let direct = try #require(await town.page("/population/person/\(wife.person)"))
    #expect(direct.headers.contains { $0.value == "/population/household/\(household.id)" })
  }

  @Test func `the form of a birth offers the couple as parents`() async throws {
    let town = try await town
    let (household, wife) = try await couple(town)
    let html = try await town.html("/population/household/\(household.id)/birth")
    #expect(html.contains("<option value=\"\(wife.person)\" selected>"))
    let head = try #require(household.head)
    #expect(html.contains("<option value=\"\(head.person)\" selected>"))
  }

  @Test func `a birth is registered from the mother's record, and she is chosen`() async throws {
    let town = try await town
    let (household, wife) = try await couple(town)
    let reply = try #require(await town.page("/population/person/\(wife.person)/birth"))
    let path = "/population/household/\(household.id)/birth?mother=\(wife.person)"
    #expect(reply.headers.contains { $0.value == path })
    #expect(try await town.html(path).contains("value=\"\(wife.person)\" selected"))
  }

  @Test func `a refused birth keeps what was typed, and the fault stands beside it`() async throws {
    let town = try await town
    let (household, wife) = try await couple(town)
    let reply = try await send(
      "/population/household/\(household.id)/birth",
      [
        ("name", "王小小"), ("sex", "1"), ("day", "2031-02-30"), ("mother", wife.person),
        ("certificate", "12345"),
      ], town)
    #expect(reply.status == 422)
    let html = text(reply)
    #expect(WellFormed.fault(in: html) == nil)
    #expect(html.contains("value=\"王小小\"") && html.contains("value=\"2031-02-30\""))
    #expect(html.contains("id=\"day-error\"") && html.contains("id=\"certificate-error\""))
  }

  @Test func `a newborn stands in the household, is found, and is asked about when sent again`()
    async throws
  {
    let town = try await town
    let (household, wife) = try await couple(town)
    let path = "/population/household/\(household.id)"
    let answers = [
      ("name", "新禾禾"), ("sex", "2"), ("day", "20261119"), ("mother", wife.person),
      ("father", household.head?.person ?? ""),
    ]
    let reply = try await send(path + "/birth", answers + [("isAnother", "yes")], town)
    #expect(reply.status == 303, "\(text(reply).prefix(3000))")
    #expect(try await town.html(path).contains("新禾禾"))
    #expect(try await town.html("/?q=\("xin hehe".urlEncoded)").contains("新禾禾"))
    let again = try await send(path + "/birth", answers, town)
    #expect(again.status == 409)
    #expect(text(again).contains("可能是同一个孩子") && text(again).contains("name=\"isAnother\""))
  }

  @Test func `a household that is not there is said not to be`() async throws {
    let reply = try #require(await town.page("/population/household/nobody"))
    #expect(reply.status == 404)
  }
}
