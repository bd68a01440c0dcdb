import FHIR
import Testing
import Trust

/// SM4-GCM of odd lengths against OpenSSL 4.0.0, which has the mode itself; by Python's
/// cryptography 48.
@Suite("SM4-GCM") struct GaloisCounterTests {
  struct Vector: Sendable {
    let key, nonce, plaintext, data, ciphertext, tag: String
  }

  static let vectors = [
    Vector(
      key: "1d34e1a4d852ca4b83b68089b0d9bc53",
      nonce: "f6976fc62b3cf5a3618bff01",
      plaintext: "",
      data: "",
      ciphertext: "",
      tag: "cddc8ced06bd06271063b2dd94d76823"),
    Vector(
      key: "c1f726b8a8875032b065c07c7d677bbe",
      nonce: "04da22acaf3ac859677d80b7",
      plaintext: "",
      data: "d470b0c2c9",
      ciphertext: "",
      tag: "09c9daf5d2219852404ed69397b71ef4"),
    Vector(
      key: "22ef5564538c802fbd1da8932672eb27",
      nonce: "a9fc59ebbd7487889872bc47",
      plaintext: "79",
      data: "",
      ciphertext: "45",
      tag: "281fd7cd409884584793fb7c6587f18b"),
    Vector(
      key: "59b7def324d99d55dc654c7f3709d816",
      nonce: "1ec2335c11e0f959bf26dc76",
      plaintext: "7390b29ee6b424b241d2d6b14d343e",
      data: "a5d7ac1e0b97edbe7995c4da725e1bd4",
      ciphertext: "836aeda101e17a645096a5ef565822",
      tag: "b335a797718d03c699e75767ae4c89f9"),
    Vector(
      key: "2495207c99997310b711bfdcf29d4980",
      nonce: "419e8096909e45d9eb882320",
      plaintext: "f34690a43d4f3b4800166c824908177f",
      data: "2d",
      ciphertext: "fcedd00f9bfb43e7dde79249edc71697",
      tag: "05742570317051a5f56d9f37f17ed17b"),
    Vector(
      key: "b6fb673ee789f0024f8508b2a236eeaa",
      nonce: "e8e49c91675c000015e2218f",
      plaintext: "9715153b2df259fedacaef1e341c96233c",
      data: "acb93ddcacb60170da32b4d9e7df4c25701f692ab28be1ce22200d50aeaade41"
        + "91",
      ciphertext: "30b31aa7dc2766de42f2bd57cb361d6cb1",
      tag: "be8f2b715586080046e86f660b4c7e34"),
    Vector(
      key: "5319ce2abee6729b96ffb8bc3c900525",
      nonce: "9e7558dcbe429071a6bae04a",
      plaintext: "38f9302b0a85f0fce0cc66fcaf22f96995549b95a01b28d660e8bcd83ea9b6",
      data: "",
      ciphertext: "395958b52ab53c2d11b68a3777dbad6ac4b81ca3361db3e01d42b04f182fce",
      tag: "953d3d76db5e0baca828d6936ba7cc47"),
    Vector(
      key: "3008dd1591da2b737183d65f23c03079",
      nonce: "cd9f9b92854ec490a93eb910",
      plaintext: "ceaa426a2231b183352c9829358902a90abf0ca7befdd1619f23cc773b6fef9d"
        + "099a7b04c69a7b248ac2ef86601284",
      data: "dc237edb94b669279e162f32757a61a0fddf92d5",
      ciphertext: "32c860bf02774d01b93d9f0acd59ce643c7ca8beb6396ba23545bc4c5bd4346b"
        + "9190daf96fbeb0258d7bca683d3eb3",
      tag: "4f5c0d67b7cede147597768ccc911e56"),
  ]

  @Test(arguments: vectors)
  func `texts and data of any length are sealed as by another implementation`(
    vector: Vector
  ) throws {
    let module = try OpenSSLModule()
    let mode = try GaloisCounterMode(
      module.symmetricKey(Secret(copying: Hex.bytes(vector.key))))
    let (nonce, data) = (try Hex.bytes(vector.nonce), try Hex.bytes(vector.data))
    let plaintext = try Hex.bytes(vector.plaintext)
    let sealed = try mode.seal(plaintext, nonce: nonce, authenticating: data)
    #expect(Hex.text(sealed.ciphertext) == vector.ciphertext)
    #expect(Hex.text(sealed.tag) == vector.tag)
    #expect(try mode.open(sealed, nonce: nonce, authenticating: data) == plaintext)
  }

  @Test func `a key is unwrapped under the same key, kind and label alone`() throws {
    let module = try OpenSSLModule()
    let (wrapping, other) = (
      try module.generateSymmetricKey(), try module.generateSymmetricKey()
    )
    let key = try module.generateSymmetricKey()
    let zeros = [UInt8](repeating: 0, count: 16)
    let wrapped = try module.wrap(.symmetric(key), under: wrapping, label: "RK1_DF01/1")
    let again = try module.unwrapSymmetricKey(wrapped, under: wrapping, label: "RK1_DF01/1")
    #expect(try again.encrypt(zeros, .ecb(.none)) == key.encrypt(zeros, .ecb(.none)))
    #expect(throws: Anomaly.self) {
      try module.unwrapSymmetricKey(wrapped, under: other, label: "RK1_DF01/1")
    }
    #expect(throws: Anomaly.self) {
      try module.unwrapSymmetricKey(wrapped, under: wrapping, label: "RK1_DF01/2")
    }
    #expect(throws: Anomaly.self) {
      try module.unwrapPrivateKey(wrapped, under: wrapping, label: "RK1_DF01/1")
    }
    for place in wrapped.indices {
      var changed = wrapped
      changed[place] ^= 0x80
      #expect(throws: Anomaly.self, "byte \(place)") {
        try module.unwrapSymmetricKey(changed, under: wrapping, label: "RK1_DF01/1")
      }
    }
  }

  @Test func `a private key comes back from its wrapping and signs as before`() throws {
    let module = try OpenSSLModule()
    let wrapping = try module.generateSymmetricKey()
    let key = try module.generatePrivateKey()
    let wrapped = try module.wrap(.private(key), under: wrapping, label: "code issuer")
    let again = try module.unwrapPrivateKey(wrapped, under: wrapping, label: "code issuer")
    #expect(again.publicKey.point == key.publicKey.point)
    let signature = try again.sign([1, 2, 3], by: .standard)
    #expect(try key.publicKey.verifies(signature, of: [1, 2, 3], by: .standard))
    #expect(throws: Anomaly.self) { try module.unwrapPrivateKey([], under: wrapping, label: "") }
  }
}
