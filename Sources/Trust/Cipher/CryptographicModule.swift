package import FHIR

/// A cryptographic module 密码模块: the one door to SM2, SM3, SM4 and randomness.
///
/// Keys live behind `SymmetricKey` and `PrivateKey` and need not leave the module, so a hardware
/// module (GM/T 0018 cryptographic device interface, PKCS#11) can stand in the place of
/// `OpenSSLModule` without a change elsewhere.
package protocol CryptographicModule: Sendable {
  /// Random bytes fit for keys.
  func randomBytes(_ count: Int) throws(Anomaly) -> [UInt8]

  /// The SM3 hash of a message, 32 bytes, GB/T 32905-2016.
  func sm3(_ message: [UInt8]) throws(Anomaly) -> [UInt8]

  /// HMAC with SM3, GB/T 15852.2; the key has any length.
  func hmac(_ message: [UInt8], key: Secret) throws(Anomaly) -> [UInt8]

  /// Takes an SM4 key of 16 bytes into the module.
  func symmetricKey(_ secret: Secret) throws(Anomaly) -> any SymmetricKey

  /// Makes an SM4 key that only the module knows.
  func generateSymmetricKey() throws(Anomaly) -> any SymmetricKey

  /// Takes an SM2 private key, the 32 bytes of the number d, into the module.
  func privateKey(_ scalar: Secret) throws(Anomaly) -> any PrivateKey

  /// Makes an SM2 key pair, GB/T 32918.1-2016 §6.1.
  func generatePrivateKey() throws(Anomaly) -> any PrivateKey

  /// Reads an SM2 public key, the point as `04 ‖ x ‖ y`; refuses what is not on the curve.
  func publicKey(_ point: [UInt8]) throws(Anomaly) -> any PublicKey

  /// A key of this module, encrypted and authenticated under another, for keeping and transport.
  ///
  /// - Parameter label: what the key is; it opens under the same label alone.
  func wrap(
    _ key: WrappableKey, under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> [UInt8]

  /// Takes a wrapped SM4 key into the module.
  func unwrapSymmetricKey(
    _ wrapped: [UInt8], under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> any SymmetricKey

  /// Takes a wrapped SM2 private key into the module.
  func unwrapPrivateKey(
    _ wrapped: [UInt8], under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> any PrivateKey
}

/// A secret key that can leave a module under another.
package enum WrappableKey: Sendable {
  case symmetric(any SymmetricKey)
  case `private`(any PrivateKey)
}

/// An SM4 key inside a cryptographic module.
package protocol SymmetricKey: AnyObject, Sendable {
  func encrypt(_ plaintext: [UInt8], _ mode: SM4.Mode) throws(Anomaly) -> [UInt8]

  /// Padding that is not right is refused without telling how it is wrong.
  func decrypt(_ ciphertext: [UInt8], _ mode: SM4.Mode) throws(Anomaly) -> [UInt8]

  /// The key that is this key's encryption of one block: a child of a key hierarchy 密钥分散.
  ///
  /// The child stays in the module too.
  func diversified(by block: [UInt8]) throws(Anomaly) -> any SymmetricKey
}

/// An SM2 public key, ready for use.
package protocol PublicKey: AnyObject, Sendable {
  /// The point as `04 ‖ x ‖ y`, 65 bytes.
  var point: [UInt8] { get }

  /// Whether a signature is this key's for the message and user id, GB/T 32918.2-2016 §7.1.
  func verifies(
    _ signature: SM2Signature, of message: [UInt8], by userID: SM2UserID
  ) throws(Anomaly) -> Bool

  /// Encryption for the holder of the private key, GB/T 32918.4-2016 §6.1.
  func encrypt(_ plaintext: [UInt8]) throws(Anomaly) -> SM2Ciphertext
}

/// An SM2 private key inside a cryptographic module.
package protocol PrivateKey: AnyObject, Sendable {
  var publicKey: any PublicKey { get }

  /// GB/T 32918.2-2016 §6.1.
  func sign(_ message: [UInt8], by userID: SM2UserID) throws(Anomaly) -> SM2Signature

  /// GB/T 32918.4-2016 §7.1.
  func decrypt(_ ciphertext: SM2Ciphertext) throws(Anomaly) -> [UInt8]
}

/// The distinguishing identifier of a signer, which the value ZA binds to the signature.
///
/// GB/T 32918.2-2016 §5.5: its length in bits is told in two bytes.
package struct SM2UserID: Hashable, Sendable {
  /// The longest identifier whose bits two bytes can count.
  package static let largestByteCount = 8191

  /// The identifier where none is agreed, GM/T 0009-2012 §10 and RFC 8998 §3.2.1.
  package static let standard = SM2UserID(checked: Array("1234567812345678".utf8))

  package let bytes: [UInt8]

  private init(checked bytes: [UInt8]) { self.bytes = bytes }

  package init(_ bytes: [UInt8]) throws(Anomaly) {
    guard (1...Self.largestByteCount).contains(bytes.count) else {
      throw .incorrect(
        "An SM2 user id has 1 to 8191 bytes, not \(bytes.count).",
        chinese: "SM2用户标识应为1至8191字节，实为\(bytes.count)字节。")
    }
    self.bytes = bytes
  }
}
