import Credentials
import FHIR
import TestSupport
import Testing
import Trust

/// Card against terminal with SM4, terminal against platform with SM2.
@Suite("Authentication") struct AuthenticationTests {
  let issuing: Issuing

  init() throws { issuing = try Issuing() }

  @Test func `a card with the right key answers the terminal's challenge, another does not`()
    throws
  {
    let module = issuing.module
    let level = try KeyHierarchy.generate(begins: Issuing.start, module)
    let name = try #require(KeyClass.named("IRK_DDF1"))
    func key(_ number: String) throws -> any SymmetricKey {
      try level.cardKey(name, cardNumber: number, cityCode: "025", at: Issuing.now).key
    }
    let challenge = try module.randomBytes(CardAuthentication.challengeByteCount)
    let response = try CardAuthentication.response(to: challenge, key("1"))
    #expect(try CardAuthentication.isRight(response, to: challenge, key("1")))
    #expect(try !CardAuthentication.isRight(response, to: challenge, key("2")))
    let other = try module.randomBytes(16)
    #expect(try !CardAuthentication.isRight(response, to: other, key("1")))
    #expect(throws: Anomaly.self) { try CardAuthentication.response(to: [1], key("1")) }
  }

  @Test func `the code of a writing command depends on its bytes, length, challenge and key`()
    throws
  {
    let module = issuing.module
    let (key, other) = (try module.generateSymmetricKey(), try module.generateSymmetricKey())
    let challenge = try module.randomBytes(16)
    let codes = [
      try CardAuthentication.mac(of: [1, 2, 3], challenge: challenge, key),
      try CardAuthentication.mac(of: [1, 2, 4], challenge: challenge, key),
      try CardAuthentication.mac(of: [1, 2, 3, 0x80], challenge: challenge, key),
      try CardAuthentication.mac(of: [1, 2, 3], challenge: module.randomBytes(16), key),
      try CardAuthentication.mac(of: [1, 2, 3], challenge: challenge, other),
    ]
    #expect(Set(codes).count == codes.count && codes.allSatisfy { $0.count == 4 })
  }

  private func challenge(_ number: UInt8 = 1) throws -> TerminalAuthentication.Challenge {
    try TerminalAuthentication.Challenge(
      nonce: [UInt8](repeating: number, count: 32), verifier: "https://platform.example",
      issued: Issuing.now)
  }

  @Test func `a terminal proves itself once, in time, with its own certificate`() throws {
    let challenge = try challenge()
    let response = try TerminalAuthentication.answer(
      challenge, issuing.terminal, issuing.terminalKey)
    var platform = TerminalAuthentication(try issuing.store(), issuing.module)
    let moment = Issuing.now.adding(seconds: 1)
    let name = try platform.accept(response, to: challenge, at: moment)
    #expect(name[.serialNumber] == "T3")
    #expect(throws: Anomaly.self, "twice") {
      try platform.accept(response, to: challenge, at: moment)
    }
  }

  @Test func `a late, foreign, revoked or borrowed answer is refused`() throws {
    let challenge = try challenge()
    let response = try TerminalAuthentication.answer(
      challenge, issuing.terminal, issuing.terminalKey)
    func accept(
      _ response: TerminalAuthentication.Response, _ challenge: TerminalAuthentication.Challenge,
      revoked: [Certificate] = [], after seconds: Int64 = 1
    ) throws {
      var platform = TerminalAuthentication(
        try issuing.store(revoking: revoked), issuing.module)
      _ = try platform.accept(response, to: challenge, at: Issuing.now.adding(seconds: seconds))
    }
    #expect(throws: Anomaly.self) { try accept(response, challenge, after: 60) }
    #expect(throws: Anomaly.self) { try accept(response, challenge, after: -1) }
    #expect(throws: Anomaly.self) { try accept(response, self.challenge(2)) }
    #expect(throws: Anomaly.self) { try accept(response, challenge, revoked: [issuing.terminal]) }
    let elsewhere = try TerminalAuthentication.Challenge(
      nonce: challenge.nonce, verifier: "https://elsewhere.example", issued: Issuing.now)
    #expect(throws: Anomaly.self) { try accept(response, elsewhere) }
    let issuer = try TerminalAuthentication.answer(challenge, issuing.issuer, issuing.issuerKey)
    #expect(throws: Anomaly.self, "no terminal's certificate") { try accept(issuer, challenge) }
    let borrowed = try TerminalAuthentication.answer(
      challenge, issuing.terminal, issuing.issuerKey)
    #expect(throws: Anomaly.self, "another's key") { try accept(borrowed, challenge) }
    try accept(response, challenge)
  }
}
