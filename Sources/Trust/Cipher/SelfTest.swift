package import FHIR

/// The known answers that a cryptographic module must give before it is used.
///
/// GB/T 37092 §7.10 asks for self-tests when a module starts; the answers are the standards' own.
package enum SelfTest {
  package static func run(_ module: any CryptographicModule) throws(Anomaly) {
    try hash(module)
    try cipher(module)
    try signature(module)
  }

  /// GB/T 32905-2016 §A.1: the hash of "abc".
  private static func hash(_ module: any CryptographicModule) throws(Anomaly) {
    let expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    guard try module.sm3(Array("abc".utf8)) == Hex.bytes(expected) else {
      throw failure("SM3")
    }
  }

  /// GB/T 32907-2016 §A.1: a block under itself.
  private static func cipher(_ module: any CryptographicModule) throws(Anomaly) {
    let block = try Hex.bytes("0123456789abcdeffedcba9876543210")
    let key = try module.symmetricKey(Secret(copying: block))
    let ciphertext = try key.encrypt(block, .ecb(.none))
    guard ciphertext == (try Hex.bytes("681edf34d206965e86b3e94f536e4246")),
      try key.decrypt(ciphertext, .ecb(.none)) == block
    else { throw failure("SM4") }
  }

  /// GB/T 32918.5-2017 §A.2: the signature of "message digest".
  private static func signature(_ module: any CryptographicModule) throws(Anomaly) {
    let point = try Hex.bytes(
      "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        + "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13")
    let signature = try SM2Signature(
      Hex.bytes(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
          + "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"))
    let key = try module.publicKey(point)
    let message = Array("message digest".utf8)
    guard try key.verifies(signature, of: message, by: .standard),
      try !key.verifies(signature, of: message + [0], by: .standard)
    else { throw failure("SM2") }
  }

  private static func failure(_ algorithm: String) -> Anomaly {
    .fault(
      "The cryptographic module fails its self-test of \(algorithm).",
      chinese: "密码模块\(algorithm)自检未通过。")
  }
}
