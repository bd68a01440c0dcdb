package import FHIR
package import Trust

/// A terminal proves to the platform who it is, with its certificate and a fresh challenge.
package struct TerminalAuthentication: Sendable {
  package static let nonceByteCount = 32
  /// How long a challenge can be answered.
  package static let lifetimeInSeconds: Int64 = 60

  /// What the platform asks a terminal to sign.
  package struct Challenge: Hashable, Sendable {
    package let nonce: [UInt8]
    /// Who asks, so that an answer cannot be carried to another platform.
    package let verifier: String
    package let issued: Instant

    package init(nonce: [UInt8], verifier: String, issued: Instant) throws(Anomaly) {
      guard nonce.count == TerminalAuthentication.nonceByteCount else {
        throw .incorrect(
          "The nonce of a challenge has 32 bytes, not \(nonce.count).",
          chinese: "挑战随机数应为32字节，实为\(nonce.count)字节。")
      }
      self.nonce = nonce
      self.verifier = verifier
      self.issued = issued
    }

    /// What is signed: a word that no other signature begins with, then the parts.
    func statement() -> [UInt8] {
      Array("health-card terminal authentication\u{0}".utf8) + nonce
        + withUnsafeBytes(of: issued.milliseconds.bigEndian, Array.init) + Array(verifier.utf8)
    }
  }

  package struct Response: Hashable, Sendable {
    package let certificate: Certificate
    package let signature: SM2Signature

    package init(certificate: Certificate, signature: SM2Signature) {
      self.certificate = certificate
      self.signature = signature
    }
  }

  /// What the terminal does.
  package static func answer(
    _ challenge: Challenge, _ certificate: Certificate, _ key: any PrivateKey
  ) throws(Anomaly) -> Response {
    Response(
      certificate: certificate,
      signature: try key.sign(challenge.statement(), by: .standard))
  }

  private let store: TrustStore
  private let module: any CryptographicModule
  private var answered = NonceWindow()

  package init(_ store: TrustStore, _ module: any CryptographicModule) {
    self.store = store
    self.module = module
  }

  /// The name of the terminal that answered; each challenge can be answered once.
  package mutating func accept(
    _ response: Response, to challenge: Challenge, at moment: Instant
  ) throws(Anomaly) -> DistinguishedName {
    let end = Instant(milliseconds: challenge.issued.milliseconds + Self.lifetimeInSeconds * 1000)
    guard challenge.issued.milliseconds <= moment.milliseconds,
      moment.milliseconds < end.milliseconds
    else { throw refusal("The challenge is too old.", "挑战已过期。", .expired) }
    try store.path(of: response.certificate, for: .terminal, at: moment)
    let key = try module.publicKey(response.certificate.publicKeyPoint)
    guard try key.verifies(response.signature, of: challenge.statement(), by: .standard) else {
      throw refusal("The terminal's signature is wrong.", "终端签名不正确。", .security)
    }
    guard try answered.insert(challenge.nonce, until: end, at: moment) else {
      throw refusal("The challenge was answered before.", "挑战已被使用。", .duplicate)
    }
    return response.certificate.subject
  }

  private func refusal(_ message: String, _ chinese: String, _ code: IssueType) -> Anomaly {
    Anomaly(.forbidden, message, chinese: chinese, code: code)
  }
}
