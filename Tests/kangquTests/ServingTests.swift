import Foundation
import Testing

/// The server as a process: how it starts, shares its data with no other, and ends.
@Suite(.serialized) struct ServingTests {
  @Test func `ends with 0 on SIGTERM`() async throws {
    let server = try await RunningServer()
    #expect(server.address.hasPrefix("http://127.0.0.1:"))
    #expect(server.end() == 0)
  }

  @Test func `a second process on the same data is refused with the holder's pid`() async throws {
    let server = try await RunningServer()
    let start = ContinuousClock.now
    let second = try Command.run("serve", "--data", server.data, "--listen", "127.0.0.1:0")
    #expect(second.status == 1)
    #expect(second.talk.contains("\(server.process.processIdentifier)"), "\(second.talk)")
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(server.end() == 0)
  }

  @Test func `an address in use is told in two languages`() async throws {
    let server = try await RunningServer()
    let folder = try Folder()
    let port = server.address.split(separator: ":").last.map { $0.filter(\.isNumber) } ?? ""
    let words = ["serve", "--data", folder.path + "/d", "--listen", "127.0.0.1:\(port)"]
    let other = try Command.run(words)
    #expect(other.status == 1)
    #expect(other.talk.contains("Cannot listen") && other.talk.contains("无法"))
    #expect(server.end() == 0)
  }

  @Test func `a running server loads, verifies and backs itself up, and the backup is whole`()
    async throws
  {
    let server = try await RunningServer()
    let folder = try Folder()
    let file = try folder.file(
      "p.ndjson",
      (0..<300).map { #"{"resourceType":"Patient","id":"p\#($0)"}"# }.joined(separator: "\n"))
    for _ in 0..<2 {
      let load = try Command.run("load", "--server", server.address, file)
      #expect(load.output.hasPrefix("stored 300 refused 0"), "\(load.output) \(load.talk)")
    }
    let live = try Command.run("verify", "--data", server.data)
    #expect(live.status == 0, "\(live.talk)")
    #expect(live.output.contains("resources 300"), "\(live.output)")
    let backup = folder.path + "/b.kangqu"
    let made = try Command.run("backup", "--data", server.data, backup)
    #expect(made.status == 0, "\(made.talk)")
    #expect(server.end() == 0)
    let whole = try Command.run("verify", backup)
    #expect(whole.status == 0)
    let restored = folder.path + "/restored"
    #expect(try Command.run("restore", "--data", restored, backup).status == 0)
    let again = try Command.run("restore", "--data", restored, backup)
    #expect(again.status == 1)
    #expect(again.talk.contains("not empty"))
    let same = try Command.run("verify", "--data", restored)
    #expect(same.output.contains("resources 300"), "\(same.output) \(same.talk)")
    var bytes = try Data(contentsOf: URL(filePath: backup))
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: URL(filePath: backup))
    let damaged = try Command.run("verify", "--file", backup)
    #expect(damaged.status == 1)
    #expect(!damaged.talk.isEmpty)
  }
}
