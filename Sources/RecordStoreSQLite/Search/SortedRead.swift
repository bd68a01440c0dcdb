import FHIR
import FHIRSearch
import RecordStore

/// Sorts few matches in memory, by the values in their bodies.
struct SortedRead {
  let extractor: IndexExtractor
  let table: ParameterTable
  let keys: [SortKey]

  /// How many matches are sorted in memory at most.
  static let limit = 1_000

  struct Match {
    var found: FoundResource
    var keys: [SearchCursor.Key]
  }

  /// The sort keys of a resource.
  func match(_ found: FoundResource) throws(Anomaly) -> Match {
    var values: [SearchCursor.Key] = []
    var entries: IndexEntries?
    for key in keys {
      switch key.key {
      case .lastUpdated: values.append(.integer(found.version.sequence))
      case .id: values.append(.text(Array(found.version.key.id.utf8)))
      case .parameter(let parameter):
        let type = found.version.key.type
        let document = try JSONDocument.parse(found.version.content)
        if entries == nil { entries = extractor.entries(for: document.root, type) }
        let own = table.parameter(parameter.code, of: type)
        guard let own, let entries else {
          values.append(.missing)
          continue
        }
        let candidates =
          own.type == .token
          ? extractor.codes(of: own, in: document.root).map { .text($0) }
          : Self.candidates(own, entries)
        let best = candidates.reduce(nil as SearchCursor.Key?) { best, candidate in
          guard let best else { return candidate }
          return Self.precedes(candidate, best) != key.isDescending ? candidate : best
        }
        values.append(best ?? .missing)
        withExtendedLifetime(document) {}
      }
    }
    return Match(found: found, keys: values)
  }

  private static func candidates(_ parameter: SearchParameter, _ entries: IndexEntries)
    -> [SearchCursor.Key]
  {
    let wanted = parameter.keys(.value) + parameter.keys(.long)
    return entries.rows.filter { wanted.contains($0.key) }.compactMap { row in
      switch row.kind {
      case .integer: .integer(row.low)
      case .real: .real(Double(bitPattern: UInt64(bitPattern: row.low)))
      case .text: .text(Array(entries.text(of: row)))
      case .reference:
        .text(Array("\(Schema.r4.name(of: row.target))/".utf8) + entries.text(of: row))
      case .tuple: nil
      }
    }
  }

  /// Numbers before texts, as in SQLite.
  static func precedes(_ left: SearchCursor.Key, _ right: SearchCursor.Key) -> Bool {
    switch (left, right) {
    case (.missing, _): false
    case (_, .missing): true
    case (.integer(let left), .integer(let right)): left < right
    case (.real(let left), .real(let right)): left < right
    case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
    case (.integer, .real(let right)): left.number < right
    case (.real(let left), .integer): left < right.number
    case (.text, _): false
    case (_, .text): true
    }
  }

  /// Whether a match comes before a place in the order of the query.
  func precedes(
    _ left: (keys: [SearchCursor.Key], rid: Int64),
    _ right: (keys: [SearchCursor.Key], rid: Int64)
  ) -> Bool {
    for (index, key) in keys.enumerated() {
      guard index < left.keys.count, index < right.keys.count else { break }
      let (one, other) = (left.keys[index], right.keys[index])
      if one == other { continue }
      if one == .missing { return false }
      if other == .missing { return true }
      return Self.precedes(one, other) != key.isDescending
    }
    return left.rid < right.rid
  }

  /// The part of all matches that a page shows, in order, and whether more follow in its direction.
  func page(_ matches: [Match], _ cursor: SearchCursor?, count: Int) -> (
    matches: [Match], hasMore: Bool
  ) {
    let sorted = matches.sorted {
      precedes(($0.keys, $0.found.rid), ($1.keys, $1.found.rid))
    }
    guard let cursor else { return (Array(sorted.prefix(count)), sorted.count > count) }
    let place = (keys: cursor.keys, rid: cursor.rid)
    if cursor.isBackward {
      let before = sorted.filter { precedes(($0.keys, $0.found.rid), place) }
      return (Array(before.suffix(count)), before.count > count)
    }
    let after = sorted.filter { precedes(place, ($0.keys, $0.found.rid)) }
    return (Array(after.prefix(count)), after.count > count)
  }
}

extension SearchCursor.Key {
  fileprivate var number: Double {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .text, .missing: 0
    }
  }
}
