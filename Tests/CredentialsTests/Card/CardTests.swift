import Credentials
import FHIR
import TestSupport
import Testing

/// 卫办综发〔2012〕26号: the life of a card.
@Suite("Card") struct CardTests {
  static let start = Instant(milliseconds: 1_795_000_000_000)

  static func details(
    _ medium: CardMedium = .physical, number: String = "320102199001011234"
  ) throws -> Card.Details {
    var details = Card.Details(
      number: try CardNumber(system: CardSystem.residentHealthCard, number), kind: .resident,
      medium: medium, holder: "Patient/1")
    details.issuer = "Organization/5"
    details.cityCode = "025"
    details.chipNumber = "0011223344"
    details.keyVersion = 2
    details.expires = Instant(milliseconds: 2_000_000_000_000)
    return details
  }

  static func card(
    _ medium: CardMedium = .physical, _ events: [(CardEvent, CardReason?)] = []
  ) throws -> Card {
    var card = Card(try details(medium), applied: start, by: "Practitioner/1")
    for (place, event) in events.enumerated() {
      try card.take(
        CardStep(
          event.0, because: event.1, at: start.adding(seconds: Int64(place + 1)),
          by: "Practitioner/2"))
    }
    return card
  }

  static let toActive: [(CardEvent, CardReason?)] = [
    (.produce, nil), (.issue, nil), (.activate, nil),
  ]

  @Test func `a physical card is applied for, produced, issued, activated and can then be used`()
    throws
  {
    let card = try Self.card(.physical, Self.toActive)
    #expect(card.state == .active && card.isUsable(at: Self.start.adding(seconds: 9)))
    #expect(!card.isUsable(at: Instant(milliseconds: 2_000_000_000_000)), "it expires")
    #expect(card.activated == Self.start.adding(seconds: 3) && card.ended == nil)
  }

  @Test func `a virtual card is issued without production`() throws {
    let card = try Self.card(.virtual, [(.issue, nil), (.activate, nil)])
    #expect(card.state == .active)
    #expect(throws: Anomaly.self) { try Self.card(.virtual, [(.produce, nil)]) }
    #expect(throws: Anomaly.self) { try Self.card(.physical, [(.issue, nil)]) }
  }

  @Test func `a lost card is not usable until it is found`() throws {
    var card = try Self.card(.physical, Self.toActive + [(.reportLoss, .stolen)])
    #expect(!card.isUsable(at: Self.start.adding(seconds: 9)) && card.state.isBlacklisted)
    try card.take(
      CardStep(.recover, because: .found, at: Self.start.adding(seconds: 10), by: "Patient/1"))
    #expect(card.state == .active && !card.state.isBlacklisted)
  }

  @Test func `a card lost before it was activated is issued again when found, not active`()
    throws
  {
    let card = try Self.card(
      .physical,
      [(.produce, nil), (.issue, nil), (.reportLoss, .lost), (.recover, .found)])
    #expect(card.state == .issued && card.activated == nil)
  }

  @Test func `replacement ends the old card and begins a new one that names it`() throws {
    var old = try Self.card(.physical, Self.toActive + [(.reportLoss, .lost)])
    let number = try CardNumber(system: CardSystem.residentHealthCard, "320102199001015678")
    let moment = Self.start.adding(seconds: 60)
    let new = try old.replace(by: number, because: .lost, at: moment, by: "Practitioner/2")
    #expect(old.state == .replaced && old.ended == moment && old.transitions.isEmpty)
    #expect(new.state == .applied && new.details.replaces == old.details.number)
    #expect(new.details.chipNumber == nil && new.details.holder == old.details.holder)
  }

  @Test func `what needs a reason has one of its own reasons`() throws {
    var card = try Self.card(.physical, Self.toActive)
    for reason in [nil, CardReason.found, .identityNotProven] {
      let anomaly = #expect(throws: Anomaly.self) {
        try card.take(
          CardStep(.revoke, because: reason, at: Self.start.adding(seconds: 9), by: "a/1"))
      }
      #expect(anomaly?.code == .businessRule)
    }
    #expect(throws: Anomaly.self) { try Self.card(.physical, [(.produce, .lost)]) }
    try card.take(
      CardStep(.revoke, because: .death, at: Self.start.adding(seconds: 9), by: "a/1"))
    #expect(card.state == .revoked)
  }

  @Test func `time does not run backwards on a card`() throws {
    var card = try Self.card(.physical, Self.toActive)
    #expect(throws: Anomaly.self) {
      try card.take(CardStep(.reportLoss, because: .lost, at: Self.start, by: "Patient/1"))
    }
  }

  /// Random walks over the whole table.
  @Test func `a card is never usable without activation, nor after its end`() throws {
    var random = SeededRandom(seed: 2012)
    var ends: Set<CardState> = []
    for _ in 0..<2_000 {
      let medium = CardMedium.allCases[random.below(2)]
      var card = Card(try Self.details(medium), applied: Self.start, by: "Practitioner/1")
      for second in 1...12 {
        let rows = card.transitions
        #expect(rows.isEmpty == card.state.isFinal)
        guard !rows.isEmpty else { break }
        let row = rows[random.below(rows.count)]
        let reasons = row.reasons.sorted { $0.rawValue < $1.rawValue }
        let reason = reasons.isEmpty ? nil : reasons[random.below(reasons.count)]
        try card.take(
          CardStep(
            row.event, because: reason, at: Self.start.adding(seconds: Int64(second)),
            by: "Practitioner/1"))
        #expect(card.state == row.to)
        #expect(!card.isUsable(at: Self.start) || card.activated != nil)
        #expect((card.ended != nil) == card.state.isFinal)
      }
      ends.insert(card.state)
      #expect(try Card(card.details, steps: card.steps) == card)
    }
    #expect(ends.isSuperset(of: [.refused, .replaced, .revoked]))
  }

  @Test func `a resident health card number has eighteen letters or digits`() throws {
    for number in ["", "12345678901234567", "1234567890123456789", "12345678901234567-", "康康"] {
      #expect(throws: Anomaly.self, "\(number)") {
        try CardNumber(system: CardSystem.residentHealthCard, number)
      }
    }
    #expect(try CardNumber(system: "urn:oid:1.2.3", "6222-02").value == "6222-02")
  }

  @Test func `every word of the card has a Chinese name and a code of its own`() {
    #expect(Set(CardState.allCases.map(\.chinese)).count == CardState.allCases.count)
    #expect(Set(CardReason.allCases.map(\.chinese)).count == CardReason.allCases.count)
    let systems = [CardState.system, CardEvent.system, CardReason.system, CardKind.system]
    #expect(Set(systems).count == 4)
    #expect(Set(CardKind.allCases.map(\.standardSystem)).count == CardKind.allCases.count)
  }
}
