import Credentials
import TestSupport
import Testing

/// Coverage by area and group.
@Suite("Card coverage") struct CardCoverageTests {
  @Test func `a person counts once, however many cards, and cards of others do not count`() {
    let residents = [
      CardCoverage.Resident(
        areaCode: "320102001001", group: "F", kinds: [.resident, .electronic]),
      CardCoverage.Resident(areaCode: "320102001002", group: "M", kinds: [.bank]),
      CardCoverage.Resident(areaCode: "320104001001", group: "F", kinds: []),
    ]
    let rows = CardCoverage.rows(of: residents, by: .county)
    let all = rows.last
    #expect(all?.area == nil && all?.group == nil)
    #expect(all?.residents == 3 && all?.holders == 1 && all?.holdersPerThousand == 333)
    #expect(all?.byKind == [.resident: 1, .electronic: 1, .bank: 1])
    let county = rows.first { $0.area == "320102" && $0.group == nil }
    #expect(county?.residents == 2 && county?.holders == 1 && county?.holdersPerThousand == 500)
  }

  @Test func `nobody is left out when an area is missing or wrong`() {
    let residents = ["", "32", "32010200100x"].map {
      CardCoverage.Resident(areaCode: $0, group: "F", kinds: [.resident])
    }
    let rows = CardCoverage.rows(of: residents, by: .village)
    #expect(rows.first { $0.area == CardCoverage.unknownArea && $0.group == nil }?.residents == 3)
    #expect(rows.last?.holders == 3)
    #expect(CardCoverage.rows(of: [], by: .city).isEmpty)
  }

  @Test(arguments: CardCoverage.Level.allCases)
  func `areas and groups each add up to the whole at every level`(level: CardCoverage.Level) {
    var random = SeededRandom(seed: UInt64(level.rawValue))
    let residents = (0..<3_000).map { _ in
      let digits = (0..<12).map { $0 < 2 ? "3" : String(random.below(3)) }.joined()
      let kinds = CardKind.allCases.filter { _ in random.below(4) == 0 }
      return CardCoverage.Resident(
        areaCode: random.below(50) == 0 ? "?" : digits,
        group: CardCoverage.ageBand(years: random.below(101) - 1), kinds: Set(kinds))
    }
    let rows = CardCoverage.rows(of: residents, by: level)
    let whole = rows.last
    for part in [
      rows.filter { $0.area != nil && $0.group == nil },
      rows.filter { $0.area == nil && $0.group != nil },
      rows.filter { $0.area != nil && $0.group != nil },
    ] {
      #expect(part.reduce(0) { $0 + $1.residents } == whole?.residents)
      #expect(part.reduce(0) { $0 + $1.holders } == whole?.holders)
      for kind in CardKind.allCases {
        #expect(part.reduce(0) { $0 + ($1.byKind[kind] ?? 0) } == whole?.byKind[kind] ?? 0)
      }
    }
  }
}
