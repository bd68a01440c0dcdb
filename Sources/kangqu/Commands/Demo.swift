import ArgumentParser
import CardOffice
import District
import FHIR
import Foundation
import HTTPAPI
import Trust

/// `kangqu demo`: a living district to look at, in one command.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "演示 · Shows a living district in the browser",
    usage: "kangqu demo [--data <dir>] [--listen <host:port>] ...",
    discussion: """
      Makes a small invented district when the directory is empty, serves it
      on this machine and prints its address. Without --data the district is
      gone when the command ends. 不给 --data 时,结束后数据即删除。

      EXAMPLE
        kangqu demo --residents 1000 --seed 7
      """)

  @Option(help: ArgumentHelp("数据目录 · Where the district is kept", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("监听地址 · Where to listen", valueName: "host:port"))
  var listen = "127.0.0.1:8080"

  @Option(help: ArgumentHelp("居民人数 · How many residents", valueName: "n"))
  var residents = 300

  @Option(help: ArgumentHelp("种子 · Another number, another district", valueName: "n"))
  var seed: UInt64 = 7

  func run() async throws {
    guard let address = ListenAddress(listen), address.isLoopback else {
      throw ValidationError("--listen must be a loopback HOST:PORT. --listen 须为本机地址")
    }
    var settings = ServerSettings()
    settings.address = address
    settings.requiresSignIn = false
    let directory = data ?? NSTemporaryDirectory() + "kangqu-demo-\(getpid())"
    defer {
      if data == nil { Self.discard(directory) }
    }
    let place = try DataDirectory.open(directory)
    let keys = try Self.keys(in: directory)
    if place.store.statistics().sequence == 0 {
      Talk.say("kangqu: 正在生成演示县区 · making a district of \(residents) residents")
      let district = try LivingDistrict(
        residents: residents, seed: seed, endingOn: Self.today, density: 1)
      let cards = DistrictCards(keys: keys, seed: seed, now: Instant(milliseconds: World.now()))
      _ = try await Settling(district: district, store: place.store, cards: cards).run()
    }
    try await place.serve(settings, cards: CardSettings(keys: keys)) { address in
      Output.line("http://\(address)/")
      Talk.say("kangqu: 请在浏览器打开 http://\(address)/ · open it in a browser; Ctrl-C ends")
    }
  }

  /// The district lives until today.
  private static var today: Day {
    let date = PartialDate(milliseconds: World.now())
    return Day(year: date.year, month: date.month, day: date.day)
  }

  /// The keys of the district that never was; what opens them lies beside them, in this command
  /// alone, because there is nobody whom they would protect.
  private static func keys(in directory: String) throws(Anomaly) -> RegionKeys {
    let module = try OpenSSLModule()
    let secret = directory + "/demo-card.kek"
    let file = KeyFile(directory: directory)
    guard !file.exists else {
      let wrapping = try RegionKeys.wrappingKey(PrivateFile.text(secret), module)
      return try file.load(under: wrapping, module)
    }
    let text = Hex.text(try module.randomBytes(SM4.keyByteCount))
    try PrivateFile.write(Array(text.utf8), to: secret)
    let keys = try RegionKeys.make(
      region: DistrictCards.region, cityCode: DistrictCards.cityCode,
      at: Instant(milliseconds: World.now()), module)
    try file.save(keys, under: RegionKeys.wrappingKey(text, module))
    return keys
  }

  private static func discard(_ directory: String) {
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      Talk.say("kangqu: 请手动删除 · please remove \(directory): \(error.localizedDescription)")
    }
  }
}
