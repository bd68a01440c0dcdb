import FHIR
import FHIRSearch
import RecordStore

/// Reads of a person's record what one section shows, by few searches.
struct RecordReading: Sendable {
  /// A page of a section reads so many resources of one type at most, the newest.
  static let resourceLimit = 5_000
  /// What the overview reads of each type, so that a long life costs no more than a short one.
  static let overviewLimit = 100

  let store: any RecordStore
  let person: ResourceKey
  let now: Int64

  /// Where a page of encounters lies among all.
  struct Place: Sendable {
    var total: Int?
    var next: String?
    var previous: String?
  }

  /// Adds what a section shows and what stands at the head of each page.
  func add(
    _ section: RecordSection, cursor: String?, to record: inout Record
  ) async throws(Anomaly) -> Place? {
    if section == .all {
      let whole = try await store.everything(person, EverythingWindow())
      try record.add(whole.entries.lazy.map(\.version))
      return nil
    }
    if section == .overview {
      let reads = Self.head + section.shown.flatMap { $0 == .overview ? [] : $0.reads }
      try await add(reads, limit: Self.overviewLimit, to: &record)
      return try await addEncounters(cursor: cursor, to: &record)
    }
    try await add(Self.head, limit: Self.overviewLimit, to: &record)
    try await add(section.reads, limit: Self.resourceLimit, to: &record)
    return nil
  }

  /// What the head of every page tells: each read is a type and its criteria.
  private static let head: [(type: String, criteria: String)] = [
    ("AllergyIntolerance", ""), ("Flag", ""), ("Coverage", ""),
    ("Condition", "clinical-status=active,recurrence,relapse&_sort=-onset-date"),
    ("Observation", "_sort=-date"),
  ]

  /// Adds the first of what each read finds; what the store has none of is not asked for.
  private func add(
    _ reads: [(type: String, criteria: String)], limit: Int, to record: inout Record
  ) async throws(Anomaly) {
    let counts = store.statistics().counts
    var asked: Set<String> = []
    for (type, criteria) in reads where asked.insert("\(type)?\(criteria)").inserted {
      guard let id = Schema.r4.type(named: type), counts[id, default: 0] > 0 else { continue }
      var left = limit
      var cursor: String?
      repeat {
        let count = min(left, Query.maximumCount)
        let text = "patient=\(person.id)&_count=\(count)" + (criteria.isEmpty ? "" : "&" + criteria)
        let page = try await search(type, text, cursor)
        try record.add(page.entries.lazy.map(\.version))
        left -= count
        cursor = page.links.next
      } while cursor != nil && left > 0
    }
  }

  /// One page of encounters with all that belongs to them, in one search.
  private func addEncounters(
    cursor: String?, to record: inout Record
  ) async throws(Anomaly) -> Place {
    let included = ["Encounter:service-provider", "Encounter:participant"]
      .map { "&_include=" + $0 }
    let counts = store.statistics().counts
    let content = Timeline.references.filter { reference in
      let type = reference.prefix { $0 != ":" }
      return Schema.r4.type(named: String(type)).map { counts[$0, default: 0] > 0 } ?? false
    }.map { "&_revinclude=" + $0 }
    let text =
      "patient=\(person.id)&_sort=-date&_count=\(Timeline.encountersPerPage)&_total=accurate"
      + included.joined() + content.joined()
    let page = try await search("Encounter", text, cursor)
    try record.add(page.entries.lazy.map(\.version))
    return Place(total: page.total, next: page.links.next, previous: page.links.previous)
  }

  private func search(
    _ type: String, _ text: String, _ cursor: String?
  ) async throws(Anomaly) -> SearchPage {
    guard let type = Schema.r4.type(named: type) else { return SearchPage(entries: []) }
    let page = cursor.map { "&\(Query.cursorName)=\($0.urlEncoded)" } ?? ""
    let context = QueryContext(table: store.parameters, now: now)
    return try await store.search(try Query.parse(text + page, in: .type(type), context))
  }
}
