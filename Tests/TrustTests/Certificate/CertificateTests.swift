import FHIR
import TestSupport
import Testing
import Trust

/// RFC 5280 §6.1 with SM2 certificates.
@Suite("Certificates") struct CertificateTests {
  let region: Region

  init() throws { region = try Region() }

  @Test func `a terminal below the card authority is believed by who holds the root`() throws {
    let terminal = try region.terminal()
    let path = try region.store().path(of: terminal, for: .terminal, at: Region.now)
    #expect(
      path.map { $0.subject[.commonName] } == ["终端9", "居民健康卡CA", "根CA"])
    #expect(try Certificate(der: terminal.der) == terminal)
    #expect(try Certificate(pem: terminal.pem) == terminal)
    #expect(terminal.validFrom == Region.start && terminal.validUntil == Region.end)
  }

  @Test func `a certificate is believed for its own purpose alone`() throws {
    let terminal = try region.terminal()
    let store = try region.store()
    for profile: CertificateProfile in [
      .healthCode, .practitioner, .institution, .authority(pathLength: 0),
    ] {
      #expect(throws: Anomaly.self) {
        try store.path(of: terminal, for: profile, at: Region.now)
      }
    }
  }

  @Test func `a certificate is refused before and after its time`() throws {
    let terminal = try region.terminal()
    let store = try region.store()
    for moment in [Region.start.milliseconds - 1, Region.end.milliseconds + 1] {
      #expect(throws: Anomaly.self) {
        try store.path(of: terminal, for: .terminal, at: Instant(milliseconds: moment))
      }
    }
  }

  @Test func `a revoked certificate, and one below a revoked authority, is refused`() throws {
    let terminal = try region.terminal()
    for revoked in [terminal, region.cards.certificate] {
      let store = try region.store(revoked: [revoked])
      let anomaly = #expect(throws: Anomaly.self) {
        try store.path(of: terminal, for: .terminal, at: Region.now)
      }
      #expect(anomaly?.message.contains("revoked (keyCompromise)") == true)
      #expect(anomaly?.category == .forbidden)
    }
  }

  @Test func `without a current revocation list nothing is believed, unless none is asked`()
    throws
  {
    let terminal = try region.terminal()
    func store(_ revocation: TrustStore.Revocation) -> TrustStore {
      TrustStore(
        anchors: [region.root.certificate], authorities: [region.cards.certificate],
        revocation: revocation, region.module)
    }
    #expect(throws: Anomaly.self) {
      try store(.required).path(of: terminal, for: .terminal, at: Region.now)
    }
    let path = try store(.whereListed).path(of: terminal, for: .terminal, at: Region.now)
    #expect(path.count == 3)
  }

  @Test func `a list forged under the name of an authority does not count`() throws {
    let terminal = try region.terminal()
    let forger = try CertificateAuthority.root(
      region.cards.certificate.subject, key: region.module.generatePrivateKey(),
      validFrom: Region.start, validUntil: Region.end, serialNumber: [9, 9, 9, 9, 9, 9, 9, 9],
      region.module)
    let forged = try forger.revoke(
      [], number: 8, thisUpdate: Region.start, nextUpdate: Region.end)
    let store = TrustStore(
      anchors: [region.root.certificate], authorities: [region.cards.certificate],
      lists: [try region.lists()[0], forged], region.module)
    #expect(throws: Anomaly.self) {
      try store.path(of: terminal, for: .terminal, at: Region.now)
    }
  }

  @Test func `who is no authority cannot certify, and path lengths are kept`() throws {
    let module = region.module
    #expect(throws: Anomaly.self) {
      try region.cards.issue(
        Region.request(
          module.generatePrivateKey(), .authority(pathLength: 0), "下级", serial: 5))
    }
    let key = try module.generatePrivateKey()
    let terminal = try region.cards.issue(Region.request(key, .terminal, "终端", serial: 6))
    #expect(throws: Anomaly.self) { try CertificateAuthority(terminal, key: key, module) }
    #expect(throws: Anomaly.self) {
      try CertificateAuthority(
        region.root.certificate, key: module.generatePrivateKey(), module)
    }
  }

  @Test func `no certificate with a changed byte is believed`() throws {
    let terminal = try region.terminal()
    let store = try region.store()
    for place in terminal.der.indices {
      var der = terminal.der
      der[place] ^= 0x01
      #expect(throws: Anomaly.self, "byte \(place)") {
        try store.path(of: Certificate(der: der), for: .terminal, at: Region.now)
      }
    }
  }

  @Test func `cut or random bytes are refused and never trap`() throws {
    let terminal = try region.terminal()
    let list = try region.lists(revoked: [terminal])[1]
    for count in 0..<terminal.der.count {
      #expect(throws: Anomaly.self) { try Certificate(der: Array(terminal.der.prefix(count))) }
    }
    for count in 0..<list.der.count {
      #expect(throws: Anomaly.self) { try RevocationList(der: Array(list.der.prefix(count))) }
    }
    var chance = SeededRandom(seed: 20_261_121)
    var refused = 0
    for _ in 0..<20_000 {
      var der = terminal.der
      for _ in 0..<3 { der[chance.below(der.count)] = chance.byte() }
      do { _ = try Certificate(der: der) } catch { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  @Test func `a revocation list is read as it was written`() throws {
    let terminals = try (1...5).map { try region.terminal(serial: $0) }
    let list = try region.lists(revoked: terminals)[1]
    let again = try RevocationList(der: list.der)
    #expect(again == list && again.number == 7 && again.entries.count == 5)
    #expect(again.entries[terminals[2].serialNumber]?.reason == .keyCompromise)
    #expect(again.nextUpdate == Region.end)
  }
}
