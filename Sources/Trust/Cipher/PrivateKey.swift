package import FHIR

/// An SM2 private key inside a cryptographic module.
package protocol PrivateKey: AnyObject, Sendable {
  var publicKey: any PublicKey { get }

  /// GB/T 32918.2-2016 §6.1.
  func sign(_ message: [UInt8], by userID: SM2UserID) throws(Anomaly) -> SM2Signature

  /// GB/T 32918.4-2016 §7.1.
  func decrypt(_ ciphertext: SM2Ciphertext) throws(Anomaly) -> [UInt8]
}
