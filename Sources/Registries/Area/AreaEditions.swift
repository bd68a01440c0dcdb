import FHIR

/// What became of divisions from edition to edition; the table is `Data/registries/divisions.tsv`.
///
/// An old code is never rewritten where it stands: it was right on its day. It is resolved.
package enum AreaEditions {
  /// What followed a division.
  package struct Succession: Hashable, Sendable {
    package let code: String
    package let name: String
    /// The first day of what followed.
    package let since: CivilDay
    /// Several where the area was divided.
    package let successors: [String]
  }

  static let names: [String: String] = {
    var names: [String: String] = [:]
    EmbeddedTable("registries/divisions.tsv").forEachRow(columns: 4) { row in
      names[row[0].text] = row[1].text
    }
    return names
  }()

  private static let successions: [String: Succession] = {
    var found: [String: Succession] = [:]
    EmbeddedTable("registries/divisions.tsv").forEachRow(columns: 4) { row in
      guard let since = CivilDay(fhir: row[2].text) else { return }
      let code = row[0].text
      found[code] = Succession(
        code: code, name: row[1].text, since: since, successors: row[3].words.map(\.text))
    }
    return found
  }()

  /// The name of a division that the table knows.
  package static func name(of code: String) -> String? { names[code] }

  /// What followed the county of a code; nil while it is in force.
  package static func succession(of code: AreaCode) -> Succession? {
    code[.county].flatMap { successions[$0] }
  }

  /// The counties that stand for the county of a code on a day, followed through every edition.
  ///
  /// - Returns: several where the area was divided; the code's own county where nothing changed.
  package static func counties(of code: AreaCode, on day: CivilDay) -> [String] {
    guard let county = code[.county] else { return [] }
    var present: [String] = [county]
    // No chain is longer than the table.
    for _ in 0..<successions.count {
      let next = present.flatMap { code -> [String] in
        guard let succession = successions[code], succession.since <= day else { return [code] }
        return succession.successors
      }
      if next == present { break }
      present = next
    }
    var seen: Set<String> = []
    return present.filter { seen.insert($0).inserted }
  }
}
