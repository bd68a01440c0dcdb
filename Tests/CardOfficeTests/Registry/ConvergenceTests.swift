import CardOffice
import Credentials
import FHIR
import RecordStore
import Testing

/// 多卡归一: cards of other issuers lead to one person.
@Suite("Several cards, one person") struct ConvergenceTests {
  @Test func `cards of every issuer converge on one person`() async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    _ = try await office.apply(.electronic, for: person)
    for (kind, number) in [
      (CardKind.socialSecurity, "A12345678"), (.bank, "6222 0200 0000 0000 000"),
      (.city, "4299000001"), (.hospital, "M0000123"),
    ] {
      #expect(try await office.apply(kind, for: person, number: number).card.state == .active)
    }
    #expect(try await office.registry.cards(of: person).count == 5)
    let bank = try CardNumber(
      system: CardKind.bank.standardSystem, "6222020000000000000")
    let found = try await office.registry.cards(numbered: bank)
    #expect(found.map(\.card.details.holder) == ["Patient/zhang"])
  }

  @Test func `a card that another person holds is refused beside its number`() async throws {
    let office = try Office()
    let zhang = try await office.resident("zhang")
    let li = try await office.resident("li", number: "110101199003070046", name: "李四")
    _ = try await office.apply(.city, for: zhang, number: "4299000001")
    let refused = try await anomaly {
      try await office.apply(.city, for: li, number: "4299000001")
    }
    #expect(refused.path == "number")
    #expect(refused.code == .duplicate)
  }

  @Test func `a card goes to another person when it was revoked`() async throws {
    let office = try Office()
    let zhang = try await office.resident("zhang")
    let li = try await office.resident("li", number: "110101199003070046", name: "李四")
    let card = try await office.apply(.city, for: zhang, number: "4299000001")
    try await office.carryOut(.revoke, because: .duplicatePerson, on: card)
    #expect(
      try await office.apply(.city, for: li, number: "4299000001").card.details.holder
        == "Patient/li")
  }

  @Test(arguments: ["", "6222020000000000001", "62220", "6222x20000000000"])
  func `a bank card number without its check digit is refused`(number: String) async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    let refused = try await anomaly {
      try await office.apply(.bank, for: person, number: number)
    }
    #expect(refused.path == "number")
  }
}
