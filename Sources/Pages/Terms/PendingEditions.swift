import Canonicals
import FHIR
import Synchronization
import Terminology

/// Editions that were uploaded and looked at, and are not stored before somebody says so.
///
/// They are kept in memory, few and not for long: whoever comes too late uploads the file again.
package final class PendingEditions: Sendable {
  struct Edition: Sendable {
    var list: ListImport
    var result: ListImport.Result
    /// In milliseconds since 1970 UTC.
    var uploaded: Int64
  }

  /// How many wait at one time; the oldest gives way.
  static let limit = 4
  static let keptInMilliseconds: Int64 = 30 * 60 * 1_000

  private struct State {
    var editions: [(ticket: String, edition: Edition)] = []
    var count: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Keeps an edition and gives the ticket by which it is called for.
  func keep(_ edition: Edition) -> String {
    state.withLock { state in
      state.count += 1
      let ticket = "\(edition.uploaded)-\(state.count)"
      state.editions.append((ticket, edition))
      if state.editions.count > Self.limit { state.editions.removeFirst() }
      return ticket
    }
  }

  /// The edition of a ticket; nil when it is gone.
  func edition(_ ticket: String, now: Int64) -> Edition? {
    state.withLock { state in
      state.editions.removeAll { now - $0.edition.uploaded > Self.keptInMilliseconds }
      return state.editions.first { $0.ticket == ticket }?.edition
    }
  }

  /// Forgets an edition that is stored now.
  func discard(_ ticket: String) {
    state.withLock { $0.editions.removeAll { $0.ticket == ticket } }
  }
}
