package import FHIR
package import FHIRSearch

/// What a store is given at open: the effects, the checks and the choices that the standard leaves.
package struct StoreSettings: Sendable {
  /// The time in milliseconds since 1970 UTC.
  package var clock: @Sendable () -> Int64
  /// A logical id that was never used.
  package var makeID: @Sendable () -> String
  /// Refuses a resource that may not be stored; runs in the task of the caller, before the writer.
  package var validate: @Sendable (JSONDocument, JSONCursor) throws(Anomaly) -> Void
  /// Reads a patch from the resource of a transaction's PATCH entry: a Binary or Parameters.
  package var readPatch: @Sendable (JSONDocument) throws(Anomaly) -> ResourcePatch = {
    (_) throws(Anomaly) in
    throw .unsupported("Patches are not read here", chinese: "此处不支持补丁")
  }
  /// The codes that `:in`, `:not-in`, `:above` and `:below` mean in conditions; nil without
  /// terminology.
  package var expand: (@Sendable (CodeGroup) throws(Anomaly) -> [TokenValue])?
  /// Whether an update with the content that is there already makes a new version.
  ///
  /// The standard leaves the choice; the default is that only a difference makes a version.
  package var identicalUpdateMakesVersion = false
  /// What goes along with writes inside their transactions.
  package var follower: (any WriteFollower)?
  /// How many entries a transaction may have.
  package var maximumEntries = 20_000

  package init(
    clock: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> String,
    validate: @escaping @Sendable (JSONDocument, JSONCursor) throws(Anomaly) -> Void
  ) {
    self.clock = clock
    self.makeID = makeID
    self.validate = validate
  }
}
