import FHIR
import Testing
import Trust

/// What the standards ask of the algorithms beyond the reference vectors.
@Suite("SM ciphers") struct CipherTests {
  let module: OpenSSLModule

  init() throws { module = try OpenSSLModule() }

  /// GB/T 32907-2016 §A.2.
  @Test func `a block encrypted a million times under itself is the standard's`() throws {
    let block = try Hex.bytes("0123456789abcdeffedcba9876543210")
    let key = try module.symmetricKey(Secret(copying: block))
    // In CBC over zero blocks, each block is the encryption of the one before.
    let zeros = [UInt8](repeating: 0, count: 16 * 1_000_000)
    let chain = try key.encrypt(zeros, .cbc(iv: block, .none))
    #expect(Hex.text(chain.suffix(16)) == "595298c7c6fd271f0402f804c33d3f66")
  }

  /// GB/T 32918.5-2017 §C.2: C1 ‖ C3 ‖ C2 of "encryption standard".
  @Test func `the cipher text of the standard decrypts`() throws {
    let scalar = try Hex.bytes(
      "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
    let key = try module.privateKey(Secret(copying: scalar))
    let ciphertext = try SM2Ciphertext(
      Hex.bytes(
        "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
          + "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
          + "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
          + "21886ca989ca9c7d58087307ca93092d651efa"))
    #expect(try key.decrypt(ciphertext) == Array("encryption standard".utf8))
  }

  @Test func `a signature is valid for its message, key and user id alone`() throws {
    let key = try module.generatePrivateKey()
    let other = try module.generatePrivateKey()
    let userID = try SM2UserID(Array("doctor@hospital".utf8))
    let message = Array("医嘱".utf8)
    let signature = try key.sign(message, by: userID)
    #expect(try key.publicKey.verifies(signature, of: message, by: userID))
    #expect(try !key.publicKey.verifies(signature, of: message + [0], by: userID))
    #expect(try !key.publicKey.verifies(signature, of: message, by: .standard))
    #expect(try !other.publicKey.verifies(signature, of: message, by: userID))
  }

  @Test func `no signature with one bit turned is valid`() throws {
    let key = try module.generatePrivateKey()
    let message = Array("care".utf8)
    let signature = try key.sign(message, by: .standard)
    for bit in 0..<(8 * SM2Signature.byteCount) {
      var bytes = signature.bytes
      bytes[bit / 8] ^= 1 << (bit % 8)
      let turned = try SM2Signature(bytes)
      #expect(try !key.publicKey.verifies(turned, of: message, by: .standard), "bit \(bit)")
    }
  }

  @Test func `what SM2 encrypts, only its private key decrypts`() throws {
    let key = try module.generatePrivateKey()
    let plaintext = try module.randomBytes(100)
    let ciphertext = try key.publicKey.encrypt(plaintext)
    #expect(try key.decrypt(ciphertext) == plaintext)
    let other = try module.generatePrivateKey()
    #expect(throws: Anomaly.self) { try other.decrypt(ciphertext) }
    var bytes = ciphertext.bytes()
    bytes[bytes.count - 1] ^= 1
    let changed = try SM2Ciphertext(bytes)
    #expect(throws: Anomaly.self) { try key.decrypt(changed) }
  }

  @Test func `SM4-GCM refuses every changed bit of text, tag, nonce and data`() throws {
    let mode = try GaloisCounterMode(module.generateSymmetricKey())
    let (nonce, data) = (try module.randomBytes(12), Array("person 1".utf8))
    let sealed = try mode.seal(Array("HIV".utf8), nonce: nonce, authenticating: data)
    var parts = [sealed.ciphertext, sealed.tag, nonce, data]
    for part in parts.indices {
      for bit in 0..<(8 * parts[part].count) {
        parts[part][bit / 8] ^= 1 << (bit % 8)
        let changed = GaloisCounterMode.Sealed(ciphertext: parts[0], tag: parts[1])
        #expect(throws: Anomaly.self, "part \(part), bit \(bit)") {
          try mode.open(changed, nonce: parts[2], authenticating: parts[3])
        }
        parts[part][bit / 8] ^= 1 << (bit % 8)
      }
    }
    #expect(try mode.open(sealed, nonce: nonce, authenticating: data) == Array("HIV".utf8))
  }

  @Test func `keys and messages of a wrong size are refused, never trapped`() throws {
    let module = module
    let key = try module.generateSymmetricKey()
    #expect(throws: Anomaly.self) { try module.symmetricKey(Secret(copying: [1, 2, 3])) }
    #expect(throws: Anomaly.self) { try key.encrypt([1], .ecb(.none)) }
    #expect(throws: Anomaly.self) { try key.encrypt([1], .ctr(iv: [1])) }
    #expect(throws: Anomaly.self) { try key.decrypt([], .ecb(.pkcs7)) }
    #expect(throws: Anomaly.self) { try key.diversified(by: [1]) }
    #expect(throws: Anomaly.self) { try module.publicKey([]) }
    let nowhere = [4] + [UInt8](repeating: 1, count: 64)
    #expect(throws: Anomaly.self) { try module.publicKey(nowhere) }
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"
    #expect(throws: Anomaly.self) { try module.privateKey(Secret(copying: Hex.bytes(order))) }
    let zero = [UInt8](repeating: 0, count: 32)
    #expect(throws: Anomaly.self) { try module.privateKey(Secret(copying: zero)) }
    #expect(throws: Anomaly.self) { try SM2UserID([]) }
  }

  @Test func `a secret leaves no copy in the array it was taken from`() throws {
    var bytes: [UInt8] = [1, 2, 3]
    let secret = try Secret(taking: &bytes)
    #expect(bytes.isEmpty && secret.withBytes(Array.init) == [1, 2, 3])
  }

  @Test func `comparison in constant time compares`() {
    #expect(isEqualInConstantTime([1, 2], [1, 2]) && isEqualInConstantTime([], []))
    #expect(!isEqualInConstantTime([1, 2], [1, 3]) && !isEqualInConstantTime([1], [1, 2]))
  }
}
