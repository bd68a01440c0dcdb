import FHIR
import HTTPTypes
import Hummingbird

/// What is known of a request while it is answered.
struct Visit: Sendable {
  /// The template of the route for the log and the figures; never the path itself.
  var route = "/…"
  let method: String
  var representation = Representation()
  /// The form of the path, once it is read.
  var shape: Route.Shape?
  /// Whether the connection ends with the answer.
  var mustClose = false
  var pageHeaders: [(name: String, value: String)] = []

  init(_ request: Request, _ endpoint: Endpoint) {
    let name = request.method.rawValue
    method =
      Verb(name) != nil || name == "OPTIONS" ? name : "other"
    let fields = request.headers
    representation.isHead = request.method == .head
    representation.acceptsGzip = Self.acceptsGzip(fields[.acceptEncoding])
    representation.requestID = Self.requestID(fields[.requestID]) ?? endpoint.nextRequestID()
    representation.baseURL = SiteURL.of(request.head, endpoint.settings) + Endpoint.basePath
    if !endpoint.settings.allowedOrigins.isEmpty, let origin = fields[.origin],
      endpoint.settings.allowedOrigins.contains(origin)
    {
      representation.allowedOrigin = origin
    }
  }

  /// An answer that is not FHIR.
  mutating func plain(
    _ route: String, _ text: String, type: String = "text/plain; charset=utf-8"
  ) -> Reply {
    self.route = route
    return Reply(status: 200, .other(type: type, Array(text.utf8)))
  }

  private static func acceptsGzip(_ header: String?) -> Bool {
    guard let header else { return false }
    return header.split(separator: ",").contains {
      let range = MediaRange(String($0))
      return (range.name == "gzip" || range.name == "*") && range.weight > 0
    }
  }

  /// The id that the client gave, if it is harmless.
  private static func requestID(_ given: String?) -> String? {
    if let given, (1...64).contains(given.utf8.count),
      given.utf8.allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      })
    {
      return given
    }
    return nil
  }
}
