package import FHIR

/// The certificates that are believed, and the lists of those that no longer are.
///
/// Decides about a certificate by the path to an anchor, RFC 5280 §6.1.
package struct TrustStore: Sendable {
  /// What is asked of revocation lists.
  package enum Revocation: Hashable, Sendable {
    /// Each authority of the path has a list that is current; without, nothing is believed.
    case required
    /// A list that is there counts; none need be.
    case whereListed
  }

  /// The most certificates of one path.
  package static let longestPath = 6

  package let anchors: [Certificate]
  package let authorities: [Certificate]
  package let lists: [RevocationList]
  package let revocation: Revocation
  private let module: any CryptographicModule

  package init(
    anchors: [Certificate], authorities: [Certificate] = [], lists: [RevocationList] = [],
    revocation: Revocation = .required, _ module: any CryptographicModule
  ) {
    self.anchors = anchors
    self.authorities = authorities
    self.lists = lists
    self.revocation = revocation
    self.module = module
  }

  /// The path from a certificate to an anchor, every step of which holds at the moment.
  ///
  /// - Parameter profile: what the certificate must be for.
  @discardableResult
  package func path(
    of certificate: Certificate, for profile: CertificateProfile, at moment: Instant
  ) throws(Anomaly) -> [Certificate] {
    guard profile.usage.isSubset(of: certificate.extensions.usage),
      profile.purpose.map(certificate.extensions.purposes.contains) ?? true
    else { throw refusal("is not for this purpose", "用途不符", certificate) }
    var path = [certificate]
    while let last = path.last, !anchors.contains(last) {
      guard path.count < Self.longestPath else {
        throw refusal("has too long a path", "证书链过长", certificate)
      }
      let authority = try self.authority(of: last, below: path.count - 1, at: moment)
      try checkRevocation(of: last, by: authority, at: moment)
      path.append(authority)
    }
    for step in path where !step.isValid(at: moment) {
      throw refusal("is not valid at this time", "不在有效期内", step, code: .expired)
    }
    return path
  }

  /// The authority that has signed a certificate, with so many authorities between it and the end.
  private func authority(
    of certificate: Certificate, below count: Int, at moment: Instant
  ) throws(Anomaly) -> Certificate {
    for candidate in anchors + authorities {
      let (own, wanted) = (candidate.extensions, certificate.extensions.authorityKeyIdentifier)
      guard candidate.subject == certificate.issuer, own.isAuthority,
        own.usage.contains(.keyCertSign), count <= own.pathLength ?? .max,
        wanted == nil || wanted == own.subjectKeyIdentifier, candidate.isValid(at: moment),
        try certificate.isSigned(by: candidate, module)
      else { continue }
      return candidate
    }
    throw refusal("is signed by no authority that is believed", "签发机构不受信任", certificate)
  }

  private func checkRevocation(
    of certificate: Certificate, by authority: Certificate, at moment: Instant
  ) throws(Anomaly) {
    var isDecided = false
    for list in lists where list.issuer == authority.subject {
      guard try list.isSigned(by: authority, module) else { continue }
      if let entry = list.entries[certificate.serialNumber] {
        throw refusal("is revoked (\(entry.reason))", "已被撤销", certificate)
      }
      if list.thisUpdate.milliseconds <= moment.milliseconds,
        moment.milliseconds < list.nextUpdate.milliseconds
      {
        isDecided = true
      }
    }
    guard isDecided || revocation == .whereListed else {
      throw refusal("has no current revocation list", "没有有效的撤销列表", certificate)
    }
  }

  /// Until when a path can be believed without newer lists: the earliest end of its certificates
  /// and, where lists are required, of its authorities' newest lists.
  package func end(of path: [Certificate]) throws(Anomaly) -> Instant {
    var end = path.map(\.validUntil.milliseconds).min() ?? 0
    guard revocation == .required else { return Instant(milliseconds: end) }
    for authority in path.dropFirst() {
      var newest: Int64 = 0
      for list in lists where try list.isSigned(by: authority, module) {
        newest = max(newest, list.nextUpdate.milliseconds)
      }
      end = min(end, newest)
    }
    return Instant(milliseconds: end)
  }

  private func refusal(
    _ why: String, _ chinese: String, _ certificate: Certificate, code: IssueType = .security
  ) -> Anomaly {
    Anomaly(
      .forbidden, "The certificate of \(certificate.subject.text) \(why).",
      chinese: "证书（\(certificate.subject.text)）\(chinese)。", code: code)
  }
}
