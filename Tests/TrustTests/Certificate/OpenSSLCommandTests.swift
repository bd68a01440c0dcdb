import FHIR
import Foundation
import Testing
import Trust

/// OpenSSL's own program as the judge of our certificates, and as a maker of others.
@Suite(
  "Certificates by OpenSSL's program",
  .enabled(if: OpenSSLCommand.isPresent, "the program openssl 3 is absent"))
struct OpenSSLCommandTests {
  let region: Region
  let folder: URL

  init() throws {
    region = try Region()
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ text: String, _ name: String) throws -> String {
    let url = folder.appending(path: name)
    try text.write(to: url, atomically: true, encoding: .utf8)
    return url.path
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  /// The program knows the signers' id for the certificate in question alone, so that each step
  /// of the path is asked by itself.
  @Test func `OpenSSL verifies the path of our certificates and refuses a changed one`() throws {
    defer { OpenSSLCommand.remove(folder) }
    let root = try write(region.root.certificate.pem, "root.pem")
    let middle = try write(region.cards.certificate.pem, "middle.pem")
    let terminal = try region.terminal()
    let leaf = try write(terminal.pem, "leaf.pem")
    let arguments = [
      "verify", "-x509_strict", "-partial_chain", "-attime", "1795000000", "-vfyopt",
      "distid:1234567812345678", "-CAfile",
    ]
    for (authority, certificate) in [(root, middle), (middle, leaf)] {
      let good = try OpenSSLCommand.run(arguments + [authority, certificate])
      #expect(good.status == 0, "\(good.text)")
    }
    var der = terminal.der
    der[der.count - 1] ^= 1
    let pem =
      "-----BEGIN CERTIFICATE-----\n"
      + Data(der).base64EncodedString(options: .lineLength64Characters)
      + "\n-----END CERTIFICATE-----\n"
    let bad = try OpenSSLCommand.run(arguments + [middle, write(pem, "bad.pem")])
    #expect(bad.status != 0)
  }

  @Test func `OpenSSL reads our names, times and extensions`() throws {
    defer { OpenSSLCommand.remove(folder) }
    let leaf = try write(region.terminal().pem, "leaf.pem")
    let shown = try OpenSSLCommand.run(
      ["x509", "-in", leaf, "-noout", "-text", "-nameopt", "utf8"])
    for words in [
      "Version: 3", "SM2-with-SM3", "ASN1 OID: SM2", "CN=终端9", "Digital Signature",
      "CA:FALSE", "Not After : Jan  1 00:00:00 2036 GMT",
    ] {
      #expect(shown.text.contains(words), "\(words)\n\(shown.text)")
    }
  }

  @Test func `OpenSSL reads our revocation list`() throws {
    defer { OpenSSLCommand.remove(folder) }
    let list = try region.lists(revoked: [region.terminal()])[1]
    try Data(list.der).write(to: folder.appending(path: "list.der"))
    let shown = try OpenSSLCommand.run(
      ["crl", "-inform", "DER", "-in", path("list.der"), "-noout", "-text"])
    for words in ["Version 2", "Key Compromise", "X509v3 CRL Number", "SM2-with-SM3"] {
      #expect(shown.text.contains(words), "\(words)\n\(shown.text)")
    }
  }

  @Test func `a certificate that OpenSSL made is read and believed`() throws {
    defer { OpenSSLCommand.remove(folder) }
    let made = try OpenSSLCommand.run([
      "req", "-x509", "-newkey", "sm2", "-nodes", "-keyout", path("key.pem"), "-out",
      path("root.pem"), "-sm3", "-sigopt", "distid:1234567812345678", "-days", "30", "-utf8",
      "-subj", "/C=CN/O=市卫健委/CN=市CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    ])
    #expect(made.status == 0, "\(made.text)")
    let text = try String(contentsOfFile: path("root.pem"), encoding: .utf8)
    let certificate = try Certificate(pem: text)
    #expect(certificate.subject[.commonName] == "市CA" && certificate.extensions.isAuthority)
    #expect(try certificate.isSigned(by: certificate, region.module))
  }
}

/// The program `openssl`.
enum OpenSSLCommand {
  static let isPresent: Bool = {
    do { return try run(["version"]).text.hasPrefix("OpenSSL 3") } catch { return false }
  }()

  static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  static func remove(_ folder: URL) {
    do { try FileManager.default.removeItem(at: folder) } catch {
      Issue.record("\(folder.path) stays: \(error)")
    }
  }
}
