import Credentials
import FHIR
import TestSupport
import Testing
import Trust

/// Dynamic codes at a terminal that holds certificates and lists only.
@Suite("Health code") struct HealthCodeTests {
  let issuing: Issuing

  init() throws { issuing = try Issuing() }

  private func nonce(_ number: UInt8) -> [UInt8] {
    [UInt8](repeating: number, count: HealthCode.nonceByteCount)
  }

  @Test func `a fresh code is accepted once and tells the card and nothing else`() throws {
    let code = try issuing.code("EHC-320102-0001", nonce: nonce(1))
    var verifier = try issuing.verifier()
    let verdict = try verifier.verify(code.text, at: Issuing.now.adding(seconds: 20))
    #expect(verdict == .accepted(code))
    #expect(code.text.hasPrefix("EHC-320102-0001:1:") && code.text.utf8.count < 150)
    #expect(
      try verifier.verify(code.text, at: Issuing.now.adding(seconds: 21)) == .refused(.replayed))
  }

  @Test func `a code is of no use from the end of its life on, nor long before its beginning`()
    throws
  {
    let code = try issuing.code("A", nonce: nonce(2))
    for (seconds, refusal) in [
      (60, HealthCodeVerifier.Refusal.expired), (86_400, .expired), (-31, .notYetValid),
    ] as [(Int64, HealthCodeVerifier.Refusal)] {
      var verifier = try issuing.verifier()
      let moment = Issuing.now.adding(seconds: seconds)
      #expect(try verifier.verify(code.text, at: moment) == .refused(refusal), "\(seconds)")
    }
    var behind = try issuing.verifier()
    let verdict = try behind.verify(code.text, at: Issuing.now.adding(seconds: -29))
    #expect(verdict == .accepted(code))
  }

  @Test func `a clock that is set back brings no code to life again`() throws {
    let old = try issuing.code("A", nonce: nonce(3))
    let new = try issuing.code(
      "B", nonce: nonce(4), issued: Issuing.now.adding(seconds: 3600))
    var verifier = try issuing.verifier()
    _ = try verifier.verify(new.text, at: Issuing.now.adding(seconds: 3601))
    #expect(try verifier.verify(old.text, at: Issuing.now) == .refused(.expired))
  }

  @Test func `a life longer than the terminal allows is no life`() throws {
    var settings = HealthCodeSettings()
    settings.lifetimeInSeconds = 3600
    let code = try issuing.code("A", nonce: nonce(5), settings)
    var verifier = try issuing.verifier()
    #expect(try verifier.verify(code.text, at: Issuing.now) == .refused(.expired))
  }

  @Test func `a lost card's code is refused, and any code when the list is missing or old`()
    throws
  {
    let code = try issuing.code("LOST", nonce: nonce(6))
    var verifier = try issuing.verifier(revoked: ["OTHER", "LOST"])
    #expect(try verifier.verify(code.text, at: Issuing.now) == .refused(.revoked))
    let other = try issuing.code("KEPT", nonce: nonce(7))
    let old = try issuing.blacklist([], until: Issuing.now)
    for blacklist in [nil, old] {
      var verifier = try HealthCodeVerifier(
        issuers: [issuing.issuer], issuing.store(), blacklist: blacklist, issuing.module,
        at: Issuing.now)
      #expect(try verifier.verify(other.text, at: Issuing.now) == .refused(.staleList))
    }
  }

  @Test func `a key that is not certified for codes, or is revoked, makes none`() throws {
    let module = issuing.module
    #expect(throws: Anomaly.self) {
      try HealthCodeVerifier(
        issuers: [issuing.terminal], issuing.store(), blacklist: nil, module, at: Issuing.now)
    }
    #expect(throws: Anomaly.self) {
      try HealthCodeVerifier(
        issuers: [issuing.issuer], issuing.store(revoking: [issuing.issuer]), blacklist: nil,
        module, at: Issuing.now)
    }
    let forged = try HealthCode(
      for: "A", issued: Issuing.now, nonce: nonce(8), by: issuing.terminal,
      issuing.terminalKey)
    var verifier = try issuing.verifier()
    #expect(try verifier.verify(forged.text, at: Issuing.now) == .refused(.unknownIssuer))
    let late = Issuing.end.adding(seconds: 1)
    let code = try issuing.code("A", nonce: nonce(9), issued: late)
    #expect(try verifier.verify(code.text, at: late) == .refused(.unknownIssuer))
  }

  @Test func `when the list of revoked certificates has come to its end, no code is accepted`()
    throws
  {
    let end = Issuing.now.adding(seconds: 3600)
    let list = try issuing.root.revoke([], number: 1, thisUpdate: Issuing.start, nextUpdate: end)
    let store = TrustStore(anchors: [issuing.root.certificate], lists: [list], issuing.module)
    var verifier = try HealthCodeVerifier(
      issuers: [issuing.issuer], store, blacklist: issuing.blacklist([]), issuing.module,
      at: Issuing.now)
    for (seconds, isAccepted) in [(3598, true), (3600, false)] as [(Int64, Bool)] {
      let moment = Issuing.now.adding(seconds: seconds)
      let code = try issuing.code("A", nonce: nonce(UInt8(seconds % 251)), issued: moment)
      let verdict = try verifier.verify(code.text, at: moment)
      #expect(verdict == (isAccepted ? .accepted(code) : .refused(.staleList)), "\(seconds)")
    }
  }

  @Test func `a terminal takes a newer list of cards and never an older one`() throws {
    func list(_ number: UInt64, _ ids: [String]) throws -> CardBlacklist {
      try CardBlacklist(
        revoking: ids, number: number, issued: Issuing.start, nextUpdate: Issuing.end,
        by: issuing.issuer, issuing.issuerKey, issuing.module)
    }
    var verifier = try issuing.verifier()
    try verifier.take(list(6, ["LOST"]))
    #expect(throws: Anomaly.self) { try verifier.take(list(5, [])) }
    let code = try issuing.code("LOST", nonce: nonce(12))
    #expect(try verifier.verify(code.text, at: Issuing.now) == .refused(.revoked))
  }

  @Test func `the list of cards is read as it was signed, and not when it was changed`() throws {
    let ids = (0..<1_000).map { "CARD-\($0)" }
    let list = try issuing.blacklist(ids)
    let again = try CardBlacklist(parsing: list.bytes)
    #expect(again == list && again.count == 1_000 && again.number == 5)
    #expect(try ids.allSatisfy { try again.contains($0, issuing.module) })
    #expect(try !again.contains("CARD-1000", issuing.module))
    var random = SeededRandom(seed: 9)
    for _ in 0..<500 {
      var bytes = list.bytes
      bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
      #expect(throws: Anomaly.self) {
        try HealthCodeVerifier(
          issuers: [issuing.issuer], issuing.store(), blacklist: CardBlacklist(parsing: bytes),
          issuing.module, at: Issuing.now)
      }
    }
  }

  @Test func `texts that are no codes are refused and never trap`() throws {
    var verifier = try issuing.verifier()
    let code = try issuing.code("A", nonce: nonce(10)).text
    var random = SeededRandom(seed: 10)
    var texts = [
      "", ":", "::", ":::", "a:1:", "a:0:b", "康:1:衢", String(repeating: "a", count: 500),
    ]
    texts += (0..<code.count).map { String(code.prefix($0)) }
    texts += (0..<2_000).map { _ in
      String(decoding: random.bytes(random.below(300)), as: UTF8.self)
    }
    texts.append(code.replacing(":1:", with: ":0:", maxReplacements: 1))
    for text in texts {
      #expect(try verifier.verify(text, at: Issuing.now) == .refused(.malformed), "\(text)")
    }
  }

  @Test func `ids that would break the text are not signed`() throws {
    for id in ["", "a:b", "康", "a b", String(repeating: "a", count: 65)] {
      #expect(throws: Anomaly.self, "\(id)") { try issuing.code(id, nonce: nonce(11)) }
    }
  }

  @Test func `a terminal remembers the codes of a busy day, and forgets only what has expired`()
    throws
  {
    var window = NonceWindow()
    var random = SeededRandom(seed: 11)
    for second in 0..<20_000 as Range<Int64> {
      let moment = Issuing.now.adding(seconds: second)
      let nonce = random.bytes(12)
      #expect(try window.insert(nonce, until: moment.adding(seconds: 60), at: moment))
      #expect(
        try !window.insert(nonce, until: moment.adding(seconds: 60), at: moment), "replayed")
    }
    #expect(window.count < 2_000)
  }
}
