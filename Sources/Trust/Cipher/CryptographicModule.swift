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
