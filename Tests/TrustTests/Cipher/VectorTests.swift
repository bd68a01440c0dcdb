import FHIR
import TestSupport
import Testing
import Trust

/// Every vector of the reference data, exactly.
@Suite("SM vectors", .enabled(if: Reference.isPresent, "reference data absent"))
struct VectorTests {
  let module: OpenSSLModule

  init() throws { module = try OpenSSLModule() }

  @Test func `SM3 hashes and authenticates as the vectors say`() throws {
    var score = Score(name: "SM3 and HMAC-SM3")
    for (place, fields) in try VectorFile.cases("sm3-oscca.txt").enumerated() {
      let message = fields["Len"] == Array("0".utf8) ? [] : fields["Msg"] ?? []
      score.note(try module.sm3(message) == fields["MD"], "OSCCA \(place)")
    }
    for (place, test) in try VectorFile.generated("sm3").enumerated() {
      score.note(try module.sm3(test.hex("msg")) == test.hex("md"), "SM3 \(place)")
    }
    for (place, test) in try VectorFile.generated("hmac_sm3").enumerated() {
      let key = try Secret(copying: test.hex("key"))
      let code = try module.hmac(test.hex("msg"), key: key)
      score.note(try code == test.hex("mac"), "HMAC \(place)")
    }
    score.print()
    #expect(score.failures.isEmpty && score.passed == 6 + 78 + 7)
  }

  @Test func `SM4 encrypts and decrypts as the vectors say in every mode`() throws {
    var score = Score(name: "SM4 ECB CBC CTR CFB OFB")
    func check(
      _ key: [UInt8], _ plain: [UInt8], _ cipher: [UInt8], _ mode: SM4.Mode, _ what: String
    ) throws {
      let key = try module.symmetricKey(Secret(copying: key))
      let isRight =
        try key.encrypt(plain, mode) == cipher && key.decrypt(cipher, mode) == plain
      score.note(isRight, what)
    }
    for name in ["ecb", "cbc", "ctr", "cfb", "ofb"] {
      for fields in try VectorFile.cases("sm4-draft-ribose-cfrg-sm4-10-\(name).txt") {
        let mode = try mode(name, .none, iv: fields["IV"] ?? [])
        try check(
          fields["KEY"] ?? [], fields["PLAINTEXT"] ?? [], fields["CIPHERTEXT"] ?? [], mode, name)
      }
    }
    for (place, test) in try VectorFile.generated("sm4").enumerated() {
      let name = test["mode"]?.string ?? ""
      let padding: SM4.Padding = test["padding"]?.string == "pkcs7" ? .pkcs7 : .none
      let mode = try mode(name, padding, iv: test["iv"] == nil ? [] : test.hex("iv"))
      try check(
        test.hex("key"), test.hex("pt"), test.hex("ct"), mode, "\(name) \(place)")
    }
    score.print()
    #expect(score.failures.isEmpty && score.passed == 12 + 50)
  }

  private func mode(_ name: String, _ padding: SM4.Padding, iv: [UInt8]) throws -> SM4.Mode {
    switch name {
    case "ecb": .ecb(padding)
    case "cbc": .cbc(iv: iv, padding)
    case "ctr": .ctr(iv: iv)
    case "cfb": .cfb(iv: iv)
    case "ofb": .ofb(iv: iv)
    default: throw Anomaly.incorrect("no mode \(name)")
    }
  }

  @Test func `SM4-GCM seals and opens as RFC 8998 says`() throws {
    var score = Score(name: "SM4 GCM")
    for fields in try VectorFile.cases("sm4-rfc8998.txt") {
      let key = try module.symmetricKey(Secret(copying: fields["KEY"] ?? []))
      let mode = try GaloisCounterMode(key)
      let (nonce, data) = (fields["IV"] ?? [], fields["AAD"] ?? [])
      let sealed = GaloisCounterMode.Sealed(
        ciphertext: fields["CIPHERTEXT"] ?? [], tag: fields["TAG"] ?? [])
      let plain = fields["PLAINTEXT"] ?? []
      let isSealed = try mode.seal(plain, nonce: nonce, authenticating: data) == sealed
      let isOpened = try mode.open(sealed, nonce: nonce, authenticating: data) == plain
      score.note(isSealed && isOpened, "RFC 8998")
    }
    score.print()
    #expect(score.failures.isEmpty && score.passed == 1)
  }

  @Test func `SM2 signatures verify or fail as the vectors say`() throws {
    var score = Score(name: "SM2 verify")
    for (place, test) in try VectorFile.generated("sm2_verify").enumerated() {
      let key = try module.publicKey(test.hex("pub"))
      let userID = try SM2UserID(Array((test["id"]?.string ?? "").utf8))
      var isValid = false
      if let signature = try signature(of: test) {
        isValid = try key.verifies(signature, of: test.hex("msg"), by: userID)
      }
      score.note(isValid == test["valid"]?.bool, "SM2 verify \(place)")
    }
    score.print()
    #expect(score.failures.isEmpty && score.passed == 40)
  }

  /// Nil where the vector's signature is no DER.
  private func signature(of test: JSON) throws -> SM2Signature? {
    do { return try SM2Signature(der: test.hex("sig_der")) } catch is Anomaly { return nil }
  }

  @Test func `SM2 decrypts as the vectors say, and from both orders of C2 and C3`() throws {
    var score = Score(name: "SM2 decrypt")
    for (place, test) in try VectorFile.generated("sm2_decrypt").enumerated() {
      let key = try module.privateKey(Secret(copying: test.hex("d")))
      let ciphertext = try SM2Ciphertext(der: test.hex("ct_asn1"))
      let old = try SM2Ciphertext(ciphertext.bytes(order: .textFirst), order: .textFirst)
      let isRight =
        try key.publicKey.point == test.hex("pub") && key.decrypt(ciphertext) == test.hex("pt")
        && ciphertext.der == test.hex("ct_asn1") && old == ciphertext
      score.note(isRight, "SM2 decrypt \(place)")
    }
    score.print()
    #expect(score.failures.isEmpty && score.passed == 20)
  }

  @Test func `the signature of GB-T 32918_5 A_2 verifies under its key and id`() throws {
    let file = try JSON(parsing: Reference.bytes("sm-crypto/openssl-generated.json"))
    let test = try #require(file["sm2_standard"])
    let key = try module.privateKey(Secret(copying: test.hex("d")))
    #expect(try key.publicKey.point == test.hex("pub"))
    let signature = try SM2Signature(test.hex("r") + test.hex("s"))
    let userID = try SM2UserID(Array((test["id"]?.string ?? "").utf8))
    #expect(try key.publicKey.verifies(signature, of: test.hex("msg"), by: userID))
  }
}
