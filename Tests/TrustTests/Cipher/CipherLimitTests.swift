import FHIR
import Testing
import Trust

/// How fast the cryptographic module is, printed and held to floors far below the usual.
@Suite("SM speed", .serialized) struct CipherLimitTests {
  let module: OpenSSLModule

  init() throws { module = try OpenSSLModule() }

  /// How often the work is done in a second, over at least a fifth of one.
  private func rate(_ work: () throws -> Void) rethrows -> Double {
    try work()
    let clock = ContinuousClock()
    let start = clock.now
    var count = 0
    while clock.now - start < .milliseconds(200) {
      try work()
      count += 1
    }
    return Double(count) / ((clock.now - start) / .seconds(1))
  }

  @Test func `SM4 in counter mode encrypts at least 5 MB a second`() throws {
    let key = try module.generateSymmetricKey()
    let iv = try module.randomBytes(16)
    let message = [UInt8](repeating: 7, count: 1 << 20)
    let rate = try rate { _ = try key.encrypt(message, .ctr(iv: iv)) }
    print("FIGURE SM4-CTR MB/s: \(Int(rate * 1.048576))")
    #expect(rate * 1.048576 > 5)
  }

  @Test func `SM3 hashes at least 10 MB a second`() throws {
    let message = [UInt8](repeating: 7, count: 1 << 20)
    let rate = try rate { _ = try module.sm3(message) }
    print("FIGURE SM3 MB/s: \(Int(rate * 1.048576))")
    #expect(rate * 1.048576 > 10)
  }

  @Test func `SM2 signs and verifies at least 100 times a second`() throws {
    let key = try module.generatePrivateKey()
    let message = [UInt8](repeating: 7, count: 100)
    let signature = try key.sign(message, by: .standard)
    let signing = try rate { _ = try key.sign(message, by: .standard) }
    let verifying = try rate {
      try #require(try key.publicKey.verifies(signature, of: message, by: .standard))
    }
    print("FIGURE SM2 signatures/s: \(Int(signing)), verifications/s: \(Int(verifying))")
    #expect(signing > 100 && verifying > 100)
  }
}
