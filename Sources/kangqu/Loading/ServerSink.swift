import AsyncHTTPClient
import FHIR
import Foundation
import HTTPAPI
import NIOCore
import RecordStore

/// A FHIR server elsewhere, to which transactions are sent.
/// <https://hl7.org/fhir/R4/http.html#transaction>
struct ServerSink: Sink {
  private let client: HTTPClient
  private let baseURL: String

  private static let timeout = TimeAmount.seconds(120)
  /// How often a busy server is asked again, waiting twice as long each time.
  private static let attempts = 6
  private static let firstPause = Duration.milliseconds(250)
  private static let answerInBytes = 64 << 20

  /// Finds the base of the API at an address: there, or at `/fhir` below it.
  init(_ address: String, client: HTTPClient) async throws(Anomaly) {
    self.client = client
    let bare = address.hasSuffix("/") ? String(address.dropLast()) : address
    for base in [bare, bare + "/fhir"] {
      let request = HTTPClientRequest(url: base + "/metadata")
      let (status, _) = try await Self.answer(client, request)
      if status == 200 {
        baseURL = base
        return
      }
    }
    throw .notFound(
      "There is no FHIR server at \(address)", chinese: "\(address) 处没有 FHIR 服务器")
  }

  /// Sends all groups as one transaction, and where that is refused in halves, down to the one at
  /// fault.
  func store(_ groups: [[BundleEntry]]) async throws(Anomaly) -> [Anomaly?] {
    do throws(Anomaly) {
      try await send(Array(groups.joined()))
      return Array(repeating: nil, count: groups.count)
    } catch  where error.isRefusal {
      guard groups.count > 1 else { return [error] }
      let middle = groups.count / 2
      return try await store(Array(groups[..<middle])) + store(Array(groups[middle...]))
    }
  }

  private func send(_ entries: [BundleEntry]) async throws(Anomaly) {
    var request = HTTPClientRequest(url: baseURL)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/fhir+json")
    request.headers.add(name: "Content-Encoding", value: "gzip")
    request.headers.add(name: "Prefer", value: "return=minimal")
    let body = ByteBuffer(bytes: try Gzip.compressed(Self.bundle(entries)))
    var pause = Self.firstPause
    for attempt in 1... {
      request.body = .bytes(body)
      let (status, answer) = try await Self.answer(client, request)
      if status == 200 { return }
      guard status == 429 || status == 503, attempt < Self.attempts else {
        throw Self.anomaly(status, answer)
      }
      do { try await Task.sleep(for: pause) } catch { throw Self.stopped }
      pause *= 2
    }
  }

  private static func answer(_ client: HTTPClient, _ request: HTTPClientRequest)
    async throws(Anomaly) -> (status: Int, body: [UInt8])
  {
    do {
      let response = try await client.execute(request, timeout: timeout)
      let body = try await response.body.collect(upTo: answerInBytes)
      return (Int(response.status.code), Array(body.readableBytesView))
    } catch is CancellationError {
      throw stopped
    } catch {
      throw Anomaly(
        .unavailable, "The server at \(request.url) cannot be reached: \(error)",
        chinese: "无法连接服务器 \(request.url)")
    }
  }

  private static let stopped = Anomaly(
    .interrupted, "The load was stopped", chinese: "装载已中止")

  /// The text of a transaction.
  private static func bundle(_ entries: [BundleEntry]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(entries.reduce(128) { $0 + ($1.resource?.bytes.count ?? 0) + 256 })
    out.append(contentsOf: "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[".utf8)
    for (index, entry) in entries.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      var request: JSON = ["method": .string(entry.verb.rawValue), "url": .string(entry.url)]
      if let condition = entry.ifNoneExist { request["ifNoneExist"] = .string(condition) }
      if let condition = entry.ifMatch { request["ifMatch"] = .string(condition) }
      if let condition = entry.ifNoneMatch { request["ifNoneMatch"] = .string(condition) }
      out.append(contentsOf: "{\"request\":".utf8)
      request.write(into: &out)
      if let fullURL = entry.fullURL {
        out.append(contentsOf: ",\"fullUrl\":".utf8)
        JSON.string(fullURL).write(into: &out)
      }
      if let resource = entry.resource {
        out.append(contentsOf: ",\"resource\":".utf8)
        out.append(contentsOf: resource.bytes)
      }
      out.append(UInt8(ascii: "}"))
    }
    out.append(contentsOf: "]}".utf8)
    return out
  }

  /// What the server's OperationOutcome says.
  private static func anomaly(_ status: Int, _ body: [UInt8]) -> Anomaly {
    let category: Anomaly.Category = status >= 500 || status == 429 ? .unavailable : .incorrect
    var anomaly = Anomaly(category, "The server answered \(status)", status: status)
    do throws(Anomaly) {
      let outcome = try JSON(parsing: body)
      guard let issue = outcome["issue"]?[0] else { return anomaly }
      anomaly.message =
        issue["details"]?["text"]?.string ?? issue["diagnostics"]?.string ?? anomaly.message
      anomaly.path = issue["expression"]?[0]?.string
    } catch {
      anomaly.message += ", and not in FHIR"
    }
    return anomaly
  }
}
