import ArgumentParser
import CardOffice
import Credentials
import FHIR
import Foundation
import Trust

/// `kangqu card`: keys, terminals and certificates of the resident health card.
struct CardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "居民健康卡 · The resident health card",
    discussion: """
      The region's keys are kept in the data directory, sealed under a
      key-encryption key that the operator keeps elsewhere and hands over by
      --kek-file or in KANGQU_CARD_KEK. 密钥在数据目录内加密保存。

      EXAMPLE
        (umask 077; openssl rand -hex 16 > /etc/kangqu/card.kek)
        kangqu card keys init --data /var/lib/kangqu --region 和安县 \\
          --area 429900 --kek-file /etc/kangqu/card.kek
      """,
    subcommands: [
      CardKeys.self, CardPractitioner.self, CardTerminal.self, CardVerify.self,
    ])
}

/// `kangqu card terminal`: what a terminal needs.
struct CardTerminal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terminal", abstract: "终端材料 · Writes what a terminal needs",
    discussion: """
      Certificates, the list of revoked certificates and the signed list of
      cards that are not accepted, for a terminal without a network. Nothing
      in it is secret; the lists count for 24 hours.
      导出证书、证书撤销列表和黑名单,供离线终端使用,有效期24小时。

      EXAMPLE
        kangqu card terminal /media/terminal --data /var/lib/kangqu \\
          --kek-file /etc/kangqu/card.kek
      """)

  @Argument(help: "目录 · Where to write")
  var folder: String

  @Option(help: ArgumentHelp("数据目录 · Data directory, not in use", valueName: "dir"))
  var data: String

  @OptionGroup var kek: KeyOptions

  func run() async throws {
    let module = try OpenSSLModule()
    let keys = try KeyFile(directory: data).load(under: kek.neededKey(module), module)
    let place = try DataDirectory.open(data)
    let kit = try await place.using { () async throws(Anomaly) in
      try await CardRegistry(store: place.store, clock: World.now, keys: keys).terminalKit()
    }
    try TerminalFolder(path: folder).write(kit)
    Output.line(
      "\(folder): \(kit.issuers.count) issuers, \(kit.blacklist.count) refused cards, "
        + "until \(kit.blacklist.nextUpdate.text)")
  }
}

/// `kangqu card verify`: decides about codes as a terminal does, without a network.
struct CardVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "离线核验 · Verifies codes without a network",
    discussion: """
      Writes one line for each code: accepted with the card's id, or refused
      with the reason. A code counts once in one run. The exit code is 1 when
      any is refused. With - the codes are read from standard input, one a line.
      每个码输出一行结果;有被拒绝者退出码为 1。

      EXAMPLE
        kangqu card verify "$CODE" --trust /media/terminal
        kangqu card verify - --trust /media/terminal < codes.txt
      """)

  @Argument(help: "健康码 · The text of a code, or -")
  var code: String

  @Option(help: ArgumentHelp("终端材料目录 · What the terminal holds", valueName: "dir"))
  var trust: String

  func run() throws {
    let module = try OpenSSLModule()
    let now = Instant(milliseconds: World.now())
    var verifier = try TerminalFolder(path: trust).read()
      .verifier(module, at: now, HealthCodeSettings())
    var areAccepted = true
    func decide(_ text: String) throws {
      switch try verifier.verify(text, at: Instant(milliseconds: World.now())) {
      case .accepted(let code):
        Output.line("accepted 有效 \(code.healthCardID) until \(code.expires.text)")
      case .refused(let refusal):
        areAccepted = false
        Output.line("refused 拒绝 \(refusal.rawValue): \(refusal.chinese) · \(refusal.english)")
      }
    }
    if code == "-" {
      while let line = readLine() { try decide(line) }
    } else {
      try decide(code)
    }
    if !areAccepted { throw ExitCode.failure }
  }
}
