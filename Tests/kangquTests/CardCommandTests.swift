import Foundation
import Testing

/// `kangqu card` as an operator and a terminal use it.
@Suite("kangqu card") struct CardCommandTests {
  private func begun() throws -> (folder: Folder, data: String, kek: String) {
    let folder = try Folder()
    let kek = try folder.file("card.kek", String(repeating: "5a", count: 16) + "\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: kek)
    let data = folder.path + "/data"
    let made = try Command.run(
      "card", "keys", "init", "--data", data, "--region", "和安县", "--area", "429900",
      "--kek-file", kek)
    #expect(made.status == 0, "\(made.talk)")
    return (folder, data, kek)
  }

  @Test func `keys are kept for the owner alone and never replaced`() throws {
    let (folder, data, kek) = try begun()
    let file = data + "/card-keys.json"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    let again = try Command.run(
      "card", "keys", "init", "--data", data, "--region", "和安县", "--area", "429900",
      "--kek-file", kek)
    #expect(again.status == 1)
    #expect(again.talk.contains("已存在"))
    withExtendedLifetime(folder) {}
  }

  @Test func `a key file that others may read, and a wrong key, open nothing`() throws {
    let (folder, data, kek) = try begun()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: kek)
    let open = try Command.run("card", "keys", "show", "--data", data, "--kek-file", kek)
    #expect(open.status == 1)
    #expect(open.talk.contains("chmod 600"))
    let other = try folder.file("other.kek", String(repeating: "77", count: 16))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: other)
    let wrong = try Command.run("card", "keys", "show", "--data", data, "--kek-file", other)
    #expect(wrong.status == 1)
    #expect(wrong.talk.contains("密钥加密密钥不正确"))
    #expect(!wrong.talk.contains("7777"))
  }

  @Test func `rotation is told by versions and check values, never by keys`() throws {
    let (folder, data, kek) = try begun()
    let rotated = try Command.run("card", "keys", "rotate", "--data", data, "--kek-file", kek)
    #expect(rotated.status == 0, "\(rotated.talk)")
    let shown = try Command.run("card", "keys", "show", "--data", data, "--kek-file", kek)
    #expect(shown.output.contains("IRK_DDF1 version 2 check "))
    #expect(shown.output.split(separator: "\n").count { $0.hasPrefix("issuer ") } == 2)
    withExtendedLifetime(folder) {}
  }

  @Test func `practitioners' certificates are issued, listed and revoked`() throws {
    let (folder, data, kek) = try begun()
    let place = ["--data", data, "--kek-file", kek]
    let issued = try Command.run(
      ["card", "practitioner", "issue", "--name", "王医生", "--number", "110429900000123"] + place)
    #expect(issued.output.contains("BEGIN CERTIFICATE"))
    let listed = try Command.run(["card", "practitioner", "list"] + place)
    #expect(listed.output.contains("王医生"))
    let serial = String(listed.output.prefix { $0 != " " })
    let revoked = try Command.run(
      ["card", "practitioner", "revoke", serial, "--reason", "affiliationChanged"] + place)
    #expect(revoked.status == 0, "\(revoked.talk)")
    #expect(
      try Command.run(["card", "practitioner", "list"] + place).output.contains("已撤销"))
    withExtendedLifetime(folder) {}
  }

  @Test func `a terminal's folder decides without a network`() throws {
    let (folder, data, kek) = try begun()
    let trust = folder.path + "/terminal"
    let written = try Command.run(
      "card", "terminal", trust, "--data", data, "--kek-file", kek)
    #expect(written.status == 0, "\(written.talk)")
    let decided = try Command.run("card", "verify", "id:1:abc", "--trust", trust)
    #expect(decided.status == 1)
    #expect(decided.output.hasPrefix("refused 拒绝 malformed"))
  }
}
