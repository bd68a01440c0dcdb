import FHIR
import HTTPAPI
import Synchronization
import TestSupport
import Testing

/// Forms with files. <https://www.rfc-editor.org/rfc/rfc7578>
@Suite struct MultipartTests {
  private final class Seen: Sendable {
    let requests = Mutex<[PageRoutes.Request]>([])
  }

  /// What the pages are given for a body; the answer is told too.
  private func send(_ body: [UInt8], _ type: String) async throws -> (
    TestServer.Answer, PageRoutes.Request?
  ) {
    let seen = Seen()
    let pages = PageRoutes(
      isPublic: { _ in true },
      page: { asked in
        seen.requests.withLock { $0.append(asked) }
        return PageRoutes.Reply(status: 200, contentType: "text/plain", headers: [], body: [])
      })
    var answer: TestServer.Answer?
    try await TestServer.run(pages: pages) { server in
      answer = try await server.send("POST", "/form", body, type: type)
    }
    return (try #require(answer), seen.requests.withLock { $0.first })
  }

  private static let type = "multipart/form-data; boundary=\"a b\""

  private static let whole = Array(
    ("--a b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n疾病\r\n分类\r\n"
      + "--a b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;%22b.csv\"\r\n"
      + "Content-Type: text/csv\r\n\r\n1,2\r\n--a\r\n\r\n--a b\r\n"
      + "content-disposition: form-data; name=empty\r\n\r\n\r\n--a b--\r\n").utf8)

  @Test func `fields and files arrive as they were sent`() async throws {
    let (answer, asked) = try await send(Self.whole, Self.type)
    #expect(answer.status == 200, "\(answer.text)")
    let request = try #require(asked)
    #expect(request.isForm)
    #expect(request.query.map(\.name) == ["title", "empty"])
    #expect(request.query.map(\.value) == ["疾病\r\n分类", ""])
    #expect(request.files.map(\.name) == ["a;\"b.csv"])
    #expect(request.files.map(\.field) == ["file"])
    #expect(request.files.first?.bytes == Array("1,2\r\n--a\r\n".utf8))
  }

  @Test func `bytes of a file are any bytes`() async throws {
    let bytes = (0...255).map { UInt8($0) }
    let head = "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"b\"\r\n\r\n"
    let body = Array(head.utf8) + bytes + Array("\r\n--x--".utf8)
    let (answer, asked) = try await send(body, "multipart/form-data; boundary=x")
    #expect(answer.status == 200)
    #expect(asked?.files.first?.bytes == bytes)
  }

  @Test(arguments: [
    ("multipart/form-data", "--x--"), ("multipart/form-data; boundary=", "--x--"),
    ("multipart/form-data; boundary=x", ""), ("multipart/form-data; boundary=x", "--y\r\n"),
    ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb"),
    ("multipart/form-data; boundary=x", "--x\r\n\r\nb\r\n--x--"),
    ("multipart/form-data; boundary=x", "--x\r\nA: b\r\n\r\nb\r\n--x--"),
    (
      "multipart/form-data; boundary=x",
      "--x\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--x--"
    ), ("multipart/form-data; boundary=x", "--x"), ("multipart/form-data; boundary=x", "--x-"),
  ])
  func `a form that cannot be read is refused`(type: String, body: String) async throws {
    let (answer, asked) = try await send(Array(body.utf8), type)
    #expect(answer.status == 400, "\(answer.text)")
    #expect(asked == nil)
  }

  @Test func `a form of too many parts, or of another kind, is refused`() async throws {
    let part = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n"
    let many = Array((String(repeating: part, count: 101) + "--x--").utf8)
    #expect(try await send(many, "multipart/form-data; boundary=x").0.status == 400)
    #expect(try await send(Array("a=b".utf8), "text/plain").0.status == 415)
    let plain = "application/x-www-form-urlencoded"
    #expect(try await send([0x61, 0x3D, 0xFF], plain).0.status == 400)
    let (_, asked) = try await send(Array("a=%E7%97%85".utf8), plain)
    #expect(asked?.query.first?.value == "病")
  }

  @Test func `no damage to a form brings the server down`() async throws {
    var random = SeededRandom(seed: 5)
    let pages = PageRoutes(
      isPublic: { _ in true },
      page: { _ in
        PageRoutes.Reply(status: 200, contentType: "text/plain", headers: [], body: [])
      })
    try await TestServer.run(pages: pages) { server in
      for _ in 0..<300 {
        var body = Self.whole
        for _ in 0..<Int.random(in: 1...6, using: &random) where body.count > 1 {
          let place = Int.random(in: 0..<body.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: body[place] = UInt8.random(in: 0...255, using: &random)
          case 1: body.remove(at: place)
          default: body.removeLast(min(body.count - 1, body.count - place))
          }
        }
        let answer = try await server.send("POST", "/form", body, type: Self.type)
        #expect([200, 400].contains(answer.status))
      }
    }
  }
}
