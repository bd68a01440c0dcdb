/// How many residents of each area and group hold a card.
///
/// A person counts once, however many cards they hold; a person whose area is unknown is counted
/// as such, not left out.
package enum CardCoverage {
  /// How many digits of a 12-digit area code tell the area, GB/T 2260 and 国统字〔2009〕91号.
  package enum Level: Int, CaseIterable, Sendable {
    case province = 2
    case city = 4
    case county = 6
    case township = 9
    case village = 12
  }

  /// A resident as far as the figures need.
  package struct Resident: Hashable, Sendable {
    /// The 12-digit area code of residence; empty when unknown.
    package let areaCode: String
    /// Such as an age band or a sex.
    package let group: String
    /// The kinds of cards that can be used now.
    package let kinds: Set<CardKind>

    package init(areaCode: String, group: String, kinds: Set<CardKind>) {
      self.areaCode = areaCode
      self.group = group
      self.kinds = kinds
    }
  }

  /// An area, a group, or both, with its figures.
  package struct Row: Hashable, Sendable {
    /// The digits of the level; nil for all areas together.
    package let area: String?
    /// Nil for all groups together.
    package let group: String?
    package fileprivate(set) var residents = 0
    /// Holders of any of the kinds that are counted.
    package fileprivate(set) var holders = 0
    package fileprivate(set) var byKind: [CardKind: Int] = [:]

    /// Holders per thousand residents, rounded half up.
    package var holdersPerThousand: Int {
      residents == 0 ? 0 : (holders * 2_000 + residents) / (2 * residents)
    }
  }

  /// Where a resident is counted.
  private struct Place: Hashable {
    let area: String?
    let group: String?
  }

  /// The area of residents whose code is missing or wrong.
  package static let unknownArea = "unknown"

  /// The rows of each area and group, of each area, of each group, and of all, in that order.
  ///
  /// - Parameter counted: a person who can use a card of one of these kinds is a holder.
  package static func rows(
    of residents: some Sequence<Resident>, by level: Level,
    counting counted: Set<CardKind> = [.resident, .electronic]
  ) -> [Row] {
    var rows: [Place: Row] = [:]
    for resident in residents {
      let area = area(of: resident.areaCode, level)
      for place in [
        Place(area: area, group: resident.group), Place(area: area, group: nil),
        Place(area: nil, group: resident.group), Place(area: nil, group: nil),
      ] {
        var row = rows[place] ?? Row(area: place.area, group: place.group)
        row.residents += 1
        row.holders += resident.kinds.isDisjoint(with: counted) ? 0 : 1
        for kind in resident.kinds { row.byKind[kind, default: 0] += 1 }
        rows[place] = row
      }
    }
    return rows.values.sorted { left, right in
      // "~" stands behind all digits and letters: totals come last.
      (left.area ?? "~", left.group ?? "~") < (right.area ?? "~", right.group ?? "~")
    }
  }

  /// The digits of the level; `unknown` for what is no code.
  package static func area(of code: String, _ level: Level) -> String {
    let isCode = code.utf8.count == 12 && code.utf8.allSatisfy { (48...57).contains($0) }
    return isCode ? String(code.prefix(level.rawValue)) : unknownArea
  }

  /// The age bands of the figures, as at whole years of age.
  package static func ageBand(years: Int) -> String {
    switch years {
    case ..<0: "unknown"
    case 0...6: "0-6"
    case 7...17: "7-17"
    case 18...44: "18-44"
    case 45...64: "45-64"
    case 65...79: "65-79"
    default: "80+"
    }
  }
}
