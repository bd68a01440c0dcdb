import FHIR
import Testing

@testable import HTTPAPI

/// Without an account nothing of the data shows.
@Suite struct SignInTests {
  @Test func `everything that could show data is Unauthorized without a trace of it`() async throws
  {
    try await TestServer.run(settings { $0.requiresSignIn = true }) { server in
      let document = try JSONDocument.parse(JSON.patient("secret", family: "机密").encoded())
      _ = try await server.store.write(
        .update(.init(type: try #require(Schema.r4.type(named: "Patient")), id: "secret"), document)
      )
      for path in [
        "", "Patient", "Patient/secret", "Patient/none", "Patient/secret/_history", "_history",
        "Patient/secret/$everything", "$meta", "Patient?name=机",
      ] {
        let answer = try await server.get(path.replacing("机", with: "%E6%9C%BA"))
        #expect(answer.status == 401, "\(path)")
        #expect(answer.issue["code"] == "login")
        #expect(!answer.text.contains("机密"))
        #expect(answer["ETag"] == nil && answer["Last-Modified"] == nil)
      }
      for method in ["PUT", "DELETE", "PATCH"] {
        let answer = try await server.send(
          method, "Patient/secret", .patient("secret", family: "改"))
        #expect(answer.status == 401)
      }
      let existing = try await server.get("Patient/secret")
      let missing = try await server.get("Patient/none")
      #expect(existing.body == missing.body)
    }
  }

  @Test func `the statement, health and figures are open`() async throws {
    try await TestServer.run(settings { $0.requiresSignIn = true }) { server in
      for path in ["metadata", "/livez", "/readyz", "/metrics"] {
        let answer = try await server.get(path)
        #expect(answer.status == 200, "\(path)")
      }
      #expect(try await server.get(".well-known/smart-configuration").status == 404)
    }
  }

  @Test(arguments: [
    ("Origin", "http://evil.example", 403), ("Origin", "null", 403),
    ("Sec-Fetch-Site", "cross-site", 403), ("Sec-Fetch-Site", "same-site", 403),
    ("Sec-Fetch-Site", "same-origin", 200), ("X-None", "", 200),
  ])
  func `a form counts only when a page of this server sent it`(
    field: String, value: String, status: Int
  ) async throws {
    let pages = PageRoutes(
      isPublic: { _ in false },
      page: { request in
        guard request.path == "/form", request.isForm else { return nil }
        return PageRoutes.Reply(status: 200, contentType: "text/plain", headers: [], body: [])
      })
    try await TestServer.run(pages: pages) { server in
      let answer = try await server.send(
        "POST", "/form", Array("a=b".utf8), type: "application/x-www-form-urlencoded",
        headers: [field: value])
      #expect(answer.status == status, "\(answer.text)")
    }
  }

  @Test(arguments: [
    ("127.0.0.1:80", true), ("127.8.8.8:80", true), ("localhost:1", true), ("[::1]:1", true),
    ("0.0.0.0:80", false), ("10.0.0.1:80", false), ("127.evil.org:80", false),
    ("1270.0.0.1:80", false), ("[::]:80", false),
  ])
  func `knows which addresses only this machine reaches`(text: String, isLoopback: Bool) throws {
    #expect(try #require(ListenAddress(text)).isLoopback == isLoopback)
  }
}
