import Dispatch

/// A thread beside those that answer requests, for long work at the start.
///
/// The pool of the program is the event loops of the server: what computes there for a second keeps
/// every client of that loop waiting.
final class Aside: TaskExecutor {
  private let thread: DispatchQueue

  init(_ label: String) { thread = DispatchQueue(label: label, qos: .utility) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    thread.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
