import Dispatch
import FHIR
import RecordStore
import Synchronization

/// The one thread that writes: takes all requests that wait, runs them in one transaction, commits
/// once,
/// answers all.
///
/// So many clients share one fsync, and none is answered before what it wrote is durable.
final class Writer: Sendable {
  /// One request. It may be run again when a group with others had to be undone.
  private struct Job: Sendable {
    /// About how many resources it writes.
    var weight: Int
    var run: @Sendable (SQLiteSession) -> Anomaly?
    var answer: @Sendable (Anomaly?) -> Void
  }

  private struct Waiting {
    var jobs: [Job] = []
    var isRunning = false
    /// Whether somebody looks soon whether the writer rests.
    var isWatched = false
    /// How many requests came ever.
    var arrived = 0
    var isClosed = false
  }

  private let waiting = Mutex(Waiting())
  private let thread = DispatchQueue(label: "kangqu.store.writer", qos: .userInitiated)
  private let readers: Readers
  /// Used on the writer's thread alone.
  private nonisolated(unsafe) let session: SQLiteSession

  /// How many requests may wait; more of them are refused.
  static let waitingLimit = 10_000
  /// How many resources one commit has, about.
  static let groupWeight = 4_000

  /// What happens on the writer's thread besides.
  ///
  /// Fields of a structure: a function that lies in a `Mutex` by itself is wrapped once more each
  /// time it is taken out.
  struct Followers: Sendable {
    /// After each commit.
    var commit: @Sendable () -> Void = {}
    /// When the search parameters changed.
    var change: @Sendable () -> Void = {}
  }

  let followers = Mutex(Followers())

  init(_ session: SQLiteSession, beside readers: Readers) {
    self.session = session
    self.readers = readers
  }

  var count: Int { waiting.withLock { $0.jobs.count } }

