package import FHIR
package import Trust

/// A terminal without a network: it holds certificates and lists, and decides about codes.
package struct HealthCodeVerifier: Sendable {
  /// Why a code is not accepted.
  package enum Refusal: String, CaseIterable, Sendable {
    /// The text is no dynamic health code, or a static one.
    case malformed
    /// No believed certificate has the key that the code names.
    case unknownIssuer
    /// The signature is not that key's over this text.
    case altered
    /// Issued later than now.
    case notYetValid
    case expired
    /// Shown to this terminal before.
    case replayed
    /// The card is lost, replaced or revoked.
    case revoked
    /// The terminal's list of revoked cards or of revoked certificates is missing or too old.
    case staleList

    /// For the person at the terminal.
    package var chinese: String {
      switch self {
      case .malformed: "不是有效的动态健康码"
      case .unknownIssuer: "发码机构不受信任"
      case .altered: "健康码已被改动"
      case .notYetValid: "健康码尚未生效，请检查终端时钟"
      case .expired: "健康码已过期，请刷新"
      case .replayed: "健康码已使用过，请刷新"
      case .revoked: "该卡已挂失或注销"
      case .staleList: "终端黑名单或证书撤销列表已过期，请联网更新"
      }
    }

    package var english: String {
      switch self {
      case .malformed: "This is no dynamic health code"
      case .unknownIssuer: "The issuer of the code is not believed"
      case .altered: "The code was altered"
      case .notYetValid: "The code is not valid yet; check the terminal's clock"
      case .expired: "The code has expired; refresh it"
      case .replayed: "The code was used before; refresh it"
      case .revoked: "The card was reported lost or revoked"
      case .staleList: "The terminal's lists of what is revoked are out of date; update them"
      }
    }
  }

  package enum Verdict: Hashable, Sendable {
    case accepted(HealthCode)
    case refused(Refusal)
  }

  /// A certificate that was believed when the terminal took it, with its key ready for use.
  private struct Signer: Sendable {
    let certificate: Certificate
    /// When the certificates or lists of its path come to their end.
    let believedUntil: Instant
    let key: any PublicKey
  }

  private let settings: HealthCodeSettings
  private let module: any CryptographicModule
  private let signers: [[UInt8]: Signer]
  private var blacklist: CardBlacklist?
  private var used = NonceWindow()
  /// The latest moment seen; a clock that is set back brings no code to life again.
  private var latest: Int64 = 0

  /// Takes certificates of issuers that the store believes, and the list that one of them signed.
  ///
  /// What is not believed is refused here, by name, not left out in silence.
  package init(
    issuers: [Certificate], _ store: TrustStore, blacklist: CardBlacklist?,
    _ module: any CryptographicModule, at moment: Instant,
    _ settings: HealthCodeSettings = HealthCodeSettings()
  ) throws(Anomaly) {
    var signers: [[UInt8]: Signer] = [:]
    for certificate in issuers {
      let path = try store.path(of: certificate, for: .healthCode, at: moment)
      signers[HealthCode.keyIdentifier(of: certificate)] = Signer(
        certificate: certificate, believedUntil: try store.end(of: path),
        key: try module.publicKey(certificate.publicKeyPoint))
    }
    self.signers = signers
    self.settings = settings
    self.module = module
    if let blacklist { try take(blacklist) }
  }

  /// The number of the list that the terminal has; 0 while it has none.
  package var blacklistNumber: UInt64 { blacklist?.number ?? 0 }

  /// Takes a list of revoked cards that a believed issuer signed, never an older one than before.
  package mutating func take(_ list: CardBlacklist) throws(Anomaly) {
    guard let signer = signers[list.keyIdentifier],
      try signer.key.verifies(list.signature, of: list.statement, by: .standard)
    else {
      throw Anomaly(
        .forbidden, "The list of revoked cards is signed by no believed issuer.",
        chinese: "黑名单的签名不受信任。", code: .security)
    }
    guard list.number >= blacklist?.number ?? 0 else {
      throw .conflict(
        "List \(list.number) is older than the terminal's.",
        chinese: "黑名单\(list.number)比终端现有的旧。")
    }
    blacklist = list
  }

  /// Decides about the text of a code at a moment.
  package mutating func verify(
    _ text: String, at moment: Instant
  ) throws(Anomaly) -> Verdict {
    guard let code = HealthCode(parsing: text), code.type == settings.dynamicType else {
      return .refused(.malformed)
    }
    latest = max(latest, moment.milliseconds)
    let now = Instant(milliseconds: latest)
    guard let signer = signers[code.keyIdentifier], signer.certificate.isValid(at: now) else {
      return .refused(.unknownIssuer)
    }
    guard try signer.key.verifies(code.signature, of: code.statement, by: .standard) else {
      return .refused(.altered)
    }
    if let refusal = untimely(code, now) { return .refused(refusal) }
    if let blacklist, try blacklist.contains(code.healthCardID, module) {
      return .refused(.revoked)
    }
    let isListed = blacklist?.isCurrent(at: now) ?? false
    guard isListed || !settings.needsCurrentBlacklist,
      now.milliseconds < signer.believedUntil.milliseconds
    else { return .refused(.staleList) }
    guard try used.insert(code.nonce, until: code.expires, at: now) else {
      return .refused(.replayed)
    }
    return .accepted(code)
  }

  private func untimely(_ code: HealthCode, _ now: Instant) -> Refusal? {
    let tolerance = settings.clockToleranceInSeconds * 1000
    if code.issued.milliseconds - tolerance > now.milliseconds { return .notYetValid }
    let isShort = code.lifetimeInSeconds <= settings.longestLifetimeInSeconds
    return isShort && now.milliseconds < code.expires.milliseconds ? nil : .expired
  }
}
