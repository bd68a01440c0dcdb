package import FHIR

/// SM4 in Galois/counter mode: encryption that also shows every change. RFC 8998 §2, NIST SP
/// 800-38D.
///
/// OpenSSL 3.0 has no SM4-GCM, so the mode is made of the module's blocks; any module will do.
package struct GaloisCounterMode: Sendable {
  package static let nonceByteCount = 12
  package static let tagByteCount = 16

  /// What encryption gives.
  package struct Sealed: Hashable, Sendable {
    package let ciphertext: [UInt8]
    package let tag: [UInt8]

    package init(ciphertext: [UInt8], tag: [UInt8]) {
      self.ciphertext = ciphertext
      self.tag = tag
    }
  }

  private let key: any SymmetricKey
  private let hashKey: Element

  package init(_ key: any SymmetricKey) throws(Anomaly) {
    self.key = key
    let zero = [UInt8](repeating: 0, count: SM4.blockByteCount)
    hashKey = Element(try key.encrypt(zero, .ecb(.none))[...])
  }

  /// Encrypts; a nonce must never be used twice with a key.
  package func seal(
    _ plaintext: [UInt8], nonce: [UInt8], authenticating data: [UInt8] = []
  ) throws(Anomaly) -> Sealed {
    let first = try counter(nonce, 2)
    let ciphertext = try key.encrypt(plaintext, .ctr(iv: first))
    return Sealed(ciphertext: ciphertext, tag: try tag(ciphertext, nonce, data))
  }

  /// Decrypts, after the tag has shown that nothing was changed.
  package func open(
    _ sealed: Sealed, nonce: [UInt8], authenticating data: [UInt8] = []
  ) throws(Anomaly) -> [UInt8] {
    let expected = try tag(sealed.ciphertext, nonce, data)
    guard isEqualInConstantTime(expected, sealed.tag) else {
      throw .incorrect(
        "The cipher text or what goes with it was changed.", chinese: "密文或附加数据已被改动。")
    }
    return try key.decrypt(sealed.ciphertext, .ctr(iv: counter(nonce, 2)))
  }

  /// NIST SP 800-38D §7.1, step 2: the block of a nonce of 96 bits.
  private func counter(_ nonce: [UInt8], _ number: UInt8) throws(Anomaly) -> [UInt8] {
    guard nonce.count == Self.nonceByteCount else {
      throw .incorrect(
        "A nonce of SM4-GCM has 12 bytes, not \(nonce.count).",
        chinese: "SM4-GCM的一次性随机数应为12字节，实为\(nonce.count)字节。")
    }
    return nonce + [0, 0, 0, number]
  }

  private func tag(
    _ ciphertext: [UInt8], _ nonce: [UInt8], _ data: [UInt8]
  ) throws(Anomaly) -> [UInt8] {
    var sum = Element.zero
    for part in [data, ciphertext] {
      var place = 0
      while place < part.count {
        sum.add(Element(part[place..<min(place + 16, part.count)]))
        sum.multiply(by: hashKey)
        place += 16
      }
    }
    sum.add(Element(high: UInt64(data.count) * 8, low: UInt64(ciphertext.count) * 8))
    sum.multiply(by: hashKey)
    let mask = try key.encrypt(counter(nonce, 1), .ecb(.none))
    return zip(sum.bytes, mask).map { $0 ^ $1 }
  }

  /// An element of GF(2¹²⁸); its first bit is the highest of `high`.
  private struct Element: Sendable {
    var high: UInt64
    var low: UInt64

    static let zero = Element(high: 0, low: 0)

    init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }

    /// A block; a shorter one is filled up with zeros.
    init(_ block: ArraySlice<UInt8>) {
      self = .zero
      for (place, byte) in block.enumerated() {
        if place < 8 {
          high |= UInt64(byte) << (56 - 8 * place)
        } else {
          low |= UInt64(byte) << (120 - 8 * place)
        }
      }
    }

    var bytes: [UInt8] {
      (0..<16).map { place in
        let half = place < 8 ? high : low
        return UInt8(truncatingIfNeeded: half >> (56 - 8 * (place & 7)))
      }
    }

    mutating func add(_ other: Element) {
      high ^= other.high
      low ^= other.low
    }

    /// NIST SP 800-38D §6.3, algorithm 1, without a branch or a table that depends on a secret.
    mutating func multiply(by factor: Element) {
      var product = Element.zero
      var shifted = factor
      for half in [high, low] {
        for bit in 0..<64 {
          let mask = 0 &- ((half >> UInt64(63 - bit)) & 1)
          product.high ^= shifted.high & mask
          product.low ^= shifted.low & mask
          let carry = 0 &- (shifted.low & 1)
          shifted.low = shifted.low >> 1 | shifted.high << 63
          shifted.high = shifted.high >> 1 ^ (0xE100_0000_0000_0000 & carry)
        }
      }
      self = product
    }
  }
}
