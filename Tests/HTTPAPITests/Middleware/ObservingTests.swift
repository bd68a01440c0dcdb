import FHIR
import Testing

@testable import HTTPAPI

/// Logs and figures: enough to run the server, nothing about a person.
@Suite struct ObservingTests {
  @Test func `a request is one JSON line without ids or values`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("id-of-a-person", family: "司马")
      _ = try await server.get("Patient/id-of-a-person?_elements=name")
      let traced = try await server.get("Patient/none", headers: ["X-Request-Id": "trace-1"])
      #expect(traced["X-Request-Id"] == "trace-1")
      try await Task.sleep(for: .milliseconds(400))
      let text = String(decoding: server.log.bytes.withLock { $0 }, as: UTF8.self)
      let lines = try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
      #expect(lines.count == 3)
      #expect(lines[0]["method"] == "PUT")
      #expect(lines[0]["route"] == "/fhir/[type]/[id]")
      #expect(lines[0]["status"] == 201)
      #expect(lines[2]["request"] == "trace-1")
      for secret in ["id-of-a-person", "司马", "_elements"] { #expect(!text.contains(secret)) }
    }
  }

  @Test func `a request id that could break a line is replaced`() async throws {
    try await TestServer.run { server in
      let answer = try await server.get("/livez", headers: ["X-Request-Id": "a\"b{}"])
      #expect(answer["X-Request-Id"] != "a\"b{}")
    }
  }

  @Test func `the figures are Prometheus text with bounded labels`() async throws {
    try await TestServer.run { server in
      try await server.putPatient("id-of-a-person")
      for number in 0..<20 { _ = try await server.get("Patient/x\(number)") }
      let text = try await server.get("/metrics").text
      let labels = #"{route="/fhir/[type]/[id]",method="GET",status="404"}"#
      #expect(text.contains("kangqu_http_request_seconds_count\(labels) 20"), "\(text)")
      #expect(text.contains("kangqu_store_resources 1"))
      #expect(!text.contains("id-of-a-person"))
      for line in text.split(separator: "\n") where !line.hasPrefix("#") {
        #expect(line.split(separator: " ").count == 2, "\(line)")
      }
    }
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
  ])
  func `dates are written and read as HTTP has them`(seconds: Int64, text: String) {
    #expect(HTTPDate.format(seconds * 1_000) == text)
    #expect(HTTPDate.parse(text) == seconds)
    #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT") == nil)
  }
}
