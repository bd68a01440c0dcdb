import FHIR
import TestSupport
import Testing

@testable import HTTPAPI

/// The reference searches give the same by GET, by POST and page by page along the links.
@Suite(.enabled(if: Reference.isPresent, "reference data absent")) struct SearchAgreementTests {
  private static let groups = [
    "chain", "composite", "date", "include", "number", "quantity", "reference", "string", "token",
    "uri",
  ]

  @Test func `GET, POST to _search and pages of two agree`() async throws {
    var passed = 0
    var total = 0
    for group in Self.groups {
      let file = try JSON(parsing: try Reference.bytes("fhir-search-cases/\(group).json"))
      try await TestServer.run { server in
        let setup = try #require(file["setup"])
        let stored = try await server.send("POST", "", setup)
        #expect(stored.status == 200, "\(group): \(stored.text.prefix(400))")
        for item in file["cases"]?.items ?? [] {
          total += 1
          if let problem = try await Self.problem(item, group, server) {
            Issue.record("\(item["id"]?.string ?? ""): \(problem)")
          } else {
            passed += 1
          }
        }
      }
    }
    print("CONFORMANCE fhir-search-cases, GET = POST = pages over HTTP: \(passed)/\(total)")
    #expect(passed == total)
  }

  private static func problem(_ item: JSON, _ group: String, _ server: TestServer) async throws
    -> String?
  {
    guard let type = item["type"]?.string, let written = item["query"]?.string else {
      return "no case"
    }
    let query = group == "uri" ? written.replacing("|", with: "%7C") : encoded(written)
    let get = try await server.get("\(type)?\(query)&_count=1000")
    let post = try await server.send(
      "POST", "\(type)/_search", Array((query + "&_count=1000").utf8),
      type: "application/x-www-form-urlencoded")
    guard get.status == post.status else { return "GET \(get.status), POST \(post.status)" }
    guard get.status == 200 else {
      return get.json["resourceType"] == "OperationOutcome" ? nil : "refused without an outcome"
    }
    let keys = matches(get)
    guard matches(post) == keys else { return "GET and POST differ" }
    var found: [String] = []
    var url: String? = "\(type)?\(query)&_count=2"
    for _ in 0..<500 {
      guard let page = url else { break }
      let answer = try await server.get(page)
      guard answer.status == 200 else { return "a page answered \(answer.status)" }
      found += matches(answer)
      url = answer.link("next")
    }
    return found.sorted() == keys.sorted() ? nil : "pages give \(found), the whole \(keys)"
  }

  private static func matches(_ answer: TestServer.Answer) -> [String] {
    (answer.json["entry"]?.items ?? []).filter { $0["search"]?["mode"] == "match" }
      .map {
        "\($0["resource"]?["resourceType"]?.string ?? "")/\($0["resource"]?["id"]?.string ?? "")"
      }
  }

  /// Encodes what a query does not use as a sign of its own.
  private static func encoded(_ query: String) -> String {
    query.unicodeScalars.map { scalar in
      scalar.isASCII && !" |{}\"<>^`%+".unicodeScalars.contains(scalar)
        ? String(scalar) : PercentEncoding.encode(String(scalar))
    }.joined()
  }
}
