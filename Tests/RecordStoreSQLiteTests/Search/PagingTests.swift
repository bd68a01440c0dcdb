import FHIR
import FHIRSearch
import RecordStore
import Testing

@testable import RecordStoreSQLite

/// Pages of a search. <https://hl7.org/fhir/R4/http.html#paging>
@Suite("Pages of a search") struct PagingTests {
  static let cohort = "urn:test|cohort"

  static func person(_ number: Int) throws -> JSONDocument {
    try document([
      "resourceType": "Patient", "id": .string("p\(number)"),
      "meta": ["tag": [["system": "urn:test", "code": "cohort"]]],
      "name": [["family": .string("Family\(number % 7)")]],
      "birthDate": .string("19\(10 + number % 80)-01-01"),
    ])
  }

  static func place(_ count: Int) async throws -> Workplace {
    let place = try Workplace()
    for start in stride(from: 0, to: count, by: 500) {
      let entries = try (start..<min(start + 500, count)).map { number in
        BundleEntry(.put, "Patient/p\(number)", resource: try person(number))
      }
      _ = try await place.store.transaction(entries)
    }
    return place
  }

  static func walk(
    _ place: Workplace, _ text: String, count: Int, between: () async throws -> Void = {}
  ) async throws -> [String] {
    var found: [String] = []
    var cursor: String?
    repeat {
      let link = cursor.map { "&_cursor=\($0)" } ?? ""
      let page = try await place.search("\(text)&_count=\(count)\(link)", of: "Patient")
      found += page.matches
      cursor = page.links.next
      try await between()
    } while cursor != nil
    return found
  }

  @Test(arguments: ["", "&_sort=birthdate", "&_sort=-birthdate,family", "&_sort=_lastUpdated"])
  func `pages hold every match once, in order, in either direction`(sort: String) async throws {
    let place = try await Self.place(90)
    let text = "_tag=urn:test|cohort\(sort)".replacing("|", with: "%7C")
    let whole = try await place.search(text + "&_count=1000", of: "Patient").matches
    #expect(whole.count == 90)
    #expect(try await Self.walk(place, text, count: 7) == whole)
    var back: [String] = []
    var page = try await place.search(text + "&_count=80", of: "Patient")
    page = try await place.search(
      text + "&_count=80&_cursor=\(try #require(page.links.next))", of: "Patient")
    while let previous = page.links.previous {
      page = try await place.search(text + "&_count=80&_cursor=\(previous)", of: "Patient")
      back = page.matches + back
    }
    #expect(back == Array(whole.prefix(80)))
  }

  @Test(arguments: ["", "&_sort=birthdate", "&_sort=-family,birthdate", "&_sort=_id"])
  func `many matches are paged in the database in the same order`(sort: String) async throws {
    let place = try await Self.place(1_300)
    let text = "_tag=urn:test%7Ccohort\(sort)"
    let found = try await Self.walk(place, text, count: 400)
    #expect(found.count == 1_300)
    #expect(Set(found).count == 1_300)
    if sort == "&_sort=_id" { #expect(found == found.sorted()) }
  }

  @Test func `nothing is missed or doubled while others write`() async throws {
    let place = try await Self.place(600)
    var number = 10_000
    let found = try await Self.walk(place, "_tag=urn:test%7Ccohort", count: 20) {
      // Fewer than a page shows, else the end would never come nearer.
      let added = try (0..<9).map { step in
        let id = number + step
        return BundleEntry(.put, "Patient/p\(id)", resource: try Self.person(id))
      }
      number += added.count
      let changed = "p\(number % 600)"
      let update = BundleEntry(
        .put, "Patient/\(changed)",
        resource: try patient(changed, family: "Changed").tagged())
      _ = try await place.store.transaction(added + [update])
    }
    #expect(Set(found).count == found.count)
    let all = Set((0..<600).map { "Patient/p\($0)" })
    #expect(all.isSubset(of: found))
    #expect(number > 10_100)
  }

  @Test func `a cursor that was not made here for this search is refused`() async throws {
    let place = try await Self.place(30)
    let first = try await place.search("_tag=urn:test%7Ccohort&_count=5", of: "Patient")
    let token = try #require(first.links.next)
    var letters = Array(token)
    letters[4] = letters[4] == "A" ? "B" : "A"
    for forged in [String(letters), "", "x", String(token.dropLast()), token + "A", "🙂"] {
      let anomaly = try await anomaly {
        try await place.search(
          "_tag=urn:test%7Ccohort&_count=5&_cursor=\(forged)".replacing("🙂", with: "%F0%9F"),
          of: "Patient")
      }
      #expect((400..<500).contains(anomaly.answer))
    }
    let other = try await anomaly {
      try await place.search("name=x&_cursor=\(token)", of: "Patient")
    }
    #expect(other.answer == 400)
    try place.reopen()
    let again = try await place.search(
      "_tag=urn:test%7Ccohort&_count=5&_cursor=\(token)", of: "Patient")
    #expect(again.matches.count == 5)
  }

  @Test func `a search that takes too long is stopped and refused as too costly`() async throws {
    let place = try await Self.place(1_300)
    let query = try place.query(
      "_tag=urn:test%7Ccohort&family:contains=y&_total=accurate&_count=1", of: "Patient")
    let store = place.store
    var hasty = try #require(store.searcher as? SearchRunner)
    hasty.timeLimit = .nanoseconds(1)
    let runner = hasty
    let anomaly = try await anomaly {
      try store.readers.point { (connection) throws(Anomaly) in
        try runner.page(query, on: connection)
      }
    }
    #expect(anomaly.code == .tooCostly)
    #expect(try await store.search(query).total == 1_300)
  }

  @Test func `a total is counted when it is asked for`() async throws {
    let place = try await Self.place(50)
    let text = "_tag=urn:test%7Ccohort&_count=10"
    #expect(try await place.search(text, of: "Patient").total == nil)
    #expect(try await place.search(text + "&_total=accurate", of: "Patient").total == 50)
    #expect(try await place.search(text + "&_total=estimate", of: "Patient").total == 50)
    #expect(try await place.search("_tag=urn:test%7Ccohort&_count=0", of: "Patient").total == 50)
  }
}

extension JSONDocument {
  /// The resource with the tag of the cohort.
  fileprivate func tagged() throws -> JSONDocument {
    var json = withExtendedLifetime(self) { JSON(root) }
    json["meta"] = ["tag": [["system": "urn:test", "code": "cohort"]]]
    return try document(json)
  }
}
