import Credentials
import FHIR
import TestSupport
import Testing

/// 多卡归一: whatever card is shown, one person is found.
@Suite("Card holders") struct CardHoldersTests {
  private func number(_ kind: CardKind, _ value: Int) throws -> CardNumber {
    let digits = String(value)
    let text = String(repeating: "0", count: 18 - digits.count) + digits
    return try CardNumber(system: kind.standardSystem, text)
  }

  @Test func `every card of a person leads to that person`() throws {
    var holders = CardHolders()
    for (place, kind) in CardKind.allCases.enumerated() {
      try holders.add(number(kind, place), of: "Patient/1")
    }
    for (place, kind) in CardKind.allCases.enumerated() {
      #expect(try holders.person(holding: number(kind, place)) == "Patient/1")
    }
    #expect(holders.cards(of: "Patient/1").count == CardKind.allCases.count)
    #expect(try holders.person(holding: number(.bank, 99)) == nil)
  }

  @Test func `one number in two systems is two cards`() throws {
    var holders = CardHolders()
    try holders.add(number(.bank, 1), of: "Patient/1")
    try holders.add(number(.city, 1), of: "Patient/2")
    #expect(try holders.person(holding: number(.bank, 1)) == "Patient/1")
  }

  @Test func `a card that two persons claim is a conflict that names both`() throws {
    var holders = CardHolders()
    let card = try number(.hospital, 7)
    try holders.add(card, of: "Patient/1")
    try holders.add(card, of: "Patient/1")
    let anomaly = #expect(throws: Anomaly.self) { try holders.add(card, of: "Patient/2") }
    #expect(anomaly?.category == .conflict)
    #expect(anomaly?.message.contains("Patient/1") == true)
    #expect(anomaly?.message.contains("Patient/2") == true)
    holders.remove(card)
    try holders.add(card, of: "Patient/2")
    #expect(holders.cards(of: "Patient/1").isEmpty)
  }

  @Test func `merge and undo are exact inverses`() throws {
    var random = SeededRandom(seed: 77)
    var holders = CardHolders()
    for value in 0..<300 {
      try holders.add(number(.bank, value), of: "Patient/\(random.below(60))")
    }
    let before = holders
    var merges: [CardHolders.Merge] = []
    for _ in 0..<200 {
      merges.append(
        holders.merge("Patient/\(random.below(60))", into: "Patient/\(random.below(60))"))
    }
    #expect(holders != before)
    for merge in merges.reversed() { holders.undo(merge) }
    #expect(holders == before)
  }

  @Test func `a card added after a wrong merge stays where it was added`() throws {
    var holders = CardHolders()
    try holders.add(number(.bank, 1), of: "Patient/1")
    try holders.add(number(.bank, 2), of: "Patient/2")
    let merge = holders.merge("Patient/1", into: "Patient/2")
    #expect(try holders.person(holding: number(.bank, 1)) == "Patient/2")
    try holders.add(number(.city, 3), of: "Patient/2")
    holders.undo(merge)
    #expect(try holders.person(holding: number(.bank, 1)) == "Patient/1")
    #expect(holders.cards(of: "Patient/2").count == 2)
  }

  @Test func `who holds two usable cards of a kind and medium is named`() throws {
    func card(_ value: Int, _ holder: String, _ medium: CardMedium) throws -> Card {
      let details = Card.Details(
        number: try number(.resident, value), kind: .resident, medium: medium, holder: holder)
      return Card(details, applied: CardTests.start, by: "Practitioner/1")
    }
    let cards = [
      try card(1, "Patient/1", .physical), try card(2, "Patient/1", .virtual),
      try card(3, "Patient/2", .physical), try card(4, "Patient/2", .physical),
    ]
    let several = CardHolders.holdersOfSeveral(cards, of: .resident)
    #expect(several.keys.sorted() == ["Patient/2"])
    #expect(several["Patient/2"]?.count == 2)
    #expect(CardHolders.holdersOfSeveral(cards, of: .bank).isEmpty)
  }
}
