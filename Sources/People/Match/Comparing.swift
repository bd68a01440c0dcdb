import Dispatch
import Synchronization

/// One thread's work on pairs of records: what it reads, and what it has found so far.
struct Comparing<Found> {
  let comparison: Comparison
  let rows: UnsafePointer<UInt32>
  let memory: LevelMemory
  var found: Found

  /// The levels of a pair of records, by their places.
  @inline(__always)
  func pattern(_ one: UInt32, _ other: UInt32) -> Pattern {
    comparison.pattern(row(one), row(other), memory)
  }

  @inline(__always)
  func row(_ record: UInt32) -> Comparison.Row { rows + Int(record) * Packing.width }
}

extension Packing {
  /// Works through portions on all cores; gives what each thread has found.
  func compare<Found: Sendable>(
    portions: Int, _ start: Found, _ body: @Sendable (inout Comparing<Found>, Int) -> Void
  ) -> [Found] {
    let next = Atomic<Int>(0)
    let all = Mutex<[Found]>([])
    DispatchQueue.concurrentPerform(iterations: min(Slices.cores, max(1, portions))) { _ in
      let found = alone(start) { work in
        while true {
          let portion = next.add(1, ordering: .relaxed).oldValue
          guard portion < portions else { break }
          body(&work, portion)
        }
      }
      all.withLock { $0.append(found) }
    }
    return all.withLock { $0 }
  }

  /// Compares on this thread.
  ///
  /// - Parameter remembers: whether so many pairs are compared that values recur.
  func alone<Found>(
    _ start: Found, remembers: Bool = true, _ body: (inout Comparing<Found>) -> Void
  ) -> Found {
    Comparison.over(vocabulary) { comparison in
      rows.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return start }
        var work = Comparing(
          comparison: comparison, rows: rows, memory: LevelMemory(remembers: remembers),
          found: start)
        body(&work)
        return work.found
      }
    }
  }
}
