import FHIR
import FHIRSearch
import RecordStore

/// Answers queries on a connection; on the writer's, it sees what the open transaction wrote.
protocol Searcher: Sendable {
  /// At most `limit` resources that match, deleted ones not among them.
  func matches(_ query: Query, limit: Int, on connection: Connection) throws(Anomaly)
    -> [ResourceKey]
  func page(_ query: Query, on connection: Connection) throws(Anomaly) -> SearchPage
}
