import FHIR
import Trust

/// A region's authorities for tests: a root, an authority of cards below it, and their lists.
struct Region {
  static let start = Instant(milliseconds: 1_767_225_600_000)  // 2026-01-01
  static let end = Instant(milliseconds: 2_082_758_400_000)  // 2036-01-01
  static let now = Instant(milliseconds: 1_795_000_000_000)  // 2026-11-18

  let module: OpenSSLModule
  let root: CertificateAuthority
  let cards: CertificateAuthority

  init() throws {
    module = try OpenSSLModule()
    root = try .root(
      DistinguishedName((.country, "CN"), (.organization, "省卫生健康委"), (.commonName, "根CA")),
      key: module.generatePrivateKey(), validFrom: Self.start, validUntil: Self.end,
      serialNumber: [1, 2, 3, 4, 5, 6, 7, 8], module)
    let key = try module.generatePrivateKey()
    let certificate = try root.issue(
      Self.request(key, .authority(pathLength: 0), "居民健康卡CA", serial: 2))
    cards = try CertificateAuthority(certificate, key: key, module)
  }

  static func request(
    _ key: any PrivateKey, _ profile: CertificateProfile, _ name: String, serial: UInt8
  ) throws -> CertificateAuthority.Request {
    CertificateAuthority.Request(
      subject: try DistinguishedName((.country, "CN"), (.commonName, name)),
      publicKeyPoint: key.publicKey.point, profile: profile, validFrom: start, validUntil: end,
      serialNumber: [UInt8](repeating: 1, count: 15) + [serial])
  }

  func terminal(serial: UInt8 = 9) throws -> Certificate {
    try cards.issue(
      Self.request(module.generatePrivateKey(), .terminal, "终端\(serial)", serial: serial))
  }

  /// Lists of both authorities, current in 2026.
  func lists(revoked: [Certificate] = []) throws -> [RevocationList] {
    let entries = revoked.map {
      RevocationList.Entry(
        serialNumber: $0.serialNumber, revoked: Self.start, reason: .keyCompromise)
    }
    return try [root, cards].map { authority in
      try authority.revoke(
        entries.filter { entry in
          revoked.contains {
            $0.serialNumber == entry.serialNumber && $0.issuer == authority.certificate.subject
          }
        }, number: 7, thisUpdate: Self.start, nextUpdate: Self.end)
    }
  }

  func store(revoked: [Certificate] = []) throws -> TrustStore {
    TrustStore(
      anchors: [root.certificate], authorities: [cards.certificate],
      lists: try lists(revoked: revoked), module)
  }
}
