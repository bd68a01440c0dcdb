/// Where the server listens.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `HOST:PORT`, with an IPv6 address in brackets; nil when it is neither.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  /// Whether only this machine can reach the address.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// What whoever runs the server decides; every default is the safe choice.
package struct ServerSettings: Sendable {
  package var address = ListenAddress(host: "127.0.0.1", port: 8080)
  /// Whether everything that could show data asks who is there.
  package var requiresSignIn = true
  /// The address that clients see, such as `https://health.example.org`; nil takes it from each
  /// request.
  package var publicURL: String?
  /// Whether `Forwarded` and `X-Forwarded-*` are believed: only where a proxy alone can connect.
  package var trustsForwarded = false
  /// The origins whose pages may call from a browser; none by default.
  /// <https://fetch.spec.whatwg.org/#http-cors-protocol>
  package var allowedOrigins: [String] = []
  package var limits = Limits()

  package init() {}

  /// Bounds on what one client, and all of them together, may take.
  package struct Limits: Sendable {
    package var bodyInBytes = 64 << 20
    /// All request bodies that are held at one time.
    package var allBodiesInBytes = 512 << 20
    package var headerCount = 200
    package var headersInBytes = 64 << 10
    package var urlInBytes = 16 << 10
    package var bundleEntries = 10_000
    package var connections = 2_000
    package var concurrentRequests = 256
    /// A connection without a whole request for so long is closed.
    package var idleInSeconds = 15
    /// From the head of a request to the end of its answer.
    package var requestInSeconds = 120
    /// How long requests in work may take to end after SIGTERM.
    package var drainInSeconds = 20

    package init() {}
  }
}

/// What the server needs of the world outside.
package struct Effects: Sendable {
  /// Milliseconds since 1970, UTC.
  package var now: @Sendable () -> Int64
  /// A number nobody can guess, for request ids.
  package var random: @Sendable () -> UInt64

  package init(now: @escaping @Sendable () -> Int64, random: @escaping @Sendable () -> UInt64) {
    self.now = now
    self.random = random
  }
}
