import NIOCore

/// Runs the tasks of a connection on its own event loop.
///
/// An answer from the writer or a search would else wake any loop, which then has to wake the one
/// that the connection belongs to.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
