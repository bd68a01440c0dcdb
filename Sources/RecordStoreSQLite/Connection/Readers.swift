import Dispatch
package import FHIR
import Synchronization

/// Read-only connections: some for point reads in the caller's thread, some for searches on
/// threads of
/// their own, so that long searches never keep point reads waiting.
package final class Readers: Sendable {
  private let inlineReaders: Mutex<[Connection]>
  private let searchers: Mutex<Searchers>
  private let path: String
  private let threads = DispatchQueue(
    label: "kangqu.store.search", qos: .userInitiated, attributes: .concurrent)

  /// How many searches run at once; more of them wait.
  package static let searchLimit = 8
  /// How many searches may wait; more of them are refused.
  package static let waitingLimit = 1_000
  /// How long one may take.
  package static let searchLimitInSeconds = 30

  /// How many reads were begun ever: who would work beside them looks here.
  let begun = Atomic<Int>(0)

  private struct Searchers {
    var idle: [Connection] = []
    var running = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  init(path: String) {
    self.path = path
    inlineReaders = Mutex([])
    searchers = Mutex(Searchers())
  }

  /// Runs a read of microseconds in the thread of the caller.
  package func point<T>(_ body: (Connection) throws(Anomaly) -> T) throws(Anomaly) -> T {
    begun.add(1, ordering: .relaxed)
    let idle = inlineReaders.withLock { $0.popLast() }
    let connection = if let idle { idle } else { try Connection(path: path, role: .reader) }
    defer { inlineReaders.withLock { $0.append(connection) } }
    return try body(connection)
  }

  /// Runs a read that may take long on a thread of its own, within the time limit.
  package func search<T: Sendable>(
    limitInSeconds: Int? = searchLimitInSeconds,
    _ body: @escaping @Sendable (Connection) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T {
    begun.add(1, ordering: .relaxed)
    try await enter()
    defer { leave() }
    let result: Result<T, Anomaly> = await withCheckedContinuation { continuation in
      threads.async {
        continuation.resume(
          returning: Result { () throws(Anomaly) in
            let idle = self.searchers.withLock { $0.idle.popLast() }
            let connection =
              if let idle { idle } else { try Connection(path: self.path, role: .reader) }
            defer { self.searchers.withLock { $0.idle.append(connection) } }
            guard let limitInSeconds else { return try body(connection) }
            return try connection.within(.seconds(limitInSeconds)) { () throws(Anomaly) in
              try body(connection)
            }
          })
      }
    }
    return try result.get()
  }

  private func enter() async throws(Anomaly) {
    let isFull = searchers.withLock { $0.waiting.count >= Self.waitingLimit }
    if isFull {
      throw Anomaly(.busy, "Too many searches are waiting; try again later", chinese: "查询过多,请稍后再试")
    }
    await withCheckedContinuation { continuation in
      let isFree = searchers.withLock { searchers in
        guard searchers.running >= Self.searchLimit else {
          searchers.running += 1
          return true
        }
        searchers.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next: CheckedContinuation<Void, Never>? = searchers.withLock { searchers in
      if searchers.waiting.isEmpty {
        searchers.running -= 1
        return nil
      }
      return searchers.waiting.removeFirst()
    }
    next?.resume()
  }

  /// Closes the idle connections; the database file can be checkpointed or replaced then.
  func close() {
    inlineReaders.withLock { $0.removeAll() }
    searchers.withLock { $0.idle.removeAll() }
  }
}
