import FHIR
import HTTPTypes
import Hummingbird
import NIOCore

/// How a reply goes out: its format, its spacing, its compression.
struct Representation: Sendable {
  var format = MediaFormat.json
  /// Spaced for people.
  var isPretty = false
  var acceptsGzip = false
  /// Only the head is asked for.
  var isHead = false
  var requestID = ""
  var baseURL = ""
  /// The origin that may read the answer in a browser.
  var allowedOrigin: String?

  /// What stands in every answer.
  private static let common: HTTPFields = {
    var fields = HTTPFields()
    fields[.vary] = "Accept, Accept-Encoding"
    // A client may keep a copy but must ask whether it is current.
    fields[.cacheControl] = "private, no-cache"
    fields[.contentTypeOptions] = "nosniff"
    return fields
  }()

  /// The HTTP response of a reply.
  func response(_ reply: Reply, endpoint: Endpoint) throws(Anomaly) -> Response {
    var fields = Self.common
    fields.append(HTTPField(name: .requestID, value: requestID))
    if let version = reply.version {
      fields.append(HTTPField(name: .eTag, value: "W/\"\(version)\""))
    }
    if let updated = reply.updated {
      fields.append(HTTPField(name: .lastModified, value: HTTPDate.format(updated)))
    }
    if let location = reply.location { fields[.location] = baseURL + "/" + location }
    if !reply.allowed.isEmpty { fields[.allow] = Self.allow(reply.allowed) }
    if let seconds = reply.retryAfterInSeconds { fields[.retryAfter] = "\(seconds)" }
    if reply.status == 401 { fields[.wwwAuthenticate] = "Bearer realm=\"kangqu\"" }
    if let allowedOrigin { Self.allow(allowedOrigin, in: &fields) }
    let status = HTTPResponse.Status(code: reply.status)
    guard var bytes = try bytes(reply.content, endpoint, &fields) else {
      return Response(status: status, headers: fields)
    }
    if acceptsGzip, bytes.count >= Gzip.worthwhileInBytes {
      bytes = try Gzip.compressed(bytes)
      fields[.contentEncoding] = "gzip"
    }
    if isHead {
      fields[.contentLength] = "\(bytes.count)"
      return Response(status: status, headers: fields)
    }
    return Response(
      status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private static func allow(_ verbs: [Verb]) -> String {
    var names = verbs.map(\.name)
    if verbs.contains(.get) { names.append("HEAD") }
    return (names + ["OPTIONS"]).joined(separator: ", ")
  }

  /// <https://fetch.spec.whatwg.org/#http-cors-protocol>
  private static func allow(_ origin: String, in fields: inout HTTPFields) {
    fields[.accessControlAllowOrigin] = origin
    fields[.accessControlExposeHeaders] = "ETag, Last-Modified, Location, X-Request-Id"
    fields[.accessControlAllowMethods] = allow(Verb.allCases)
    fields[.accessControlAllowHeaders] =
      "Accept, Authorization, Content-Type, If-Match, If-None-Exist, If-None-Match, Prefer"
    fields[.vary] = "Accept, Accept-Encoding, Origin"
  }

  private func bytes(
    _ content: Reply.Content, _ endpoint: Endpoint, _ fields: inout HTTPFields
  ) throws(Anomaly) -> [UInt8]? {
    switch content {
    case .none: return nil
    case .other(let type, let bytes):
      fields.append(HTTPField(name: .contentType, value: type))
      return bytes
    case .resource(let bytes):
      fields.append(HTTPField(name: .contentType, value: format.contentType))
      switch format {
      case .json: return isPretty ? Array(try JSON(parsing: bytes).pretty().utf8) : bytes
      case .xml: return try endpoint.writeXML(bytes)
      }
    }
  }
}
