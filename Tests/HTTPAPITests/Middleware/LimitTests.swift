import FHIR
import Foundation
import Testing

/// What one client may not take from the others: everything has a bound, and is refused with words.
@Suite(.serialized) struct LimitTests {
  private func head(_ lines: String...) -> String {
    (lines + ["Host: localhost", "", ""]).joined(separator: "\r\n")
  }

  @Test func `refuses 50,000 headers at once and serves the others`() async throws {
    try await TestServer.run { server in
      let headers = (0..<50_000).map { "X-H\($0): v" }.joined(separator: "\r\n")
      let exchange = await RawConnection(port: server.address.port)
        .send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n\r\n")
      #expect(exchange.status == 431, "\(exchange.text.prefix(300))")
      #expect(exchange.text.contains("OperationOutcome"))
      #expect(exchange.isClosed)
      #expect(exchange.seconds < 5)
      let alive = try await server.get("/livez")
      #expect(alive.status == 200)
    }
  }

  @Test func `refuses a declared body of 1 GB before it is sent`() async throws {
    try await TestServer.run { server in
      let exchange = await RawConnection(port: server.address.port).send(
        head("POST /fhir HTTP/1.1", "Content-Type: application/json", "Content-Length: 1073741824"))
      #expect(exchange.status == 413)
      #expect(exchange.text.contains("OperationOutcome"))
      #expect(exchange.isClosed)
      #expect(exchange.seconds < 3)
    }
  }

  @Test func `refuses a body that grows beyond the limit, and a gzip bomb`() async throws {
    try await TestServer.run(settings { $0.limits.bodyInBytes = 100_000 }) { server in
      let body = [UInt8](repeating: UInt8(ascii: " "), count: 200_000)
      let long = try await server.send("POST", "Patient", body)
      #expect(long.status == 413)
      let bomb = try GzipBytes.of([UInt8](repeating: 0x20, count: 10_000_000))
      #expect(bomb.count < 100_000)
      let answer = try await server.send(
        "POST", "Patient", bomb, headers: ["Content-Encoding": "gzip"])
      #expect(answer.status == 413)
      #expect(answer.json["resourceType"] == "OperationOutcome")
    }
  }

  @Test func `refuses JSON that is a million deep`() async throws {
    try await TestServer.run { server in
      let body = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
      let start = ContinuousClock.now
      let answer = try await server.send("POST", "Patient", body)
      #expect(answer.status == 400)
      #expect(answer.issue["code"] == "too-costly")
      #expect(ContinuousClock.now - start < .seconds(2))
    }
  }

  @Test func `refuses a Bundle of 100,000 entries`() async throws {
    try await TestServer.run { server in
      let entry = "{\"request\":{\"method\":\"GET\",\"url\":\"Patient/1\"}}"
      let text =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
        + Array(repeating: entry, count: 100_000).joined(separator: ",") + "]}"
      let answer = try await server.send("POST", "", Array(text.utf8))
      #expect(answer.status == 400)
      #expect(answer.issue["code"] == "too-long")
    }
  }

  @Test func `refuses a URL that is too long`() async throws {
    try await TestServer.run { server in
      let path = "Patient?name=" + String(repeating: "a", count: 20_000)
      let answer = try await server.get(path)
      #expect(answer.status == 414)
    }
  }

  @Test func `ends connections that are silent, trickle a head or trickle a body`() async throws {
    try await TestServer.run(
      settings {
        $0.limits.idleInSeconds = 1
        $0.limits.requestInSeconds = 2
      }
    ) { server in
      let raw = RawConnection(port: server.address.port)
      async let silent = raw.send([[]], waitingInSeconds: 8)
      let slowHead = (0..<12).map { Array("X-\($0): 1\r\n".utf8) }
      async let trickledHead = raw.send(
        [Array("GET /livez HTTP/1.1\r\n".utf8)] + slowHead, pauseInMilliseconds: 400,
        waitingInSeconds: 8)
      let slowBody = (0..<12).map { _ in [UInt8(ascii: " ")] }
      async let trickledBody = raw.send(
        [Array(head("POST /fhir/Patient HTTP/1.1", "Content-Length: 1000").utf8)] + slowBody,
        pauseInMilliseconds: 400, waitingInSeconds: 8)
      for exchange in await [silent, trickledHead, trickledBody] {
        #expect(exchange.isClosed, "\(exchange.text)")
        #expect(exchange.seconds < 7)
      }
      let alive = try await server.get("/livez")
      #expect(alive.status == 200)
    }
  }

  @Test func `answers what is not HTTP with an outcome`() async throws {
    try await TestServer.run { server in
      for text in ["\u{16}\u{3}\u{1}nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
        let exchange = await RawConnection(port: server.address.port).send(text)
        #expect(exchange.isClosed, "\(text)")
        #expect(exchange.status == 400 || exchange.status == nil, "\(exchange.text)")
      }
      let alive = try await server.get("/livez")
      #expect(alive.status == 200)
    }
  }

  @Test func `tells clients to come back when all places are taken`() async throws {
    try await TestServer.run(settings { $0.limits.concurrentRequests = 1 }) { server in
      let raw = RawConnection(port: server.address.port)
      async let slow = raw.send(
        [
          Array(head("POST /fhir/Patient HTTP/1.1", "Content-Length: 2").utf8), Array("{}".utf8),
        ], pauseInMilliseconds: 1_500, waitingInSeconds: 5)
      try await Task.sleep(for: .milliseconds(600))
      let refused = try await server.get("metadata")
      #expect(refused.status == 503)
      #expect(refused["Retry-After"] == "1")
      _ = await slow
      let after = try await server.get("metadata")
      #expect(after.status == 200)
    }
  }

  @Test func `says Continue to a client that waits before sending its body`() async throws {
    try await TestServer.run { server in
      let exchange = await RawConnection(port: server.address.port).send(
        [
          Array(
            head(
              "POST /fhir/Patient HTTP/1.1", "Content-Type: application/fhir+json",
              "Content-Length: 26", "Expect: 100-continue", "Connection: close"
            ).utf8),
          Array("{\"resourceType\":\"Patient\"}".utf8),
        ], pauseInMilliseconds: 300, waitingInSeconds: 3)
      #expect(exchange.text.hasPrefix("HTTP/1.1 100 Continue"), "\(exchange.text)")
      #expect(exchange.text.contains("201 Created"))
    }
  }
}
