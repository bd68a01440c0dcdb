package import FHIR
package import Trust

/// The cards that are lost, replaced or revoked 黑名单, signed, for terminals without a network.
///
/// Eight bytes for each card, sorted, so that a million cards are 8 MB and one is found in twenty
/// steps.
package struct CardBlacklist: Hashable, Sendable {
  /// The most cards of one list.
  package static let largestCount = 4_000_000
  static let digestByteCount = 8
  private static let mark = Array("KQBL1".utf8)
  private static let headByteCount = mark.count + HealthCode.keyIdentifierByteCount + 8 + 8 + 8 + 4

  /// The whole, as terminals take it.
  package let bytes: [UInt8]
  package let keyIdentifier: [UInt8]
  /// Grows with each list.
  package let number: UInt64
  package let issued: Instant
  package let nextUpdate: Instant
  package let signature: SM2Signature
  private let digests: [UInt64]

  /// What is signed.
  var statement: [UInt8] { Array(bytes.dropLast(SM2Signature.byteCount)) }

  /// Signs a list.
  package init(
    revoking healthCardIDs: [String], number: UInt64, issued: Instant, nextUpdate: Instant,
    by certificate: Certificate, _ key: any PrivateKey, _ module: any CryptographicModule
  ) throws(Anomaly) {
    guard healthCardIDs.count <= Self.largestCount, issued.milliseconds >= 0,
      issued.milliseconds < nextUpdate.milliseconds,
      certificate.publicKeyPoint == key.publicKey.point
    else {
      throw .incorrect(
        "A list of revoked cards has at most 4 million and ends after it begins.",
        chinese: "黑名单最多400万张卡，且终止时间晚于签发时间。")
    }
    var digests: Set<UInt64> = []
    for id in healthCardIDs { digests.insert(try Self.digest(id, module)) }
    let sorted = digests.sorted()
    var bytes = Self.mark + HealthCode.keyIdentifier(of: certificate)
    bytes += HealthCode.bytes(number, 8)
    bytes += HealthCode.bytes(UInt64(issued.milliseconds), 8)
    bytes += HealthCode.bytes(UInt64(nextUpdate.milliseconds), 8)
    bytes += HealthCode.bytes(UInt64(sorted.count), 4)
    for digest in sorted { bytes += HealthCode.bytes(digest, 8) }
    let signature = try key.sign(bytes, by: .standard)
    try self.init(parsing: bytes + signature.bytes)
  }

  /// Reads a list; its signature is checked by the verifier that takes it.
  package init(parsing bytes: [UInt8]) throws(Anomaly) {
    let wrong = Anomaly.incorrect("This is no list of revoked cards.", chinese: "不是有效的黑名单。")
    guard bytes.count >= Self.headByteCount + SM2Signature.byteCount,
      bytes.starts(with: Self.mark)
    else { throw wrong }
    func number(_ start: Int, _ count: Int) -> UInt64 {
      bytes[start..<(start + count)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    let start = Self.mark.count + HealthCode.keyIdentifierByteCount
    let count = Int(number(start + 24, 4))
    guard count <= Self.largestCount,
      bytes.count == Self.headByteCount + 8 * count + SM2Signature.byteCount,
      number(start + 8, 8) <= UInt64(Int64.max), number(start + 16, 8) <= UInt64(Int64.max)
    else { throw wrong }
    self.bytes = bytes
    keyIdentifier = Array(bytes[Self.mark.count..<start])
    self.number = number(start, 8)
    issued = Instant(milliseconds: Int64(number(start + 8, 8)))
    nextUpdate = Instant(milliseconds: Int64(number(start + 16, 8)))
    digests = (0..<count).map { number(Self.headByteCount + 8 * $0, 8) }
    signature = try SM2Signature(Array(bytes.suffix(SM2Signature.byteCount)))
    guard zip(digests, digests.dropFirst()).allSatisfy({ $0 < $1 }) else { throw wrong }
  }

  package var count: Int { digests.count }

  package func isCurrent(at moment: Instant) -> Bool {
    moment.milliseconds < nextUpdate.milliseconds
  }

  package func contains(
    _ healthCardID: String, _ module: any CryptographicModule
  ) throws(Anomaly) -> Bool {
    let wanted = try Self.digest(healthCardID, module)
    var low = 0
    var high = digests.count
    while low < high {
      let middle = (low + high) / 2
      if digests[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < digests.count && digests[low] == wanted
  }

  private static func digest(
    _ id: String, _ module: any CryptographicModule
  ) throws(Anomaly) -> UInt64 {
    try module.sm3(Array(id.utf8)).prefix(digestByteCount).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
