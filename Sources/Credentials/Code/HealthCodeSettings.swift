/// What of a dynamic health code the standards leave to the region, or tell in more than one way.
package struct HealthCodeSettings: Hashable, Sendable {
  /// The type digit of a dynamic code; one interface says 1, with 0 for a static code.
  package var dynamicType = "1"
  /// How long a code can be shown.
  package var lifetimeInSeconds: UInt16 = 60
  /// The longest life that a terminal accepts, whatever the code says.
  package var longestLifetimeInSeconds: UInt16 = 300
  /// How far a terminal's clock may be behind the issuer's.
  package var clockToleranceInSeconds: Int64 = 30
  /// Whether a terminal without a current list of revoked cards accepts codes.
  package var needsCurrentBlacklist = true

  package init() {}
}
