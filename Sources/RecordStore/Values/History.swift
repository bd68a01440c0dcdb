package import FHIR

/// Whose history is asked for. <https://hl7.org/fhir/R4/http.html#history>
package enum HistoryScope: Hashable, Sendable {
  case resource(ResourceKey)
  case type(TypeID)
  case system
}

/// Which part of a history is asked for.
package struct HistoryWindow: Sendable {
  /// Only versions made at or after this instant, in milliseconds since 1970 UTC; `_since`.
  package var since: Int64?
  /// Only versions that were current at some time in this period; `_at`.
  package var at: ClosedRange<Int64>?
  /// How many versions a page has at most; `_count`.
  package var count: Int
  /// Where to go on: the `next` of the page before.
  package var cursor: String?

  package static let defaultCount = 50
  package static let maximumCount = 1_000

  package init(
    since: Int64? = nil, at: ClosedRange<Int64>? = nil, count: Int = defaultCount,
    cursor: String? = nil
  ) {
    self.since = since
    self.at = at
    self.count = count
    self.cursor = cursor
  }
}

/// A page of a history, the newest version first.
package struct HistoryPage: Sendable {
  package var versions: [Version]
  /// How many versions the whole history has; nil when counting would cost too much.
  package var total: Int?
  /// The cursor of the next page; nil on the last.
  package var next: String?

  package init(versions: [Version], total: Int?, next: String?) {
    self.versions = versions
    self.total = total
    self.next = next
  }
}

/// One step of the change feed; the sequence numbers have no gaps.
package struct Change: Hashable, Sendable {
  package var sequence: Int64
  package var key: ResourceKey
  package var version: Int
  package var method: Method
  package var updated: Int64
  /// Whether the version has been erased since, so that nothing of it can be read.
  package var isErased: Bool

  package init(
    sequence: Int64, key: ResourceKey, version: Int, method: Method, updated: Int64,
    isErased: Bool
  ) {
    self.sequence = sequence
    self.key = key
    self.version = version
    self.method = method
    self.updated = updated
    self.isErased = isErased
  }
}
