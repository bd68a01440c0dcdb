package import FHIR

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
