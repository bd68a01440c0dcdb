package import FHIR
package import Trust

/// A certificate that the region's authority has issued, and what became of it.
package struct IssuedCertificate: Sendable {
  package enum Purpose: String, CaseIterable, Sendable {
    case healthCode = "health-code"
    case terminal, practitioner, institution

    package var profile: CertificateProfile {
      switch self {
      case .healthCode: .healthCode
      case .terminal: .terminal
      case .practitioner: .practitioner
      case .institution: .institution
      }
    }
  }

  package struct Revocation: Hashable, Sendable {
    package let at: Instant
    package let reason: RevocationList.Reason
  }

  package let certificate: Certificate
  package let purpose: Purpose
  /// The private key where the region keeps it for the holder; nil where the holder has it.
  let key: (any PrivateKey)?
  package internal(set) var revocation: Revocation?

  /// Whether the private key is in the region's module.
  package var isKept: Bool { key != nil }
  package var serialNumber: String { Hex.text(certificate.serialNumber) }
}

extension RegionKeys {
  /// How long a list of revoked certificates or cards counts.
  package static let listLifetimeInHours = 24

  /// Certifies a practitioner or a terminal.
  ///
  /// - Parameter point: the holder's own key as `04 ‖ x ‖ y`; nil makes one that stays here.
  @discardableResult
  package mutating func certify(
    _ name: DistinguishedName, for purpose: IssuedCertificate.Purpose, point: [UInt8]? = nil,
    at moment: Instant
  ) throws(Anomaly) -> IssuedCertificate {
    let key: (any PrivateKey)? = point == nil ? try module.generatePrivateKey() : nil
    let certificate = try issue(
      name, point ?? key?.publicKey.point ?? [], purpose, key: key, at: moment,
      years: Self.practitionerLifetimeInYears)
    guard let issued = ledger.last, issued.certificate == certificate else {
      throw .fault("The certificate is not in the ledger.")
    }
    return issued
  }

  mutating func issue(
    _ name: DistinguishedName, _ point: [UInt8], _ purpose: IssuedCertificate.Purpose,
    key: (any PrivateKey)? = nil, at moment: Instant, years: Int
  ) throws(Anomaly) -> Certificate {
    guard ledger.count < Self.largestLedgerCount else {
      throw .conflict("The ledger of certificates is full.", chinese: "证书台账已满。")
    }
    let certificate = try authority.issue(
      CertificateAuthority.Request(
        subject: name, publicKeyPoint: point, profile: purpose.profile, validFrom: moment,
        validUntil: min(moment.adding(years: years), authority.certificate.validUntil),
        serialNumber: Self.serialNumber(module)))
    ledger.append(IssuedCertificate(certificate: certificate, purpose: purpose, key: key))
    return certificate
  }

  private func min(_ left: Instant, _ right: Instant) -> Instant {
    left.milliseconds < right.milliseconds ? left : right
  }

  package func isRevoked(_ certificate: Certificate) -> Bool {
    ledger.contains { $0.certificate == certificate && $0.revocation != nil }
  }

  /// Revokes a certificate for good; refuses one that is none of the region's, or revoked before.
  package mutating func revoke(
    _ serialNumber: [UInt8], because reason: RevocationList.Reason, at moment: Instant
  ) throws(Anomaly) {
    let text = Hex.text(serialNumber)
    guard let place = ledger.firstIndex(where: { $0.certificate.serialNumber == serialNumber })
    else {
      throw .notFound("There is no certificate \(text).", chinese: "没有序列号为\(text)的证书。")
    }
    guard ledger[place].revocation == nil else {
      throw .conflict("Certificate \(text) is revoked already.", chinese: "证书\(text)已撤销。")
    }
    ledger[place].revocation = IssuedCertificate.Revocation(at: moment, reason: reason)
  }

  /// The signed list of revoked certificates as of a moment; its number grows with time.
  package func revocationList(at moment: Instant) throws(Anomaly) -> RevocationList {
    let entries = ledger.compactMap { issued in
      issued.revocation.map { revocation in
        RevocationList.Entry(
          serialNumber: issued.certificate.serialNumber, revoked: revocation.at,
          reason: revocation.reason)
      }
    }
    return try authority.revoke(
      entries, number: UInt64(max(0, moment.milliseconds)), thisUpdate: moment,
      nextUpdate: moment.adding(hours: Self.listLifetimeInHours))
  }
}
