import FHIR
import RecordStore
import RecordStoreSQLite

/// Where resources go: a store in this process, or a server elsewhere.
protocol Sink: Sendable {
  /// Stores groups of entries, each whole or not at all; what was stored is durable on return.
  ///
  /// Gives for each group why it was refused; what is wrong with the sink itself is thrown.
  func store(_ groups: [[BundleEntry]]) async throws(Anomaly) -> [Anomaly?]
}

extension Anomaly {
  /// Whether an anomaly is about what was sent, so that the rest can go on.
  var isRefusal: Bool {
    switch category {
    case .busy, .unavailable, .interrupted, .fault: false
    default: true
    }
  }
}

/// The store of a data directory.
struct StoreSink: Sink {
  let store: SQLiteStore

  func store(_ groups: [[BundleEntry]]) async throws(Anomaly) -> [Anomaly?] {
    var refusals: [Anomaly?] = []
    for result in await store.load(groups) {
      let refusal = result.failure
      if let refusal, !refusal.isRefusal { throw refusal }
      refusals.append(refusal)
    }
    return refusals
  }
}
