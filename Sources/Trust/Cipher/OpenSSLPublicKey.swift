import COpenSSL
import FHIR

/// An SM2 public key as OpenSSL holds it.
///
/// An `EVP_PKEY` that is no longer changed may be used by several threads at once,
/// <https://docs.openssl.org/3.0/man7/openssl-threads/>.
final class OpenSSLPublicKey: PublicKey, @unchecked Sendable {
  let point: [UInt8]
  private let key: OpaquePointer
  private let module: OpenSSLModule

  init(_ point: [UInt8], in module: OpenSSLModule) throws(Anomaly) {
    guard point.count == 65, point.first == 4 else {
      throw .incorrect(
        "An SM2 public key is 04 ‖ x ‖ y, 65 bytes.", chinese: "SM2公钥应为04‖x‖y，共65字节。")
    }
    guard let key = try SM2KeyMaterial.key(point: point, scalar: nil) else {
      throw .incorrect(
        "The SM2 public key is not a point of the curve.", chinese: "SM2公钥不在曲线上。")
    }
    self.point = point
    self.module = module
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  func verifies(
    _ signature: SM2Signature, of message: [UInt8], by userID: SM2UserID
  ) throws(Anomaly) -> Bool {
    guard let context = EVP_MD_CTX_new() else { throw OpenSSLError.last("verifying") }
    defer { EVP_MD_CTX_free(context) }
    var keyContext: OpaquePointer?
    guard EVP_DigestVerifyInit_ex(context, &keyContext, "SM3", nil, nil, key, nil) == 1,
      EVP_PKEY_CTX_set1_id(keyContext, userID.bytes, Int32(userID.bytes.count)) == 1
    else { throw OpenSSLError.last("verifying") }
    let der = signature.der
    let answer = EVP_DigestVerify(context, der, der.count, message, message.count)
    ERR_clear_error()
    return answer == 1
  }

  func encrypt(_ plaintext: [UInt8]) throws(Anomaly) -> SM2Ciphertext {
    guard (1...SM2Ciphertext.largestPlaintextByteCount).contains(plaintext.count) else {
      throw .incorrect(
        "SM2 encrypts 1 to \(SM2Ciphertext.largestPlaintextByteCount) bytes.",
        chinese: "SM2加密的明文应为1至\(SM2Ciphertext.largestPlaintextByteCount)字节。")
    }
    guard let context = EVP_PKEY_CTX_new(key, nil) else {
      throw OpenSSLError.last("encrypting")
    }
    defer { EVP_PKEY_CTX_free(context) }
    var count = 0
    guard EVP_PKEY_encrypt_init(context) == 1,
      EVP_PKEY_encrypt(context, nil, &count, plaintext, plaintext.count) == 1
    else { throw OpenSSLError.last("encrypting") }
    var out = [UInt8](repeating: 0, count: count)
    guard EVP_PKEY_encrypt(context, &out, &count, plaintext, plaintext.count) == 1 else {
      throw OpenSSLError.last("encrypting")
    }
    return try SM2Ciphertext(der: Array(out.prefix(count)))
  }
}
