import FHIR
import Foundation
import RecordStore
import Synchronization

/// The numbers of the store, kept in memory: counted once at open, carried on by each commit.
final class Tally: Sendable {
  private struct Numbers {
    var counts: [TypeID: Int] = [:]
    var total = 0
    var sequence: Int64 = 0
  }

  private let numbers = Mutex(Numbers())

  init(_ connection: Connection) throws(Anomaly) {
    var counted = Numbers()
    let row = try connection.statement(
      "SELECT type, count(*) FROM resource WHERE deleted = 0 GROUP BY type")
    defer { row.reset() }
    while try row.step() {
      let type = TypeID(rawValue: UInt16(truncatingIfNeeded: row.int64(0)))
      counted.counts[type] = row.int(1)
      counted.total += row.int(1)
    }
    counted.sequence = try connection.integer("SELECT max(sequence) FROM feed") ?? 0
    let ready = counted
    numbers.withLock { $0 = ready }
  }

  func add(_ difference: [TypeID: Int], sequence: Int64?) {
    numbers.withLock { numbers in
      for (type, count) in difference {
        numbers.counts[type, default: 0] += count
        numbers.total += count
      }
      if let sequence { numbers.sequence = sequence }
    }
  }

  /// How many resources are not deleted.
  var total: Int { numbers.withLock { $0.total } }

  func statistics(path: String, waiting: Int) -> Statistics {
    let now = numbers.withLock { $0 }
    return Statistics(
      counts: now.counts.filter { $0.value != 0 }, fileSizeInBytes: Self.size(path),
      logSizeInBytes: Self.size(path + "-wal"), sequence: now.sequence, waiting: waiting)
  }

  private static func size(_ path: String) -> Int {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : 0
  }
}
