import Canonicals
import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Testing

@testable import Pages

/// The pages of terminology over a store with two editions of a list and a local list.
@Suite struct TermPagesTests {
  private static let icd = "http://a.cn/icd"

  private static func using(_ body: (Site) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "kangqu-terms-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let now: @Sendable () -> Int64 = { 1_800_000_000_000 }
    let store = try SQLiteStore(
      directory: folder,
      settings: StoreSettings(
        clock: now, makeID: { UUID().uuidString.lowercased() },
        validate: { (_, _) throws(Anomaly) in }))
    var failure: (any Error)?
    do { try await body(Site(store: store, clock: now)) } catch { failure = error }
    store.close()
    try FileManager.default.removeItem(atPath: folder)
    if let failure { throw failure }
  }

  private func text(_ reply: PageReply?) throws -> String {
    String(decoding: try #require(reply).body, as: UTF8.self)
  }

  private func send(
    _ site: Site, _ path: String, _ items: [String: String], file: String? = nil
  ) async -> PageReply? {
    var request = PageRequest(
      path: path, query: items.map { (name: $0.key, value: $0.value) }, isForm: true)
    if let file {
      request.files = [
        PageRequest.File(field: "file", name: "list.csv", bytes: Array(file.utf8))
      ]
    }
    return await site.reply(to: request)
  }

  /// Uploads a list and stores it; the place that the browser is sent to.
  private func store(_ site: Site, _ system: String, _ version: String, _ list: String)
    async throws -> String
  {
    let preview = try text(
      await send(
        site, "/terms/import",
        ["system": system, "version": version, "title": "列表\(version)", "hierarchy": "prefix"],
        file: list))
    #expect(WellFormed.fault(in: preview) == nil)
    let ticket = try #require(preview.firstMatch(of: /name="ticket" value="([^"]+)"/)).1
    let reply = await send(site, "/terms/import/store", ["ticket": String(ticket)])
    #expect(reply?.status == 303)
    #expect(await send(site, "/terms/import/store", ["ticket": String(ticket)])?.status == 410)
    return try #require(reply?.headers.first { $0.name == "Location" }?.value)
  }

  private func fill(_ site: Site) async throws {
    let first = "编码,名称\nI10,高血压\nI10.x00,特发性高血压\nJ45,哮喘\n"
    let second = "编码,名称\nI10,原发性高血压\nI10.x00,特发性高血压\n"
    _ = try await store(site, Self.icd, "1", first)
    let place = try await store(site, Self.icd, "2", second)
    #expect(place == "/terms/system?url=http%3A%2F%2Fa.cn%2Ficd&version=2")
    _ = try await store(site, "http://a.cn/local", "1", "编码,名称\nA,特发性高血压\nB,其他\n")
  }

  @Test func `every page is well formed in both languages`() async throws {
    try await Self.using { site in
      try await fill(site)
      let made = await send(
        site, "/terms/map/new",
        ["source": "http://a.cn/local", "target": Self.icd, "title": "映射"])
      let map = try #require(made?.headers.first { $0.name == "Location" }?.value)
      let kept = await send(
        site, map,
        ["version": "1", "code.0": "A", "pick.0": "=I10.x00", "code.1": "B", "pick.1": "none"])
      #expect(kept?.status == 303)
      let system: [String: String] = ["url": Self.icd]
      for (path, items) in [
        ("/terms", ["term": "gxy", "all": "yes"]), ("/terms", [:]), ("/terms/system", system),
        ("/terms/difference", ["url": Self.icd, "before": "1", "version": "2"]),
        ("/terms/code", ["url": Self.icd, "code": "I10"]),
        ("/terms/code", ["url": Self.icd, "code": "I10.x00"]),
        ("/terms/set", ["url": "http://hl7.org/fhir/ValueSet/administrative-gender"]),
        ("/terms/set", ["url": "http://hl7.org/fhir/ValueSet/condition-code"]),
        ("/terms/import", system), ("/terms/map/new", [:]), (map, [:]), (map, ["show": "mapped"]),
      ] {
        for language in ["zh", "en"] {
          var query = items.map { (name: $0.key, value: $0.value) }
          query.append((name: "lang", value: language))
          let reply = await site.reply(to: PageRequest(path: path, query: query))
          #expect(reply?.status == 200, "\(path) \(items)")
          let html = try text(reply)
          #expect(WellFormed.fault(in: html) == nil, "\(path) \(items)")
        }
      }
      let concept = try text(
        await site.reply(
          to: PageRequest(
            path: "/terms/code", query: [("url", Self.icd), ("code", "I10.x00")])))
      #expect(concept.contains("特发性高血压") && concept.contains("映射自"))
    }
  }

  @Test func `the edition in use is the newest whose time has come`() async throws {
    try await Self.using { site in
      for (version, date) in [("1", "2020-01-01"), ("2", "2099-01-01")] {
        let preview = try text(
          await send(
            site, "/terms/import",
            [
              "system": Self.icd, "version": version, "title": "甲", "hierarchy": "column",
              "effective": date,
            ], file: "编码,名称\nV,第\(version)版\n"))
        let ticket = try #require(preview.firstMatch(of: /name="ticket" value="([^"]+)"/)).1
        _ = await send(site, "/terms/import/store", ["ticket": String(ticket)])
      }
      let page = try text(
        await site.reply(to: PageRequest(path: "/terms/system", query: [("url", Self.icd)])))
      #expect(page.contains("第1版") && !page.contains("第2版"))
    }
  }

  @Test(arguments: [
    (["system": "icd", "version": "1", "title": "甲"], "编码,名称\nA,b\n", "完整的 URI"),
    (["system": "urn:x", "version": "", "title": "甲"], "编码,名称\nA,b\n", "请填写此项"),
    (["system": "urn:x", "version": "1", "title": "甲", "effective": "何时"], "编码,名称\nA,b\n", "不是日期"),
    (["system": "urn:x", "version": "1", "title": "甲"], "", "没有同时含"),
    (["system": "urn:x", "version": "1", "title": "甲"], "编码,名称\nA,\"b\n", "引号没有闭合"),
    (["system": "urn:x", "version": "1", "title": "甲", "sheet": "二"], "编码,名称\nA,b\n", "没有工作表"),
  ])
  func `what cannot be imported is refused with the reason, and nothing is stored`(
    items: [String: String], file: String, reason: String
  ) async throws {
    try await Self.using { site in
      let reply = await send(site, "/terms/import", items, file: file)
      #expect(reply?.status == 422)
      let html = try text(reply)
      #expect(html.contains(reason))
      #expect(site.store.statistics().sequence == 0)
    }
  }

  @Test func `a choice by an old version, or of no code, is not kept`() async throws {
    try await Self.using { site in
      try await fill(site)
      let made = await send(
        site, "/terms/map/new",
        ["source": "http://a.cn/local", "target": Self.icd, "title": "映射"])
      let map = try #require(made?.headers.first { $0.name == "Location" }?.value)
      let wrong = await send(
        site, map, ["version": "1", "code.0": "A", "other.0": "Z99"])
      #expect(wrong?.status == 409)
      let html = try text(wrong)
      #expect(html.contains("没有编码 Z99"))
      let items = ["version": "1", "code.0": "A", "pick.0": "none"]
      #expect(await send(site, map, items)?.status == 303)
      #expect(await send(site, map, ["version": "1", "remove": "A"])?.status == 409)
      #expect(await send(site, map, ["version": "2", "remove": "A"])?.status == 303)
    }
  }
}
