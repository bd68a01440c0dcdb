import COpenSSL
package import FHIR

/// SM2, SM3 and SM4 by OpenSSL 3, in software.
///
/// The algorithms are fetched once; fetching is slow. They are shared by all threads, as
/// <https://docs.openssl.org/3.0/man7/openssl-threads/> allows.
package final class OpenSSLModule: CryptographicModule, @unchecked Sendable {
  let hash: OpaquePointer
  let ciphers: Ciphers
  let curve: OpaquePointer

  /// The SM4 ciphers by mode.
  struct Ciphers {
    let ecb, cbc, ctr, cfb, ofb: OpaquePointer

    func cipher(_ mode: SM4.Mode) -> OpaquePointer {
      switch mode {
      case .ecb: ecb
      case .cbc: cbc
      case .ctr: ctr
      case .cfb: cfb
      case .ofb: ofb
      }
    }
  }

  /// Fetches the algorithms and checks them against the standards' own examples.
  package init() throws(Anomaly) {
    guard let hash = EVP_MD_fetch(nil, "SM3", nil) else { throw OpenSSLError.missing("SM3") }
    func fetch(_ name: String) throws(Anomaly) -> OpaquePointer {
      guard let cipher = EVP_CIPHER_fetch(nil, name, nil) else {
        throw OpenSSLError.missing(name)
      }
      return cipher
    }
    guard let curve = EC_GROUP_new_by_curve_name(NID_sm2) else {
      throw OpenSSLError.missing("SM2")
    }
    self.hash = hash
    self.curve = curve
    ciphers = Ciphers(
      ecb: try fetch("SM4-ECB"), cbc: try fetch("SM4-CBC"), ctr: try fetch("SM4-CTR"),
      cfb: try fetch("SM4-CFB"), ofb: try fetch("SM4-OFB"))
    try SelfTest.run(self)
  }

  deinit {
    for cipher in [ciphers.ecb, ciphers.cbc, ciphers.ctr, ciphers.cfb, ciphers.ofb] {
      EVP_CIPHER_free(cipher)
    }
    EVP_MD_free(hash)
    EC_GROUP_free(curve)
  }

  /// The most random bytes that one call gives.
  package static let largestRandomByteCount = 1 << 20

  package func randomBytes(_ count: Int) throws(Anomaly) -> [UInt8] {
    precondition((0...Self.largestRandomByteCount).contains(count), "a number the caller wrote")
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_priv_bytes(&bytes, Int32(count)) == 1 else {
      throw OpenSSLError.last("making random bytes")
    }
    return bytes
  }

  package func sm3(_ message: [UInt8]) throws(Anomaly) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_Digest(message, message.count, &digest, nil, hash, nil) == 1 else {
      throw OpenSSLError.last("hashing")
    }
    return digest
  }

  package func hmac(_ message: [UInt8], key: Secret) throws(Anomaly) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    let done = key.withBytes { bytes in
      HMAC(hash, bytes.baseAddress, Int32(bytes.count), message, message.count, &code, nil)
    }
    guard done != nil else { throw OpenSSLError.last("authenticating") }
    return code
  }

  package func symmetricKey(_ secret: Secret) throws(Anomaly) -> any SymmetricKey {
    try OpenSSLSymmetricKey(secret, in: self)
  }

  package func generateSymmetricKey() throws(Anomaly) -> any SymmetricKey {
    var bytes = try randomBytes(SM4.keyByteCount)
    return try OpenSSLSymmetricKey(Secret(taking: &bytes), in: self)
  }

  package func privateKey(_ scalar: Secret) throws(Anomaly) -> any PrivateKey {
    try OpenSSLPrivateKey(scalar, in: self)
  }

  package func generatePrivateKey() throws(Anomaly) -> any PrivateKey {
    try OpenSSLPrivateKey(in: self)
  }

  package func publicKey(_ point: [UInt8]) throws(Anomaly) -> any PublicKey {
    try OpenSSLPublicKey(point, in: self)
  }
}

/// What OpenSSL says when it fails.
enum OpenSSLError {
  /// Takes the thread's errors, so that none is found by a later call, and tells the first.
  static func last(_ work: String) -> Anomaly {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0, let reason = ERR_reason_error_string(code) else {
      return .fault("OpenSSL failed while \(work).", chinese: "密码运算失败。")
    }
    return .fault(
      "OpenSSL failed while \(work): \(String(cString: reason)).",
      chinese: "密码运算失败：\(String(cString: reason))。")
  }

  static func missing(_ algorithm: String) -> Anomaly {
    ERR_clear_error()
    return Anomaly(
      .unavailable, "This OpenSSL has no \(algorithm); version 3 of Debian has.",
      chinese: "本机OpenSSL不支持\(algorithm)。")
  }
}
