package import FHIR

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
