import Credentials
import FHIR
import TestSupport
import Testing
import Trust

/// A module in the manner of GM/T 0018: keys are numbers, what they stand for never comes out.
private final class KeyDevice: CryptographicModule {
  let inside: OpenSSLModule

  init() throws { inside = try OpenSSLModule() }

  final class Symmetric: SymmetricKey {
    private let key: any SymmetricKey

    init(_ key: any SymmetricKey) { self.key = key }

    func encrypt(_ plaintext: [UInt8], _ mode: SM4.Mode) throws(Anomaly) -> [UInt8] {
      try key.encrypt(plaintext, mode)
    }

    func decrypt(_ ciphertext: [UInt8], _ mode: SM4.Mode) throws(Anomaly) -> [UInt8] {
      try key.decrypt(ciphertext, mode)
    }

    func diversified(by block: [UInt8]) throws(Anomaly) -> any SymmetricKey {
      Symmetric(try key.diversified(by: block))
    }
  }

  final class Private: PrivateKey {
    private let key: any PrivateKey

    init(_ key: any PrivateKey) { self.key = key }

    var publicKey: any PublicKey { key.publicKey }

    func sign(_ message: [UInt8], by userID: SM2UserID) throws(Anomaly) -> SM2Signature {
      try key.sign(message, by: userID)
    }

    func decrypt(_ ciphertext: SM2Ciphertext) throws(Anomaly) -> [UInt8] {
      try key.decrypt(ciphertext)
    }
  }

  static let closed = Anomaly(.forbidden, "No key leaves or enters this device.")

  func randomBytes(_ count: Int) throws(Anomaly) -> [UInt8] { try inside.randomBytes(count) }

  func sm3(_ message: [UInt8]) throws(Anomaly) -> [UInt8] { try inside.sm3(message) }

  func hmac(_ message: [UInt8], key: Secret) throws(Anomaly) -> [UInt8] { throw Self.closed }

  func symmetricKey(_ secret: Secret) throws(Anomaly) -> any SymmetricKey { throw Self.closed }

  func generateSymmetricKey() throws(Anomaly) -> any SymmetricKey {
    Symmetric(try inside.generateSymmetricKey())
  }

  func privateKey(_ scalar: Secret) throws(Anomaly) -> any PrivateKey { throw Self.closed }

  func generatePrivateKey() throws(Anomaly) -> any PrivateKey {
    Private(try inside.generatePrivateKey())
  }

  func publicKey(_ point: [UInt8]) throws(Anomaly) -> any PublicKey {
    try inside.publicKey(point)
  }

  func wrap(
    _ key: WrappableKey, under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> [UInt8] { throw Self.closed }

  func unwrapSymmetricKey(
    _ wrapped: [UInt8], under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> any SymmetricKey { throw Self.closed }

  func unwrapPrivateKey(
    _ wrapped: [UInt8], under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> any PrivateKey { throw Self.closed }
}

@Suite("Hardware module") struct HardwareTests {
  @Test func `authority, issuer, terminal and cards work on keys that never leave a device`()
    throws
  {
    let device = try KeyDevice()
    let root = try CertificateAuthority.root(
      DistinguishedName((.commonName, "CA")), key: device.generatePrivateKey(),
      validFrom: Issuing.start, validUntil: Issuing.end,
      serialNumber: [1, 2, 3, 4, 5, 6, 7, 8], device)
    let key = try device.generatePrivateKey()
    let issuer = try Issuing.certify(root, key, .healthCode, "发码", serial: 2)
    let list = try root.revoke(
      [], number: 1, thisUpdate: Issuing.start, nextUpdate: Issuing.end)
    let blacklist = try CardBlacklist(
      revoking: ["LOST"], number: 1, issued: Issuing.start, nextUpdate: Issuing.end,
      by: issuer, key, device)
    var terminal = try HealthCodeVerifier(
      issuers: [issuer], TrustStore(anchors: [root.certificate], lists: [list], device),
      blacklist: blacklist, device, at: Issuing.now)
    let code = try HealthCode(
      for: "KEPT", issued: Issuing.now, nonce: device.randomBytes(12), by: issuer, key)
    #expect(try terminal.verify(code.text, at: Issuing.now) == .accepted(code))
    let keys = try KeyHierarchy.generate(begins: Issuing.start, device)
    let name = try #require(KeyClass.named("IRK_DDF1"))
    let card = try keys.level("32").cardKey(
      name, cardNumber: "1", cityCode: "025", at: Issuing.now)
    #expect(try KeyHierarchy.checkValue(of: card.key).count == 4)
  }

  @Test func `a key of one module is not wrapped by another`() throws {
    let (device, module) = (try KeyDevice(), try OpenSSLModule())
    let wrapping = try module.generateSymmetricKey()
    #expect(throws: Anomaly.self) {
      try module.wrap(.symmetric(device.generateSymmetricKey()), under: wrapping, label: "")
    }
    #expect(throws: Anomaly.self) {
      try module.wrap(.private(device.generatePrivateKey()), under: wrapping, label: "")
    }
  }
}
