package import FHIR

/// What is searched. <https://hl7.org/fhir/R4/http.html#search>
package enum SearchScope: Hashable, Sendable {
  case type(TypeID)
  /// All types, or those of `_type`.
  case system
  /// The resources around one, of a type or of all.
  case compartment(TypeID, id: String, TypeID?)

  /// The path that stands for it below the base URL; empty for the whole system.
  package var path: String {
    switch self {
    case .type(let type): Schema.r4.name(of: type)
    case .system: ""
    case .compartment(let type, let id, let member):
      "\(Schema.r4.name(of: type))/\(id)/\(member.map { Schema.r4.name(of: $0) } ?? "*")"
    }
  }
}

/// A search, read and checked. <https://hl7.org/fhir/R4/search.html>
package struct Query: Sendable {
  package enum Total: String, CaseIterable, Sendable { case none, estimate, accurate }
  package enum Summary: String, CaseIterable, Sendable {
    case `true`, text, data, count, `false`
  }

  package var scope: SearchScope
  /// The types that are searched, at least one.
  package var types: [TypeID]
  package var expression: Expression
  /// What the asker may know of.
  package var permission = Permission.everything
  package var inclusions: [Inclusion] = []
  package var sort: [SortKey] = []
  /// How many matches a page has at most.
  package var count: Int
  package var total: Total?
  package var summary: Summary?
  /// `_elements`: the members wanted, empty for all.
  package var elements: [String] = []
  /// The page wanted: a token from a link of the page before.
  package var cursor: String?
  /// The query as it was applied, percent-encoded, without the cursor.
  package var applied = ""
  /// What was left out, when that is allowed.
  package var warnings: [Anomaly] = []

  /// Whether only the number of matches is wanted.
  package var isCountOnly: Bool { summary == .count || count == 0 }

  package static let defaultCount = 20
  package static let maximumCount = 1_000
  /// The parameter in links that carries the cursor.
  package static let cursorName = "_cursor"

  package init(
    scope: SearchScope, types: [TypeID], expression: Expression, count: Int = defaultCount
  ) {
    self.scope = scope
    self.types = types
    self.expression = expression
    self.count = count
  }
}

/// What the reading of a query depends on besides its text.
package struct QueryContext: Sendable {
  package var table: ParameterTable
  /// The time in milliseconds since 1970 UTC, for `ap`.
  package var now: Int64
  /// The zone of dates without one, in minutes east of UTC.
  package var offsetInMinutes: Int
  /// The address of this server, so that references to itself are local.
  package var base: String?
  /// Whether what is unknown is left out with a warning.
  /// <https://hl7.org/fhir/R4/search.html#errors>
  package var isLenient: Bool
  /// Whether the words of resources are indexed, for `_text` and `_content`.
  package var hasFullText: Bool
  /// The codes meant by a value set or by a place in a hierarchy; nil without terminology.
  package var expand: (@Sendable (CodeGroup) throws(Anomaly) -> [TokenValue])?

  package init(
    table: ParameterTable, now: Int64, offsetInMinutes: Int = 0, base: String? = nil,
    isLenient: Bool = false, hasFullText: Bool = true,
    expand: (@Sendable (CodeGroup) throws(Anomaly) -> [TokenValue])? = nil
  ) {
    self.table = table
    self.now = now
    self.offsetInMinutes = offsetInMinutes
    self.base = base
    self.isLenient = isLenient
    self.hasFullText = hasFullText
    self.expand = expand
  }
}

/// Codes that terminology names together. <https://hl7.org/fhir/R4/search.html#token>
package enum CodeGroup: Hashable, Sendable {
  /// `:in` and `:not-in`: the URL of a value set.
  case valueSet(String)
  /// `:below`: a code and what it subsumes.
  case below(TokenValue)
  /// `:above`: a code and what subsumes it.
  case above(TokenValue)
}

/// `_include` or `_revinclude`. <https://hl7.org/fhir/R4/search.html#revinclude>
package struct Inclusion: Hashable, Sendable {
  package var isReverse: Bool
  /// Whether included resources are followed too.
  package var isIterative: Bool
  /// The type that has the reference.
  package var source: TypeID
  /// The references to follow; more than one for `*`.
  package var parameters: [ParameterKeys]
  /// The type that the reference leads to; nil for any.
  package var target: TypeID?
}

/// One key of `_sort`. <https://hl7.org/fhir/R4/search.html#sort>
package struct SortKey: Hashable, Sendable {
  package enum Key: Hashable, Sendable {
    case parameter(ParameterKeys)
    case id
    case lastUpdated
  }

  package var key: Key
  package var isDescending: Bool
}
