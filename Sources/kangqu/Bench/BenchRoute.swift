import ArgumentParser
import FHIR
import Foundation
import Hummingbird

/// `kangqu bench route`: the floor of HTTP — a bare route that answers every request with the same
/// bytes.
struct BenchRoute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "route", abstract: "HTTP 基准 · The floor of HTTP: one bare route",
    discussion: """
      EXAMPLE
        kangqu bench route --body patient.json --listen 127.0.0.1:8081
      """)

  @Option(help: "响应正文 · The file to answer with")
  var body: String

  @Option(help: "监听地址 · HOST:PORT")
  var listen: String

  func run() async throws {
    let bytes = ByteBuffer(bytes: try Data(contentsOf: URL(filePath: body)))
    let parts = listen.split(separator: ":")
    guard parts.count == 2, let port = Int(parts[1]) else {
      throw ValidationError("--listen: HOST:PORT")
    }
    let router = Router()
    router.get("/") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/fhir+json"],
        body: ResponseBody(byteBuffer: bytes))
    }
    try await Application(
      router: router,
      configuration: ApplicationConfiguration(address: .hostname(String(parts[0]), port: port))
    ).runService()
  }
}
