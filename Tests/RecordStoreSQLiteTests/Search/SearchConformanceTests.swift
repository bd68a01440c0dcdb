import FHIR
import FHIRSearch
import RecordStore
import TestSupport
import Testing

/// The reference cases against the store. <https://hl7.org/fhir/R4/search.html>
@Suite("Search cases", .enabled(if: Reference.isPresent, "reference data absent"))
struct SearchConformanceTests {
  /// Cases in which the source server differs from the standard, and why.
  static let exceptions: [String: String] = [
    "ms-include-038": """
    `:iterate` with `*` is ignored by the source server; the standard applies `:iterate` to every \
    inclusion, so requests for the patients and practitioners are included.
    """,
    "ms-include-039": "The same: dispenses for the patients are included.",
    "ms-uri-008": """
    `:above` goes up the path of a URL; the source server takes any beginning of the text, even \
    in a fragment.
    """,
  ]

  @Test func `finds what the cases expect, by whole pages, by pages of two and as a number`()
    async throws
  {
    var passed = 0
    var total = 0
    for group in SearchCase.groups {
      let place = try Workplace()
      try await place.load(group)
      for item in try SearchCase.all(group) {
        total += 1
        let problem = try await Self.problem(item, place)
        if problem == nil { passed += 1 }
        switch (problem, Self.exceptions[item.id]) {
        case (let problem?, nil): Issue.record("\(item.testDescription): \(problem)")
        case (nil, .some): Issue.record("\(item.id) passes: no exception is needed")
        default: break
        }
      }
    }
    print("CONFORMANCE fhir-search-cases: \(passed)/\(total)")
    #expect(passed >= total - Self.exceptions.count)
  }

  private static func problem(_ item: SearchCase, _ place: Workplace) async throws -> String? {
    do {
      let page = try await place.search(item.encoded + "&_count=1000", of: item.type)
      if item.status != nil { return "was answered" }
      if Set(page.found) != item.expected {
        let more = Set(page.found).subtracting(item.expected).sorted()
        let less = item.expected.subtracting(page.found).sorted()
        return "too many: \(more), too few: \(less)"
      }
      if Set(page.found).count != page.found.count { return "an entry comes twice" }
      let number = try await place.search(item.encoded + "&_summary=count", of: item.type).total
      if number != page.matches.count { return "the number is \(number ?? -1)" }
      let small = try await pages(item, place)
      if small.count != Set(small).count { return "a match is on two pages" }
      return Set(small) == Set(page.matches) ? nil : "pages of two differ: \(small)"
    } catch let anomaly as Anomaly {
      if item.status == anomaly.answer { return nil }
      return "refused: \(anomaly.message)"
    }
  }

  /// The matches by pages of two.
  private static func pages(_ item: SearchCase, _ place: Workplace) async throws -> [String] {
    var found: [String] = []
    var cursor: String?
    for _ in 0..<100 {
      let link = cursor.map { "&_cursor=\($0)" } ?? ""
      let page = try await place.search(item.encoded + "&_count=2" + link, of: item.type)
      found += page.matches
      guard let next = page.links.next else { break }
      cursor = next
    }
    return found
  }
}
