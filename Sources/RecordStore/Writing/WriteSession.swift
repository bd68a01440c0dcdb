package import FHIR

/// What a resource is at this moment inside a transaction.
package struct ResourceState: Sendable {
  /// The dense id.
  package var rid: Int64
  package var version: Int
  package var updated: Int64
  package var sequence: Int64
  package var method: Method
  package var isErased: Bool

  package var isDeleted: Bool { method == .delete }

  package init(
    rid: Int64, version: Int, updated: Int64, sequence: Int64, method: Method, isErased: Bool
  ) {
    self.rid = rid
    self.version = version
    self.updated = updated
    self.sequence = sequence
    self.method = method
    self.isErased = isErased
  }
}

/// The inside of one transaction: what a store's writer can look up and do.
///
/// Used by one thread. Searches see all that was written before in the same session.
package protocol WriteSession: AnyObject {
  associatedtype Payload: Sendable

  var drafting: Drafting<Payload> { get }
  var settings: StoreSettings { get }

  /// Nil when the resource never was.
  func state(of key: ResourceKey) throws(Anomaly) -> ResourceState?
  /// The body without identity of what is not deleted.
  func body(of state: ResourceState) throws(Anomaly) -> [UInt8]
  func read(_ key: ResourceKey, version: Int) throws(Anomaly) -> Version?
  /// At most `limit` resources that match; those deleted are none.
  func matches(_ type: TypeID, _ query: String, limit: Int) throws(Anomaly) -> [ResourceKey]
  func search(_ type: TypeID, _ query: String) throws(Anomaly) -> SearchPage

  /// Writes a new version over what is there.
  func put(_ draft: Draft<Payload>, over state: ResourceState?, _ method: Method)
    throws(Anomaly) -> ResourceState
  func delete(_ key: ResourceKey, over state: ResourceState) throws(Anomaly) -> ResourceState

  /// Lets the follower do its part for what was written since it did so last.
  func settle() throws(Anomaly)

  /// Undoes what `body` wrote when it throws.
  func undoing<T>(_ body: () throws(Anomaly) -> T) throws(Anomaly) -> T
}

/// What a step did, before its version is put together for the asker.
package enum StepResult: Sendable {
  case write(WriteOutcome.Effect, ResourceKey, ResourceState?, body: [UInt8]?, count: Int)
  case read(Version)
  case notModified(Version)
  case search(SearchPage)

  /// The outcome, with the version's whole JSON.
  package func outcome() throws(Anomaly) -> EntryOutcome {
    switch self {
    case .read(let version): return .read(version)
    case .notModified(let version): return .notModified(version)
    case .search(let page): return .search(page)
    case .write(let effect, let key, let state, let body, let count):
      guard let state else { return .write(WriteOutcome(effect, nil, count: count)) }
      let version = try Version(
        key: key, version: state.version, updated: state.updated, sequence: state.sequence,
        method: state.method, content: state.isDeleted ? [] : body ?? [])
      return .write(WriteOutcome(effect, version, count: count))
    }
  }
}
