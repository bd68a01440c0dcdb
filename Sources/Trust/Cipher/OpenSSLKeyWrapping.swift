package import FHIR

/// Keys of the software module under another key, by SM4-GCM.
///
/// A version, what kind of key it is, a nonce, the encrypted key, a tag; version, kind and label
/// are authenticated too.
extension OpenSSLModule {
  private static let format: UInt8 = 1
  private static let symmetric: UInt8 = 1
  private static let privateKind: UInt8 = 2

  package func wrap(
    _ key: WrappableKey, under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> [UInt8] {
    let (kind, secret): (UInt8, Secret)
    switch key {
    case .symmetric(let key as OpenSSLSymmetricKey): (kind, secret) = (Self.symmetric, key.secret)
    case .private(let key as OpenSSLPrivateKey):
      (kind, secret) = (Self.privateKind, try key.scalar())
    case .symmetric, .private:
      throw .incorrect(
        "The key belongs to another cryptographic module.", chinese: "密钥属于其他密码模块。")
    }
    let nonce = try randomBytes(GaloisCounterMode.nonceByteCount)
    var bytes = secret.withBytes(Array.init)
    defer { Secret.overwrite(&bytes) }
    let sealed = try GaloisCounterMode(wrapping).seal(
      bytes, nonce: nonce, authenticating: Self.context(kind, label))
    return [Self.format, kind] + nonce + sealed.ciphertext + sealed.tag
  }

  package func unwrapSymmetricKey(
    _ wrapped: [UInt8], under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> any SymmetricKey {
    try symmetricKey(unwrap(wrapped, Self.symmetric, SM4.keyByteCount, wrapping, label))
  }

  package func unwrapPrivateKey(
    _ wrapped: [UInt8], under wrapping: any SymmetricKey, label: String
  ) throws(Anomaly) -> any PrivateKey {
    try privateKey(unwrap(wrapped, Self.privateKind, 32, wrapping, label))
  }

  private func unwrap(
    _ wrapped: [UInt8], _ kind: UInt8, _ count: Int, _ wrapping: any SymmetricKey,
    _ label: String
  ) throws(Anomaly) -> Secret {
    let head = 2 + GaloisCounterMode.nonceByteCount
    guard wrapped.count == head + count + GaloisCounterMode.tagByteCount,
      wrapped[0] == Self.format, wrapped[1] == kind
    else {
      throw .incorrect("This is no wrapped key of that kind.", chinese: "不是该类加密密钥。")
    }
    let sealed = GaloisCounterMode.Sealed(
      ciphertext: Array(wrapped[head..<(head + count)]),
      tag: Array(wrapped.suffix(GaloisCounterMode.tagByteCount)))
    var bytes = try GaloisCounterMode(wrapping).open(
      sealed, nonce: Array(wrapped[2..<head]), authenticating: Self.context(kind, label))
    return try Secret(taking: &bytes)
  }

  private static func context(_ kind: UInt8, _ label: String) -> [UInt8] {
    [format, kind] + Array(label.utf8)
  }
}
