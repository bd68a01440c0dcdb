import COpenSSL
import FHIR

/// An SM2 private key in the memory of the process; OpenSSL overwrites it when it is freed.
final class OpenSSLPrivateKey: PrivateKey, @unchecked Sendable {
  let publicKey: any PublicKey
  private let key: OpaquePointer

  /// Makes a key pair.
  init(in module: OpenSSLModule) throws(Anomaly) {
    guard let key = EVP_PKEY_Q_keygen_SM2() else {
      throw OpenSSLError.last("making a key pair")
    }
    var point = [UInt8](repeating: 0, count: 65)
    var count = 0
    guard
      EVP_PKEY_get_octet_string_param(
        key, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &count) == 1, count == 65
    else {
      EVP_PKEY_free(key)
      throw OpenSSLError.last("making a key pair")
    }
    do {
      publicKey = try OpenSSLPublicKey(point, in: module)
    } catch {
      EVP_PKEY_free(key)
      throw error
    }
    self.key = key
  }

  /// Takes the number d; the public key is d times the generator.
  init(_ scalar: Secret, in module: OpenSSLModule) throws(Anomaly) {
    let point = try SM2KeyMaterial.point(of: scalar, on: module.curve)
    publicKey = try OpenSSLPublicKey(point, in: module)
    guard let key = try SM2KeyMaterial.key(point: point, scalar: scalar) else {
      throw OpenSSLError.last("reading a private key")
    }
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  /// The number d, for wrapping alone.
  func scalar() throws(Anomaly) -> Secret {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 else {
      throw OpenSSLError.last("wrapping a key")
    }
    defer { BN_clear_free(number) }
    var bytes = [UInt8](repeating: 0, count: 32)
    guard BN_bn2binpad(number, &bytes, 32) == 32 else {
      throw OpenSSLError.last("wrapping a key")
    }
    return try Secret(taking: &bytes)
  }

  func sign(_ message: [UInt8], by userID: SM2UserID) throws(Anomaly) -> SM2Signature {
    guard let context = EVP_MD_CTX_new() else { throw OpenSSLError.last("signing") }
    defer { EVP_MD_CTX_free(context) }
    var keyContext: OpaquePointer?
    var der = [UInt8](repeating: 0, count: Self.largestSignatureByteCount)
    var count = der.count
    guard EVP_DigestSignInit_ex(context, &keyContext, "SM3", nil, nil, key, nil) == 1,
      EVP_PKEY_CTX_set1_id(keyContext, userID.bytes, Int32(userID.bytes.count)) == 1,
      EVP_DigestSign(context, &der, &count, message, message.count) == 1
    else { throw OpenSSLError.last("signing") }
    return try SM2Signature(der: Array(der.prefix(count)))
  }

  /// Two numbers of 33 bytes with their tags and lengths.
  private static let largestSignatureByteCount = 72

  func decrypt(_ ciphertext: SM2Ciphertext) throws(Anomaly) -> [UInt8] {
    guard let context = EVP_PKEY_CTX_new(key, nil), EVP_PKEY_decrypt_init(context) == 1 else {
      throw OpenSSLError.last("decrypting")
    }
    defer { EVP_PKEY_CTX_free(context) }
    let der = ciphertext.der
    var count = der.count
    var out = [UInt8](repeating: 0, count: count)
    guard EVP_PKEY_decrypt(context, &out, &count, der, der.count) == 1 else {
      ERR_clear_error()
      throw .incorrect("The SM2 cipher text cannot be decrypted.", chinese: "SM2密文无法解密。")
    }
    return Array(out.prefix(count))
  }
}
