import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What commands on this machine may ask a running server for: a backup, a verification.
///
/// They come by a socket in the data directory, which only its owner can open: the file of a live
/// store
/// is never touched by a second process.
package struct Upkeep: Sendable {
  /// What was done, as one line for people and scripts; findings below it.
  package struct Report: Sendable {
    package var lines: [String]
    package var isSound: Bool

    package init(lines: [String], isSound: Bool) {
      self.lines = lines
      self.isSound = isSound
    }
  }

  /// Writes a backup to a path.
  package var backup: @Sendable (String) async throws -> Report
  /// Looks at everything that is stored.
  package var verify: @Sendable () async throws -> Report
  /// Where the socket lies.
  package var socketPath: String

  package init(
    socketPath: String, backup: @escaping @Sendable (String) async throws -> Report,
    verify: @escaping @Sendable () async throws -> Report
  ) {
    self.socketPath = socketPath
    self.backup = backup
    self.verify = verify
  }

  /// A socket's path may have so many bytes. <https://man7.org/linux/man-pages/man7/unix.7.html>
  package static let pathInBytes = 100
  package static let socketName = "kangqu.socket"

  /// The server of the socket.
  func application(_ logger: Logger) -> some ApplicationProtocol {
    let path = socketPath
    return Application(
      responder: UpkeepDoor(upkeep: self),
      configuration: ApplicationConfiguration(
        address: .unixDomainSocket(path: path), serverName: nil),
      onServerRunning: { _ in chmod(path, 0o600) }, logger: logger)
  }
}

/// Answers the socket: 200 when all is well, 409 with the findings, 400 or 500 with the reason.
struct UpkeepDoor: HTTPResponder {
  typealias Context = Door.Context

  let upkeep: Upkeep

  func respond(to request: Request, context: Context) async throws -> Response {
    let parameters = request.uri.queryParameters
    do {
      let report: Upkeep.Report
      switch (request.method, request.uri.path) {
      case (.post, "/backup"):
        guard let path = parameters["path"] else { return Response(status: .badRequest) }
        report = try await upkeep.backup(String(path))
      case (.post, "/verify"): report = try await upkeep.verify()
      default: return Response(status: .notFound)
      }
      return answer(report.isSound ? .ok : .conflict, report.lines)
    } catch let anomaly as Anomaly {
      let lines = [anomaly.chinese, anomaly.message].compactMap { $0 }
      return answer(.init(code: anomaly.status ?? anomaly.category.status), lines)
    }
  }

  private func answer(_ status: HTTPResponse.Status, _ lines: [String]) -> Response {
    let text = lines.joined(separator: "\n")
    return Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
