import FHIR
import RecordStore

/// Where resources go: a store in this process, or a server elsewhere.
protocol Sink: Sendable {
  /// Stores all entries or none; durable when it returns.
  func store(_ entries: [BundleEntry]) async throws(Anomaly)
}

/// The store of a data directory.
struct StoreSink: Sink {
  let store: any RecordStore

  func store(_ entries: [BundleEntry]) async throws(Anomaly) {
    _ = try await store.transaction(entries)
  }
}
