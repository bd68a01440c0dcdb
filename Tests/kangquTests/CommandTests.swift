import Foundation
import TestSupport
import Testing

/// The commands as they are promised to scripts.
@Suite(.serialized) struct CommandTests {
  private static let patient = #"{"resourceType":"Patient","id":"p1","name":[{"given":["一","二"]}]}"#

  @Test(arguments: [
    "", "serve", "load", "fhirpath", "validate", "seed", "backup", "restore", "verify", "demo",
    "people", "people link", "terms", "terms import", "terms diff",
  ])
  func `every help has an example, a Chinese abstract and fits 80 columns`(name: String) throws {
    let words = name.isEmpty ? ["--help"] : ["help"] + name.split(separator: " ").map(String.init)
    let help = try Command.run(words)
    #expect(help.status == 0)
    #expect(help.output.contains("EXAMPLE"))
    #expect(help.output.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
    for line in help.output.split(separator: "\n") {
      let columns = line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
      #expect(columns <= 80, "\(line)")
    }
  }

  @Test func `fhirpath writes an array of types and values`() throws {
    let folder = try Folder()
    let file = try folder.file("patient.json", Self.patient)
    let given = try Command.run("fhirpath", "--resource", file, "name.given")
    #expect(given.status == 0)
    #expect(
      given.output == #"[{"type":"string","value":"一"},{"type":"string","value":"二"}]"# + "\n")
    let minus = try Command.run("fhirpath", "--resource", file, "--", "-1.5")
    #expect(minus.output == #"[{"type":"decimal","value":-1.5}]"# + "\n", "\(minus.talk)")
    let wrong = try Command.run("fhirpath", "--resource", file, "name.(")
    #expect(wrong.status == 1)
    #expect(wrong.output.isEmpty)
    #expect(wrong.talk.contains("^"))
  }

  @Test func `validate writes an outcome a line and exits with 1 when any is invalid`() throws {
    let folder = try Folder()
    let good = try folder.file("good.json", Self.patient)
    let mixed = try folder.file(
      "mixed.ndjson", Self.patient + "\n" + #"{"resourceType":"Patient","gender":"x"}"# + "\n{\n")
    let fine = try Command.run("validate", good)
    #expect(fine.status == 0)
    let bad = try Command.run("validate", good, mixed)
    #expect(bad.status == 1)
    let lines = bad.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"resourceType":"OperationOutcome""#) })
    #expect(lines[2].contains("Patient.gender"))
  }

  @Test func `loading twice doubles nothing, and what is refused is named`() throws {
    let folder = try Folder()
    _ = try folder.file(
      "a.ndjson", Self.patient + "\n" + #"{"resourceType":"Basic","code":{"text":"x"}}"#)
    let bundle = """
      {"resourceType":"Bundle","type":"transaction","entry":[{
      "fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001",
      "resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}
      """
    _ = try folder.file("b.json", bundle)
    let data = try Folder()
    let place = data.path + "/data"
    for _ in 0..<2 {
      let load = try Command.run("load", "--data", place, folder.path)
      #expect(load.status == 0, "\(load.talk)")
      #expect(load.output.hasPrefix("stored 3 refused 0"), "\(load.output)")
    }
    let verify = try Command.run("verify", "--data", place)
    #expect(verify.status == 0)
    #expect(verify.output.contains("resources 3"), "\(verify.output)")
    let bad = try folder.file(
      "c.ndjson",
      Self.patient.replacing("p1", with: "p2") + "\n" + #"{"resourceType":"Patient","gender":"x"}"#)
    let refused = try Command.run("load", "--data", place, bad)
    #expect(refused.status == 1)
    #expect(refused.output.hasPrefix("stored 1 refused 1"), "\(refused.output)")
    #expect(refused.talk.contains("c.ndjson:2"))
    #expect(refused.talk.contains("Patient.gender"))
  }

  @Test func `the same seed writes the same bytes`() throws {
    let words = ["seed", "--residents", "20", "--seed", "3", "--years", "1"]
    let first = try Command.run(words)
    let second = try Command.run(words)
    #expect(first.status == 0)
    #expect(first.output == second.output)
    #expect(first.output.split(separator: "\n").count > 40)
  }

  @Test func `no sign-in is refused on an address that others reach`() throws {
    let folder = try Folder()
    let words = ["serve", "--data", folder.path + "/d", "--listen", "0.0.0.0:0", "--no-sign-in"]
    let result = try Command.run(words)
    #expect(result.status != 0)
    #expect(result.talk.contains("loopback") && result.talk.contains("本机"))
  }
}
