import HTTPTypes

/// The address of the site as a client sees it, for links and `Location`.
enum SiteURL {
  /// The configured address; else what a trusted proxy says,
  /// <https://www.rfc-editor.org/rfc/rfc7239>;
  /// else the `Host` of the request.
  static func of(_ head: HTTPRequest, _ settings: ServerSettings) -> String {
    if let url = settings.publicURL { return url }
    var scheme = "http"
    var host = head.authority ?? ""
    if settings.trustsForwarded {
      if let forwarded = head.headerFields[.forwarded] {
        let first = forwarded.split(separator: ",").first ?? ""
        for part in first.split(separator: ";") {
          let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmed.trimming("\"") }
          guard pair.count == 2 else { continue }
          if pair[0].lowercased() == "proto" { scheme = pair[1].lowercased() }
          if pair[0].lowercased() == "host" { host = pair[1] }
        }
      } else {
        scheme = head.headerFields[.forwardedProto]?.lowercased() ?? scheme
        host = head.headerFields[.forwardedHost] ?? host
      }
    }
    guard isHost(host) else { return "http://\(settings.address)" }
    return (scheme == "https" ? "https://" : "http://") + host
  }

  /// Whether a text can be a host with a port: nothing that could break out of a link.
  private static func isHost(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension HTTPField.Name {
  private static func name(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is a field name") }
    return name
  }

  static let forwarded = name("Forwarded")
  static let forwardedProto = name("X-Forwarded-Proto")
  static let forwardedHost = name("X-Forwarded-Host")
  static let requestID = name("X-Request-Id")
  static let prefer = name("Prefer")
  static let ifNoneExist = name("If-None-Exist")
  static let contentTypeOptions = name("X-Content-Type-Options")
}
