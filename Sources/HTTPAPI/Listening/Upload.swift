import FHIR
import HTTPTypes
import Hummingbird

/// The body of a request, read within the bounds of one client and of all together.
struct Upload {
  let bytes: [UInt8]
  private let reserved: Int
  private let admission: Admission

  init(_ request: Request, _ endpoint: Endpoint, _ visit: inout Visit) async throws {
    let limit = endpoint.settings.limits.bodyInBytes
    admission = endpoint.admission
    let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    let isGzip = try Self.isGzip(request.headers[.contentEncoding])
    guard declared <= limit else { throw Self.tooLong(limit) }
    var reserved = declared
    try admission.reserve(declared)
    do {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(declared)
      for try await piece in request.body {
        let length = bytes.count + piece.readableBytes
        guard length <= limit else { throw Self.tooLong(limit) }
        if length > reserved {
          try admission.reserve(length - reserved)
          reserved = length
        }
        bytes.append(contentsOf: piece.readableBytesView)
      }
      if isGzip {
        bytes = try Gzip.expanded(bytes, limit: limit)
        try admission.reserve(bytes.count)
        reserved += bytes.count
      }
      self.bytes = bytes
      self.reserved = reserved
    } catch {
      admission.release(reserved)
      throw error
    }
  }

  /// Gives the room back.
  func release() { admission.release(reserved) }

  private static func isGzip(_ encoding: String?) throws(Anomaly) -> Bool {
    switch encoding?.trimmed.lowercased() {
    case nil, "", "identity": return false
    case "gzip", "x-gzip": return true
    case let other?:
      throw Anomaly(
        .unsupported, "A body with Content-Encoding '\(other.prefix(40))' is not read; gzip is",
        chinese: "不支持内容编码“\(other.prefix(40))”,可用 gzip", status: 415)
    }
  }

  private static func tooLong(_ limit: Int) -> Anomaly {
    .incorrect(
      "The body is longer than \(limit) bytes", chinese: "正文超过 \(limit) 字节", code: .tooLong,
      status: 413)
  }
}
