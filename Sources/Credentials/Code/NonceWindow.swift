package import FHIR

/// The nonces that were used and could be used again, until they expire by themselves.
package struct NonceWindow: Sendable {
  /// The most nonces that are remembered; beyond them nothing is accepted rather than forgotten.
  package static let largestCount = 200_000

  private var expiries: [[UInt8]: Int64] = [:]
  /// How many are kept before the expired ones are looked for.
  private var sweepsAt = 1_024

  package init() {}

  package var count: Int { expiries.count }

  /// Remembers a nonce; false when it was there.
  package mutating func insert(
    _ nonce: [UInt8], until expiry: Instant, at moment: Instant
  ) throws(Anomaly) -> Bool {
    if let old = expiries[nonce], old > moment.milliseconds { return false }
    if expiries.count >= sweepsAt {
      expiries = expiries.filter { $0.value > moment.milliseconds }
      sweepsAt = max(1_024, min(Self.largestCount, 2 * expiries.count))
      guard expiries.count < Self.largestCount else {
        throw Anomaly(
          .busy, "Too many codes are in use at once.", chinese: "同时使用的码过多，请稍后再试。")
      }
    }
    expiries[nonce] = expiry.milliseconds
    return true
  }
}
