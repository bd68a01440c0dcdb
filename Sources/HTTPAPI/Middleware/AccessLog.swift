import FHIR
import Foundation
import Synchronization

/// One JSON line on standard error for each request, without ids of persons or values of queries.
///
/// Lines are gathered and written a few times a second, so that logging costs a reader nothing.
package final class AccessLog: Sendable {
  private let lines = Mutex<[UInt8]>([])
  private let write: @Sendable ([UInt8]) -> Void

  /// Written at once when so much has been gathered.
  private static let burstInBytes = 32 << 10
  private static let interval = Duration.milliseconds(100)

  package init(write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

  /// The log on standard error.
  package static func standardError() -> AccessLog {
    AccessLog { bytes in FileHandle.standardError.write(Data(bytes)) }
  }

  struct Line {
    var milliseconds: Int64
    var requestID: String
    var method: String
    var route: String
    var status: Int
    var seconds: Double
    var bytes: Int
  }

  /// Notes one request.
  func note(_ line: Line) {
    let full = lines.withLock { lines -> [UInt8] in
      lines.append(contentsOf: "{\"time\":\"".utf8)
      Instant(milliseconds: line.milliseconds).write(into: &lines)
      lines.append(contentsOf: "\",\"request\":\"\(line.requestID)\",\"method\":".utf8)
      JSON.string(line.method).write(into: &lines)
      let microseconds = Int(line.seconds * 1_000_000)
      let fraction = String(microseconds % 1_000 + 1_000).dropFirst()
      lines.append(
        contentsOf:
          """
          ,"route":"\(line.route)","status":\(line.status),\
          "ms":\(microseconds / 1_000).\(fraction),"bytes":\(line.bytes)}\n
          """.utf8)
      return lines.count >= Self.burstInBytes ? take(&lines) : []
    }
    if !full.isEmpty { write(full) }
  }

  private func take(_ lines: inout [UInt8]) -> [UInt8] {
    defer { lines.removeAll(keepingCapacity: true) }
    return lines
  }

  /// Writes what was gathered.
  package func flush() {
    let taken = lines.withLock { take(&$0) }
    if !taken.isEmpty { write(taken) }
  }

  /// Writes every now and then until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      flush()
      do { try await Task.sleep(for: Self.interval) } catch { break }
    }
    flush()
  }
}
