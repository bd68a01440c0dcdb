import COpenSSL
import FHIR

/// An SM4 key in the memory of the process.
final class OpenSSLSymmetricKey: SymmetricKey {
  /// For wrapping alone.
  let secret: Secret
  private let module: OpenSSLModule

  init(_ secret: Secret, in module: OpenSSLModule) throws(Anomaly) {
    guard secret.count == SM4.keyByteCount else {
      throw .incorrect(
        "An SM4 key has 16 bytes, not \(secret.count).",
        chinese: "SM4密钥应为16字节，实为\(secret.count)字节。")
    }
    self.secret = secret
    self.module = module
  }

  func encrypt(_ plaintext: [UInt8], _ mode: SM4.Mode) throws(Anomaly) -> [UInt8] {
    try mode.check(plaintext, isCiphertext: false)
    guard let ciphertext = run(plaintext, mode, isEncryption: true) else {
      throw OpenSSLError.last("encrypting")
    }
    return ciphertext
  }

  func decrypt(_ ciphertext: [UInt8], _ mode: SM4.Mode) throws(Anomaly) -> [UInt8] {
    try mode.check(ciphertext, isCiphertext: true)
    guard let plaintext = run(ciphertext, mode, isEncryption: false) else {
      ERR_clear_error()
      throw .incorrect("The SM4 cipher text cannot be decrypted.", chinese: "SM4密文无法解密。")
    }
    return plaintext
  }

  func diversified(by block: [UInt8]) throws(Anomaly) -> any SymmetricKey {
    guard block.count == SM4.blockByteCount else {
      throw .incorrect(
        "A key is diversified by a block of 16 bytes, not \(block.count).",
        chinese: "密钥分散因子应为16字节，实为\(block.count)字节。")
    }
    var child = try encrypt(block, .ecb(.none))
    return try OpenSSLSymmetricKey(Secret(taking: &child), in: module)
  }

  /// One message through the cipher; nil when OpenSSL refuses.
  private func run(_ message: [UInt8], _ mode: SM4.Mode, isEncryption: Bool) -> [UInt8]? {
    guard let context = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(context) }
    let cipher = module.ciphers.cipher(mode)
    let iv = mode.iv ?? []
    let isReady = secret.withBytes { key in
      EVP_CipherInit_ex2(
        context, cipher, key.bindMemory(to: UInt8.self).baseAddress, mode.iv == nil ? nil : iv,
        isEncryption ? 1 : 0, nil)
    }
    guard isReady == 1, EVP_CIPHER_CTX_set_padding(context, mode.padding == .none ? 0 : 1) == 1
    else { return nil }
    let capacity = message.count + SM4.blockByteCount
    var isDone = false
    let result = [UInt8](unsafeUninitializedCapacity: capacity) { out, count in
      var body: Int32 = 0
      var rest: Int32 = 0
      guard let start = out.baseAddress,
        EVP_CipherUpdate(context, start, &body, message, Int32(message.count)) == 1,
        EVP_CipherFinal_ex(context, start + Int(body), &rest) == 1
      else { return }
      count = Int(body) + Int(rest)
      isDone = true
    }
    return isDone ? result : nil
  }
}