  /// Runs `body` inside a transaction and returns when that is durable.
  ///
  /// What `body` throws undoes nothing: it must throw before it writes.
  func submit<T: Sendable>(
    weight: Int = 1, _ body: @escaping @Sendable (SQLiteSession) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T {
    let result: Result<T, Anomaly> = await withCheckedContinuation { continuation in
      let made = Mutex<Result<T, Anomaly>?>(nil)
      let box = Box(made: made)
      enqueue(
        Job(
          weight: weight,
          run: { session in
            let result = Result { () throws(Anomaly) in try body(session) }
            box.made.withLock { $0 = result }
            if case .failure(let anomaly) = result { return anomaly }
            return nil
          },
          answer: { anomaly in
            let made = box.made.withLock { $0 }
            if let anomaly {
              continuation.resume(returning: .failure(anomaly))
            } else {
              continuation.resume(
                returning: made ?? .failure(.fault("A write gave no answer")))
            }
          }))
    }
    return try result.get()
  }

  /// Runs `body` on the writer's thread between two transactions.
  func maintain<T: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T {
    let result: Result<T, Anomaly> = await withCheckedContinuation { continuation in
      thread.async {
        let connection = self.session.connection
        guard !self.waiting.withLock({ $0.isClosed }) else {
          return continuation.resume(returning: .failure(Self.closed))
        }
        continuation.resume(
          returning: Result { () throws(Anomaly) in try body(connection) })
      }
    }
    return try result.get()
  }

  private final class Box<T: Sendable>: Sendable {
    let made: Mutex<Result<T, Anomaly>?>
    init(made: consuming Mutex<Result<T, Anomaly>?>) { self.made = made }
  }

  private static let closed = Anomaly(
    .unavailable, "The store is closed", chinese: "存储已关闭", code: .noStore)

  private func enqueue(_ job: Job) {
    let refusal: Anomaly? = waiting.withLock { waiting in
      if waiting.isClosed {
        return Self.closed
      }
      if waiting.jobs.count >= Self.waitingLimit {
        return Anomaly(.busy, "Too many writes are waiting; try again later", chinese: "写入过多,请稍后再试")
      }
      waiting.jobs.append(job)
      waiting.arrived += 1
      if !waiting.isRunning {
        waiting.isRunning = true
        thread.async { self.drain() }
      }
      return nil
    }
    if let refusal { job.answer(refusal) }
  }

  /// Refuses new requests and returns when those that wait are done.
  func close() {
    let wasClosed = waiting.withLock { waiting in
      defer { waiting.isClosed = true }
      return waiting.isClosed
    }
    if !wasClosed { thread.sync { session.connection.close() } }
  }

  private func drain() {
    while let group = next() {
      let answers = commit(group)
      followers.withLock { $0 }.commit()
      for (job, anomaly) in zip(group, answers) { job.answer(anomaly) }
    }
    watch()
  }

  /// Looks a little later whether nothing came meanwhile.
  ///
  /// One look at a time: a timer for each commit would wake another thread twice for each.
  private func watch() {
    let arrived: Int? = waiting.withLock { waiting in
      if waiting.isWatched || waiting.isClosed { return nil }
      waiting.isWatched = true
      return waiting.arrived
    }
    guard let arrived else { return }
    thread.asyncAfter(deadline: .now() + Self.rest) {
      let isQuiet = self.waiting.withLock { waiting in
        waiting.isWatched = false
        return waiting.arrived == arrived
      }
      if isQuiet { self.follow(since: arrived) } else { self.watch() }
    }
  }

  /// How long no request may have come before the word index is carried on.
  private static let rest = DispatchTimeInterval.milliseconds(200)

  /// The word index works so many times less than it rests while others read.
  private static let restBesideReaders = 19

  /// While nothing else is to do, the word index follows the feed, a step in each transaction.
  ///
  /// Who reads meanwhile hardly feels it: after a large load it has minutes of work.
  func follow(since arrived: Int) {
    let isQuiet = waiting.withLock { $0.arrived == arrived && !$0.isClosed }
    guard isQuiet else { return }
    let reads = readers.begun.load(ordering: .relaxed)
    let start = DispatchTime.now().uptimeNanoseconds
    var hasMore = false
    let answers = commit([
      Job(
        weight: 0,
        run: { session in
          Result { () throws(Anomaly) in try session.words.follow() }.failure
        }, answer: { _ in })
    ])
    if case .some(nil) = answers.first { hasMore = hasUnfollowed() }
    guard hasMore else { return }
    var rest = 0
    if readers.begun.load(ordering: .relaxed) != reads {
      let step = DispatchTime.now().uptimeNanoseconds - start
      rest = Int(clamping: step) * Self.restBesideReaders
    }
    thread.asyncAfter(deadline: .now() + .nanoseconds(rest)) { self.follow(since: arrived) }
  }

  private func hasUnfollowed() -> Bool {
    do throws(Anomaly) { return try !session.words.isComplete() } catch { return false }
  }

  private func next() -> [Job]? {
    waiting.withLock { waiting in
      var weight = 0
      var count = 0
      while count < waiting.jobs.count, weight < Self.groupWeight {
        weight += waiting.jobs[count].weight
        count += 1
      }
      guard count > 0 else {
        waiting.isRunning = false
        return nil
      }
      let group = Array(waiting.jobs.prefix(count))
      waiting.jobs.removeFirst(count)
      return group
    }
  }

  /// Runs the jobs in one transaction; nil for each that is durable.
  private func commit(_ group: [Job]) -> [Anomaly?] {
    var answers: [Anomaly?] = []
    do throws(Anomaly) {
      try session.connection.execute("BEGIN IMMEDIATE")
      for job in group {
        let anomaly = job.run(session)
        // The store itself failed: what was collected cannot be trusted.
        if let anomaly, anomaly.category == .fault || anomaly.category == .unavailable {
          throw anomaly
        }
        answers.append(anomaly)
      }
      try session.settle()
      try session.flush()
      let isChanged = try session.renewRegistry()
      try session.connection.execute("COMMIT")
      session.publish()
      if isChanged { followers.withLock { $0 }.change() }
      return answers
    } catch {
      undo()
      guard group.count > 1 else { return [error] }
      // One bad request must not take the others with it.
      return group.map { commit([$0])[0] }
    }
  }

  private func undo() {
    session.reset()
    session.settings.follower?.undo()
    // What was taken over from a SearchParameter may be undone too.
    session.isRegistryStale = true
    guard session.connection.isInTransaction else { return }
    do { try session.connection.execute("ROLLBACK") } catch {
      // A failed rollback leaves the connection unusable: every later BEGIN says so to its caller.
      session.reset()
    }
  }
}
