import AsyncHTTPClient
import Canonicals
import FHIR
import Foundation
import HTTPAPI
import MasterIndex
import NIOCore
import Patching
import RecordStore
import RecordStoreSQLite
import Synchronization
import Testing

/// Settings for tests: a free port, nobody signs in, and what the test changes.
func settings(_ change: (inout ServerSettings) -> Void = { _ in }) -> ServerSettings {
  var settings = ServerSettings()
  settings.address = ListenAddress(host: "127.0.0.1", port: 0)
  settings.requiresSignIn = false
  change(&settings)
  return settings
}

/// A server on a free port of this machine, with a real store in a temporary directory.
struct TestServer: Sendable {
  let address: ListenAddress
  let store: SQLiteStore
  /// Everything that was written to the access log so far.
  let log: Written

  /// A box for what the log wrote.
  final class Written: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  var site: String { "http://\(address)" }

  /// Runs a body against a server of its own, which is gone when it returns.
  static func run(
    _ settings: ServerSettings = HTTPAPITests.settings(), pages: PageRoutes? = nil,
    hasIndex: Bool = false, _ body: (TestServer) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "kangqu-http-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    defer { discard(directory) }
    let definitions = Definitions()
    let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) }
    var storeSettings = StoreSettings(
      clock: now, makeID: { UUID().uuidString.lowercased() },
      validate: { (document, cursor) throws(Anomaly) in
        try definitions.refuse(cursor, in: document)
      })
    storeSettings.readPatch = { (document) throws(Anomaly) in
      let patch = try Patch(entry: document, now: Instant(milliseconds: now()))
      return ResourcePatch { (document) throws(Anomaly) in try patch.apply(to: document) }
    }
    storeSettings.expand = { (group) throws(Anomaly) in try definitions.tokens(group) }
    let index = PersonIndex(IndexSettings(clock: now, makeID: storeSettings.makeID))
    if hasIndex { storeSettings.follower = index }
    let store = try SQLiteStore(directory: directory, settings: storeSettings)
    defer { store.close() }
    if hasIndex { await index.load(from: store) }
    let endpoint = Endpoint(
      store: store, definitions: definitions, settings: settings,
      effects: Effects(now: now, random: { UInt64.random(in: .min ... .max) }),
      index: hasIndex ? index : nil)
    let box = Written()
    let log = AccessLog { bytes in box.bytes.withLock { $0 += bytes } }
    let server = HTTPServer(endpoint, pages: pages, log: log)
    let (addresses, found) = AsyncStream.makeStream(of: ListenAddress.self)
    let serving = Task {
      try await server.run(listening: { found.yield($0) }, stopping: [])
    }
    for await address in addresses {
      do {
        try await body(TestServer(address: address, store: store, log: box))
      } catch {
        serving.cancel()
        throw error
      }
      break
    }
    serving.cancel()
    _ = await serving.result
  }

  private static func discard(_ directory: String) {
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      Issue.record("\(directory) was not removed: \(error)")
    }
  }

  /// What came back.
  struct Answer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    subscript(header: String) -> String? {
      headers.first { $0.name.lowercased() == header.lowercased() }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    var json: JSON {
      do throws(Anomaly) { return try JSON(parsing: body) } catch { return .null }
    }

    /// The first issue of an OperationOutcome.
    var issue: JSON {
      guard json["resourceType"] == "OperationOutcome" else { return .null }
      return json["issue"]?[0] ?? .null
    }

    /// The resources of a Bundle as `Type/id`.
    var keys: [String] {
      (json["entry"]?.items ?? []).compactMap { entry in
        guard let resource = entry["resource"], let type = resource["resourceType"]?.string,
          let id = resource["id"]?.string
        else { return nil }
        return "\(type)/\(id)"
      }
    }

    /// A link of a Bundle.
    func link(_ relation: String) -> String? {
      json["link"]?.items.first { $0["relation"]?.string == relation }?["url"]?.string
    }
  }

  /// Sends a request below `/fhir`, or to a whole URL.
  func send(
    _ method: String, _ path: String, _ body: [UInt8]? = nil, type: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> Answer {
    let url = path.hasPrefix("http") ? path : site + (path.hasPrefix("/") ? path : "/fhir/" + path)
    var request = HTTPClientRequest(url: url)
    request.method = .RAW(value: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body {
      request.headers.add(name: "Content-Type", value: type ?? "application/fhir+json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let collected = try await response.body.collect(upTo: 256 << 20)
    return Answer(
      status: Int(response.status.code),
      headers: response.headers.map { ($0.name, $0.value) },
      body: Array(collected.readableBytesView))
  }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send("GET", path, headers: headers)
  }

  func send(
    _ method: String, _ path: String, _ resource: JSON, headers: [String: String] = [:]
  ) async throws -> Answer {
    try await send(method, path, resource.encoded(), headers: headers)
  }

  /// Stores a Patient under an id.
  @discardableResult
  func putPatient(_ id: String, family: String = "王") async throws -> Answer {
    try await send("PUT", "Patient/\(id)", .patient(id, family: family))
  }
}

extension JSON {
  static func patient(_ id: String?, family: String) -> JSON {
    var patient: JSON = ["resourceType": "Patient", "name": [["family": .string(family)]]]
    if let id { patient["id"] = .string(id) }
    return patient
  }
}
