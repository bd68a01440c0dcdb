import CardOffice
import Credentials
import FHIR
import RecordStore
import Testing

/// The virtual card at a terminal that asks no record.
@Suite("Codes at a terminal") struct CodeTerminalTests {
  @Test func `a fresh code of an active card is accepted, once`() async throws {
    let office = try Office()
    let card = try await office.apply(.electronic, for: office.resident("zhang"))
    let terminal = CodeTerminal(office.registry)
    let code = try office.registry.code(of: card).text
    guard case .accepted(let read) = try await terminal.verify(code) else {
      Issue.record("the code was not accepted")
      return
    }
    #expect(read.healthCardID == card.card.details.number.value)
    #expect(try await terminal.verify(code) == .refused(.replayed))
  }

  @Test func `altered, expired and foreign codes are refused, each by its name`() async throws {
    let office = try Office()
    let card = try await office.apply(.electronic, for: office.resident("zhang"))
    let terminal = CodeTerminal(office.registry)
    let code = try office.registry.code(of: card).text
    let other = code.replacing(
      code.prefix(1), with: code.hasPrefix("a") ? "b" : "a", maxReplacements: 1)
    #expect(try await terminal.verify(other) == .refused(.altered))
    #expect(try await terminal.verify("hello") == .refused(.malformed))
    let stranger = try Office()
    let foreign = try await stranger.apply(.electronic, for: stranger.resident("li"))
    let theirs = try stranger.registry.code(of: foreign).text
    #expect(try await terminal.verify(theirs) == .refused(.unknownIssuer))
    office.clock.pass(seconds: 61)
    #expect(try await terminal.verify(code) == .refused(.expired))
  }

  @Test func `a lost or revoked card's code is refused, and a found card's accepted again`()
    async throws
  {
    let office = try Office()
    let card = try await office.apply(.electronic, for: office.resident("zhang"))
    let terminal = CodeTerminal(office.registry)
    let code = try office.registry.code(of: card).text
    _ = try await office.registry.carryOut(
      CardOrder(.reportLoss, because: .stolen, by: Office.officer), on: card.id)
    #expect(try await terminal.verify(code) == .refused(.revoked))
    let found = try await office.carryOut(.recover, because: .found, on: card)
    let fresh = try office.registry.code(of: found).text
    guard case .accepted = try await terminal.verify(fresh) else {
      Issue.record("the code of a card that was found is refused")
      return
    }
    let gone = try await office.carryOut(.revoke, because: .holderRequest, on: found)
    #expect(throws: Anomaly.self) { try office.registry.code(of: gone) }
  }

  @Test func `a card in the place of a replaced one is accepted under the same id`() async throws {
    let office = try Office()
    let card = try await office.apply(.electronic, for: office.resident("zhang"))
    let new = try await office.carryOut(.replace, because: .upgraded, on: card)
    #expect(new.card.details.number == card.card.details.number)
    let terminal = CodeTerminal(office.registry)
    guard case .accepted = try await terminal.verify(office.registry.code(of: new).text) else {
      Issue.record("the code of the new card is refused")
      return
    }
  }

  @Test func `the files of a kit read back to what decides the same`() async throws {
    let office = try Office()
    let card = try await office.apply(.electronic, for: office.resident("zhang"))
    let kit = try await office.registry.terminalKit()
    let read = try TerminalKit { part throws(Anomaly) in kit.bytes(of: part) }
    var verifier = try read.verifier(
      office.keys.module, at: office.registry.now, HealthCodeSettings())
    let code = try office.registry.code(of: card).text
    guard case .accepted = try verifier.verify(code, at: office.registry.now) else {
      Issue.record("a kit from files refuses")
      return
    }
    for part in TerminalKit.Part.allCases where part != .issuers {
      #expect(throws: Anomaly.self, "\(part)") {
        _ = try TerminalKit { other throws(Anomaly) in
          other == part ? Array(kit.bytes(of: other).dropLast(9)) : kit.bytes(of: other)
        }
      }
    }
  }

  @Test func `codes of a compromised issuer are refused after its rotation`() async throws {
    let office = try Office()
    let card = try await office.apply(.electronic, for: office.resident("zhang"))
    let code = try office.registry.code(of: card).text
    var keys = office.keys
    let now = office.registry.now
    try keys.rotate(at: now, oldAcceptedUntil: now.adding(years: 1), isCompromised: true)
    let clock = office.clock
    let registry = CardRegistry(store: office.store, clock: { clock.now }, keys: keys)
    let terminal = CodeTerminal(registry)
    #expect(try await terminal.verify(code) == .refused(.unknownIssuer))
    guard case .accepted = try await terminal.verify(registry.code(of: card).text) else {
      Issue.record("the new issuer is refused")
      return
    }
  }
}
