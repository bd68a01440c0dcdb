package import FHIR

/// A page of resources that were searched for. <https://hl7.org/fhir/R4/search.html>
package struct SearchPage: Sendable {
  /// Why a resource is in the page. <https://hl7.org/fhir/R4/valueset-search-entry-mode.html>
  package enum Mode: String, Sendable { case match, include }

  package struct Entry: Sendable {
    package var version: Version
    package var mode: Mode
    package var score: Double?

    package init(_ version: Version, _ mode: Mode, score: Double? = nil) {
      self.version = version
      self.mode = mode
      self.score = score
    }
  }

  /// Cursor tokens of other pages: opaque, to be given back as they are.
  package struct Links: Sendable {
    package var first: String?
    package var previous: String?
    package var next: String?
    package var last: String?

    package init(
      first: String? = nil, previous: String? = nil, next: String? = nil, last: String? = nil
    ) {
      self.first = first
      self.previous = previous
      self.next = next
      self.last = last
    }
  }

  package var entries: [Entry]
  /// How many match, includes not counted; nil when it was not asked for.
  package var total: Int?
  package var links: Links
  /// The query as it was applied, for the `self` link.
  package var applied: String
  package var warnings: [Anomaly]

  package init(
    entries: [Entry], total: Int? = nil, links: Links = Links(), applied: String = "",
    warnings: [Anomaly] = []
  ) {
    self.entries = entries
    self.total = total
    self.links = links
    self.applied = applied
    self.warnings = warnings
  }
}

/// Which part of a person's record is asked for.
///
/// <https://hl7.org/fhir/R4/operation-patient-everything.html>
package struct EverythingWindow: Sendable {
  /// Only resources changed at or after this instant, in milliseconds since 1970 UTC.
  package var since: Int64?
  /// Only these types; empty for all.
  package var types: [TypeID]
  /// How many resources a page has at most; nil for all in one page.
  package var count: Int?
  package var cursor: String?

  package init(
    since: Int64? = nil, types: [TypeID] = [], count: Int? = nil, cursor: String? = nil
  ) {
    self.since = since
    self.types = types
    self.count = count
    self.cursor = cursor
  }
}
