import ArgumentParser
import CardOffice
import Credentials
import FHIR
import Foundation
import Trust

/// `kangqu card keys`: the region's keys are made, renewed and shown.
struct CardKeys: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "密钥管理 · Keys of the region",
    subcommands: [Begin.self, Rotate.self, Show.self])

  /// The directory and the key that opens it.
  struct Place: ParsableArguments {
    @Option(help: ArgumentHelp("数据目录 · Data directory", valueName: "dir"))
    var data: String

    @OptionGroup var kek: KeyOptions

    func change(_ work: (inout RegionKeys, Instant) throws(Anomaly) -> Void) throws(Anomaly) {
      let module = try OpenSSLModule()
      let wrapping = try kek.neededKey(module)
      let file = KeyFile(directory: data)
      var keys = try file.load(under: wrapping, module)
      try work(&keys, Instant(milliseconds: World.now()))
      try file.save(keys, under: wrapping)
    }

    func read<T>(_ work: (RegionKeys) throws(Anomaly) -> T) throws(Anomaly) -> T {
      let module = try OpenSSLModule()
      return try work(
        try KeyFile(directory: data).load(under: kek.neededKey(module), module))
    }
  }

  struct Begin: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "建立密钥 · Makes the keys of a region",
      discussion: """
        Makes an authority with its root certificate, the first issuer of codes
        and the first version of every chip key. Refuses to replace keys.
        建立根证书、发码证书和各类卡密钥的第1版;已有密钥时拒绝执行。

        EXAMPLE
          (umask 077; openssl rand -hex 16 > /etc/kangqu/card.kek)
          kangqu card keys init --data /var/lib/kangqu --region 和安县 \\
            --area 429900 --kek-file /etc/kangqu/card.kek
        """)

    @OptionGroup var place: Place

    @Option(help: ArgumentHelp("地区名称 · Name of the region", valueName: "text"))
    var region: String

    @Option(help: ArgumentHelp("城市代码 · Its code, GB/T 2260", valueName: "digits"))
    var area: String

    func run() throws {
      let module = try OpenSSLModule()
      let wrapping = try place.kek.neededKey(module)
      let file = KeyFile(directory: place.data)
      guard !file.exists else {
        throw Anomaly.conflict(
          "\(file.path) exists; keys are renewed by `kangqu card keys rotate`.",
          chinese: "\(file.path) 已存在,更新请用 kangqu card keys rotate。")
      }
      do {
        try FileManager.default.createDirectory(
          atPath: place.data, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      } catch {
        throw Anomaly(.unavailable, "\(place.data) cannot be made", chinese: "无法建立目录")
      }
      let keys = try RegionKeys.make(
        region: region, cityCode: area, at: Instant(milliseconds: World.now()), module)
      try file.save(keys, under: wrapping)
      Output.line("\(file.path): \(keys.authority.certificate)")
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "轮换密钥 · Begins new keys",
      discussion: """
        New codes are signed by a new issuer, new chips get a new version of
        each key; older chips are accepted for some years more. A server takes
        the new keys when it starts again. 服务重启后启用新密钥。

        EXAMPLE
          kangqu card keys rotate --data /var/lib/kangqu \\
            --kek-file /etc/kangqu/card.kek --accept-old-years 10
        """)

    @OptionGroup var place: Place

    @Option(
      help: ArgumentHelp("旧卡继续有效年数 · Years for older chips", valueName: "n"))
    var acceptOldYears = 10

    @Flag(help: "旧发码密钥已泄露,立即撤销 · The issuer's key became known")
    var compromised = false

    func validate() throws {
      guard (0...50).contains(acceptOldYears) else {
        throw ValidationError("--accept-old-years must be 0 to 50. 须为0至50")
      }
    }

    func run() throws {
      try place.change { (keys, now) throws(Anomaly) in
        try keys.rotate(
          at: now, oldAcceptedUntil: now.adding(years: acceptOldYears),
          isCompromised: compromised)
      }
      try place.read { (keys) throws(Anomaly) in CardKeysText.write(keys) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看密钥 · Shows certificates, versions and check values",
      discussion: """
        EXAMPLE
          kangqu card keys show --data /var/lib/kangqu \\
            --kek-file /etc/kangqu/card.kek
        """)

    @OptionGroup var place: Place

    func run() throws {
      try place.read { (keys) throws(Anomaly) in try CardKeysText.writeAll(keys) }
    }
  }
}

/// What is told of keys: never the keys.
enum CardKeysText {
  static func write(_ keys: RegionKeys) {
    Output.line("\(keys.region) \(keys.cityCode) root \(keys.authority.certificate)")
    for signer in keys.issuers {
      let certificate = signer.certificate
      let state = keys.isRevoked(certificate) ? "revoked 已撤销" : "valid 有效"
      Output.line(
        "issuer \(certificate) \(certificate.validFrom.text) – \(certificate.validUntil.text) "
          + state)
    }
  }

  static func writeAll(_ keys: RegionKeys) throws(Anomaly) {
    write(keys)
    for name in KeyClass.all {
      for version in keys.hierarchy.classes[name]?.versions ?? [] {
        let check = Hex.text(try KeyHierarchy.checkValue(of: version.key))
        let end = version.acceptedUntil.map { " accepted until \($0.text)" } ?? ""
        Output.line(
          "\(name.name) version \(version.number) check \(check) from \(version.begins.text)\(end)")
      }
    }
  }
}
