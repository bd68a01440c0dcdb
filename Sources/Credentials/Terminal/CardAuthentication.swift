package import FHIR
package import Trust

/// Card and terminal prove to each other that they have a key, and protect what is written.
///
/// WS/T 543.4-2017: internal authentication proves the card, external authentication the terminal;
/// each has its own key, so an answer to one is none to the other.
package enum CardAuthentication {
  package static let challengeByteCount = SM4.blockByteCount
  /// Bytes of the code that goes with a command.
  package static let macByteCount = 4

  /// The answer to a challenge: its encryption.
  package static func response(
    to challenge: [UInt8], _ key: any SymmetricKey
  ) throws(Anomaly) -> [UInt8] {
    guard challenge.count == challengeByteCount else {
      throw .incorrect(
        "A challenge has 16 bytes, not \(challenge.count).",
        chinese: "挑战应为16字节，实为\(challenge.count)字节。")
    }
    return try key.encrypt(challenge, .ecb(.none))
  }

  /// Whether an answer is right.
  package static func isRight(
    _ response: [UInt8], to challenge: [UInt8], _ key: any SymmetricKey
  ) throws(Anomaly) -> Bool {
    isEqualInConstantTime(response, try self.response(to: challenge, key))
  }

  /// The code that a writing command carries: a CBC-MAC that begins with the card's challenge.
  ///
  /// The command is padded with 80 00 …, ISO/IEC 9797-1 method 2.
  package static func mac(
    of command: [UInt8], challenge: [UInt8], _ key: any SymmetricKey
  ) throws(Anomaly) -> [UInt8] {
    var padded = command + [0x80]
    while !padded.count.isMultiple(of: SM4.blockByteCount) { padded.append(0) }
    let chain = try key.encrypt(padded, .cbc(iv: challenge, .none))
    return Array(chain.suffix(SM4.blockByteCount).prefix(macByteCount))
  }
}
