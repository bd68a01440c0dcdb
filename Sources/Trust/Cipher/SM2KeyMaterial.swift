import COpenSSL
import FHIR

/// Keys of OpenSSL from the numbers and points of GB/T 32918.1-2016.
enum SM2KeyMaterial {
  /// The point d·G as `04 ‖ x ‖ y`; d lies in 1 … n − 2, GB/T 32918.1-2016 §6.1.
  static func point(of scalar: Secret, on curve: OpaquePointer) throws(Anomaly) -> [UInt8] {
    guard scalar.count == 32 else {
      throw .incorrect(
        "An SM2 private key has 32 bytes, not \(scalar.count).",
        chinese: "SM2私钥应为32字节，实为\(scalar.count)字节。")
    }
    let number = try bigNumber(scalar)
    defer { BN_clear_free(number) }
    guard let limit = BN_dup(EC_GROUP_get0_order(curve)), BN_sub_word(limit, 1) == 1,
      let point = EC_POINT_new(curve)
    else { throw OpenSSLError.last("reading a private key") }
    defer {
      BN_free(limit)
      EC_POINT_free(point)
    }
    guard BN_is_zero(number) == 0, BN_cmp(number, limit) < 0 else {
      throw .incorrect("The SM2 private key is out of range.", chinese: "SM2私钥超出取值范围。")
    }
    var bytes = [UInt8](repeating: 0, count: 65)
    guard EC_POINT_mul(curve, point, number, nil, nil, nil) == 1,
      EC_POINT_point2oct(
        curve, point, POINT_CONVERSION_UNCOMPRESSED, &bytes, bytes.count, nil) == 65
    else { throw OpenSSLError.last("reading a private key") }
    return bytes
  }

  /// A key pair, or a public key where there is no number d; nil where the point is none of the
  /// curve.
  static func key(point: [UInt8], scalar: Secret?) throws(Anomaly) -> OpaquePointer? {
    let number = try scalar.map(bigNumber)
    defer { BN_clear_free(number) }
    guard let parameters = SM2_key_parameters(point, point.count, number),
      let context = EVP_PKEY_CTX_new_from_name(nil, "SM2", nil)
    else { throw OpenSSLError.last("reading a key") }
    defer {
      OSSL_PARAM_free(parameters)
      EVP_PKEY_CTX_free(context)
    }
    guard EVP_PKEY_fromdata_init(context) == 1 else { throw OpenSSLError.last("reading a key") }
    var key: OpaquePointer?
    let selection = scalar == nil ? EVP_PKEY_PUBLIC_KEY_SELECTION : EVP_PKEY_KEYPAIR_SELECTION
    guard EVP_PKEY_fromdata(context, &key, selection, parameters) == 1 else {
      ERR_clear_error()
      return nil
    }
    return key
  }

  /// A number in memory that OpenSSL overwrites.
  private static func bigNumber(_ secret: Secret) throws(Anomaly) -> OpaquePointer {
    guard let number = BN_secure_new() else { throw OpenSSLError.last("reading a key") }
    let isRead = secret.withBytes { bytes in
      BN_bin2bn(bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count), number) != nil
    }
    guard isRead else {
      BN_clear_free(number)
      throw OpenSSLError.last("reading a key")
    }
    return number
  }
}
