package import Credentials
package import FHIR
package import Trust

/// What a terminal 终端 holds to decide about codes without a network: certificates and lists.
///
/// Nothing in it is secret; all of it is signed, so it may travel by any way.
package struct TerminalKit: Sendable {
  package let anchor: Certificate
  package let issuers: [Certificate]
  package let revoked: RevocationList
  package let blacklist: CardBlacklist

  /// The files of a kit, as a terminal is given them.
  package enum Part: String, CaseIterable, Sendable {
    case anchor = "root.pem"
    case issuers = "issuers.pem"
    case revoked = "revoked.crl"
    case blacklist = "cards.blacklist"
  }

  init(
    anchor: Certificate, issuers: [Certificate], revoked: RevocationList,
    blacklist: CardBlacklist
  ) {
    self.anchor = anchor
    self.issuers = issuers
    self.revoked = revoked
    self.blacklist = blacklist
  }

  /// The bytes of each file.
  package func bytes(of part: Part) -> [UInt8] {
    switch part {
    case .anchor: Array(anchor.pem.utf8) + [UInt8(ascii: "\n")]
    case .issuers: issuers.flatMap { Array($0.pem.utf8) + [UInt8(ascii: "\n")] }
    case .revoked: revoked.der
    case .blacklist: blacklist.bytes
    }
  }

  /// Reads the files of a kit; what they say counts only when a verifier has checked it.
  package init(reading file: (Part) throws(Anomaly) -> [UInt8]) throws(Anomaly) {
    anchor = try Certificate(pem: Self.text(file(.anchor)))
    issuers = try Self.certificates(Self.text(file(.issuers)))
    revoked = try RevocationList(der: file(.revoked))
    blacklist = try CardBlacklist(parsing: file(.blacklist))
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func certificates(_ text: String) throws(Anomaly) -> [Certificate] {
    let end = "-----END CERTIFICATE-----"
    var certificates: [Certificate] = []
    var rest = text[...]
    while let mark = rest.firstRange(of: end) {
      certificates.append(try Certificate(pem: String(rest[..<mark.upperBound]).trimmingSpaces))
      rest = rest[mark.upperBound...]
    }
    return certificates
  }

  /// A verifier that believes what this kit proves and nothing else.
  package func verifier(
    _ module: any CryptographicModule, at moment: Instant, _ settings: HealthCodeSettings
  ) throws(Anomaly) -> HealthCodeVerifier {
    try HealthCodeVerifier(
      issuers: issuers, TrustStore(anchors: [anchor], lists: [revoked], module),
      blacklist: blacklist, module, at: moment, settings)
  }
}

extension CardRegistry {
  /// Signs what terminals hold, as of now.
  package func terminalKit() async throws(Anomaly) -> TerminalKit {
    guard let keys else { throw .noCardKeys }
    let now = now
    let ids = try await refusedElectronicIDs()
    let signer = try keys.signer(at: now)
    let blacklist = try CardBlacklist(
      revoking: ids, number: UInt64(max(0, now.milliseconds)), issued: now,
      nextUpdate: now.adding(hours: RegionKeys.listLifetimeInHours), by: signer.certificate,
      signer.key, keys.module)
    let issuers = keys.issuers.map(\.certificate).filter { certificate in
      certificate.isValid(at: now) && !keys.isRevoked(certificate)
    }
    return TerminalKit(
      anchor: keys.authority.certificate, issuers: issuers,
      revoked: try keys.revocationList(at: now), blacklist: blacklist)
  }

  /// The ids of electronic cards that are lost, replaced or revoked and that no newer card bears.
  private func refusedElectronicIDs() async throws(Anomaly) -> [String] {
    var refused: Set<String> = []
    var usable: Set<String> = []
    let type = "type=\(SearchText.token((CardKind.system, CardKind.electronic.rawValue)))"
    try await store.eachPage(of: "Device", type, at: clock()) { (page) throws(Anomaly) in
      for entry in page.entries {
        let device = try JSON(parsing: entry.version.body)
        guard let id = device["identifier"]?[0]?["value"]?.string,
          let state = try CardState.read(device["statusReason"]?[0], at: "Device.statusReason[0]")
        else { continue }
        if state == .active { usable.insert(id) }
        if state.isBlacklisted { refused.insert(id) }
      }
    }
    return refused.subtracting(usable).sorted()
  }
}
