import ArgumentParser
import CardOffice
import FHIR
import Foundation
import Trust

/// `kangqu card practitioner`: certificates by which practitioners sign 医务人员证书.
struct CardPractitioner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "practitioner", abstract: "医务人员证书 · Practitioners' certificates",
    subcommands: [Issue.self, Revoke.self, List.self])

  struct Issue: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "签发 · Issues a certificate and writes it as PEM",
      discussion: """
        With --public-key the practitioner keeps the private key, say on a USB
        key; without, a key is made and kept sealed with the region's.
        不给 --public-key 时,私钥由平台加密保管。

        EXAMPLE
          kangqu card practitioner issue --data /var/lib/kangqu \\
            --kek-file /etc/kangqu/card.kek --name 王医生 --number 110429900000123
        """)

    @OptionGroup var place: CardKeys.Place

    @Option(help: ArgumentHelp("姓名 · Name", valueName: "text"))
    var name: String

    @Option(help: ArgumentHelp("执业证书编号 · Licence number", valueName: "text"))
    var number: String

    @Option(help: ArgumentHelp("机构 · Institution", valueName: "text"))
    var organization: String?

    @Option(
      help: ArgumentHelp("公钥 · 04 ‖ x ‖ y in hexadecimal", valueName: "hex"))
    var publicKey: String?

    func run() throws {
      guard number.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw ValidationError("--number must be visible ASCII. 编号须为可见ASCII字符")
      }
      let point = try publicKey.map { text throws(Anomaly) in try Hex.bytes(text) }
      var pem = ""
      try place.change { (keys, now) throws(Anomaly) in
        let subject = try DistinguishedName(
          (.country, "CN"), (.organization, organization ?? keys.region), (.commonName, name),
          (.serialNumber, number))
        pem = try keys.certify(subject, for: .practitioner, point: point, at: now)
          .certificate.pem
      }
      Output.line(pem)
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "撤销 · Revokes a certificate for good",
      discussion: """
        EXAMPLE
          kangqu card practitioner revoke 5f0a… --data /var/lib/kangqu \\
            --kek-file /etc/kangqu/card.kek --reason affiliationChanged
        """)

    @OptionGroup var place: CardKeys.Place

    @Argument(help: "序列号 · The certificate's serial number, from `list`")
    var serial: String

    @Option(help: "原因 · Why, RFC 5280 §5.3.1")
    var reason = RevocationList.Reason.unspecified

    func run() throws {
      let bytes = try Hex.bytes(serial)
      try place.change { (keys, now) throws(Anomaly) in
        try keys.revoke(bytes, because: reason, at: now)
      }
      Output.line("revoked 已撤销 \(serial)")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · Lists the certificates, the newest last",
      discussion: """
        EXAMPLE
          kangqu card practitioner list --data /var/lib/kangqu \\
            --kek-file /etc/kangqu/card.kek
        """)

    @OptionGroup var place: CardKeys.Place

    func run() throws {
      try place.read { (keys) throws(Anomaly) in
        for issued in keys.ledger where issued.purpose == .practitioner {
          let state =
            issued.revocation.map { "revoked 已撤销 \($0.at.text) \($0.reason)" } ?? "valid 有效"
          Output.line(
            "\(issued.serialNumber) \(issued.certificate.subject.text) until "
              + "\(issued.certificate.validUntil.text) \(state)")
        }
      }
    }
  }
}

extension RevocationList.Reason: ExpressibleByArgument {
  package init?(argument: String) {
    guard let reason = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = reason
  }

  package static var allValueStrings: [String] { allCases.map { "\($0)" } }
  package var defaultValueDescription: String { "\(self)" }
}
