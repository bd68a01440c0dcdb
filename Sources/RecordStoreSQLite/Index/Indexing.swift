import FHIR
import FHIRSearch
import Synchronization

/// What is extracted and what can be searched, at one time.
struct Indexing: Sendable {
  /// Counts the changes, so that what was prepared before one is prepared again.
  var epoch: Int
  /// All parameters whose rows are written.
  var table: ParameterTable
  /// Those that can be searched: not the ones whose rows are still being made.
  var searchable: ParameterTable
  var extractor: IndexExtractor
  var membership: Membership

  init(epoch: Int, table: ParameterTable, searchable: ParameterTable) {
    self.epoch = epoch
    self.table = table
    self.searchable = searchable
    extractor = IndexExtractor(table)
    membership = Membership(table)
  }
}

/// The indexing that holds now; changed by the writer when a SearchParameter was stored.
final class IndexRegistry: Sendable {
  private let state: Mutex<Indexing>

  init(_ indexing: Indexing) { state = Mutex(indexing) }

  var current: Indexing { state.withLock { $0 } }

  func change(_ indexing: Indexing) { state.withLock { $0 = indexing } }
}
