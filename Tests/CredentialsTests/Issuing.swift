import Credentials
import FHIR
import TestSupport
import Trust

/// A region that issues codes: authorities, an issuer of codes, terminals and lists.
struct Issuing {
  static let start = Instant(milliseconds: 1_767_225_600_000)  // 2026-01-01
  static let end = Instant(milliseconds: 1_830_297_600_000)  // 2028-01-01
  static let now = Instant(milliseconds: 1_795_000_000_000)  // 2026-11-18

  let module: OpenSSLModule
  let root: CertificateAuthority
  let issuer: Certificate
  let issuerKey: any PrivateKey
  let terminal: Certificate
  let terminalKey: any PrivateKey

  init() throws {
    module = try OpenSSLModule()
    root = try .root(
      DistinguishedName((.country, "CN"), (.commonName, "省居民健康卡CA")),
      key: module.generatePrivateKey(), validFrom: Self.start, validUntil: Self.end,
      serialNumber: [1, 2, 3, 4, 5, 6, 7, 8], module)
    issuerKey = try module.generatePrivateKey()
    terminalKey = try module.generatePrivateKey()
    issuer = try Self.certify(root, issuerKey, .healthCode, "发码服务", serial: 2)
    terminal = try Self.certify(root, terminalKey, .terminal, "门诊终端", serial: 3)
  }

  static func certify(
    _ root: CertificateAuthority, _ key: any PrivateKey, _ profile: CertificateProfile,
    _ name: String, serial: UInt8
  ) throws -> Certificate {
    try root.issue(
      CertificateAuthority.Request(
        subject: DistinguishedName((.commonName, name), (.serialNumber, "T\(serial)")),
        publicKeyPoint: key.publicKey.point, profile: profile, validFrom: start,
        validUntil: end, serialNumber: [UInt8](repeating: 1, count: 9) + [serial]))
  }

  func store(revoking certificates: [Certificate] = []) throws -> TrustStore {
    let entries = certificates.map {
      RevocationList.Entry(
        serialNumber: $0.serialNumber, revoked: Self.start, reason: .keyCompromise)
    }
    let list = try root.revoke(
      entries, number: 1, thisUpdate: Self.start, nextUpdate: Self.end)
    return TrustStore(anchors: [root.certificate], lists: [list], module)
  }

  func blacklist(_ ids: [String], until end: Instant = Self.end) throws -> CardBlacklist {
    try CardBlacklist(
      revoking: ids, number: 5, issued: Self.start, nextUpdate: end, by: issuer, issuerKey,
      module)
  }

  func verifier(
    revoked ids: [String] = [], _ settings: HealthCodeSettings = HealthCodeSettings()
  ) throws -> HealthCodeVerifier {
    try HealthCodeVerifier(
      issuers: [issuer], store(), blacklist: blacklist(ids), module, at: Self.now, settings)
  }

  func code(
    _ id: String, nonce: [UInt8], issued: Instant = Self.now,
    _ settings: HealthCodeSettings = HealthCodeSettings()
  ) throws -> HealthCode {
    try HealthCode(for: id, issued: issued, nonce: nonce, by: issuer, issuerKey, settings)
  }
}

extension Instant {
  func adding(seconds: Int64) -> Instant {
    Instant(milliseconds: milliseconds + seconds * 1000)
  }
}
