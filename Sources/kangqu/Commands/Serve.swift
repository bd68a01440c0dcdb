import ArgumentParser
import Canonicals
import Credentials
import FHIR
import HTTPAPI
import Validation

/// `kangqu serve`: FHIR at `/fhir` and pages for people, until it is told to stop.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "启动服务 · Serves FHIR and pages over HTTP",
    usage: "kangqu serve --data <dir> [--listen <host:port>] [--no-sign-in] ...",
    discussion: """
      FHIR lies at /fhir, pages at /, health at /livez and /readyz, figures at
      /metrics. SIGTERM lets requests in work end, then the exit code is 0.
      There are no accounts yet: without --no-sign-in every request that could
      show data is refused, and --no-sign-in is only possible on loopback.
      目前尚无账户:不加 --no-sign-in 时,可能显示数据的请求一律拒绝;
      --no-sign-in 仅限本机地址。

      EXAMPLE
        kangqu serve --data /var/lib/kangqu --listen 127.0.0.1:8080 --no-sign-in
      """)

  @Option(help: ArgumentHelp("数据目录 · Data directory, made if missing", valueName: "dir"))
  var data: String

  @OptionGroup var options: ServeOptions

  func run() async throws {
    let settings = try options.settings()
    let place = try DataDirectory.open(
      data, depth: options.validation, demandsTwoPeople: options.twoPeople)
    let cards = try options.cards(in: data)
    try await place.serve(settings, cards: cards) { address in
      Talk.say("kangqu: http://\(address)/  FHIR http://\(address)\(Endpoint.basePath)")
    }
  }
}

/// What `serve` and `demo` have in common.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("监听地址 · Where to listen", valueName: "host:port"))
  var listen = "127.0.0.1:8080"

  @Flag(help: "不要求登录,仅限本机 · No sign-in; loopback only")
  var noSignIn = false

  @Option(help: ArgumentHelp("对外地址 · The address clients see", valueName: "url"))
  var publicURL: String?

  @Option(
    help: ArgumentHelp("允许跨源 · Origins whose pages may call", valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(help: "校验深度 · How deep writes are validated")
  var validation = Definitions.defaultDepth

  @Flag(help: "合并须两人确认 · Merging takes two people")
  var twoPeople = false

  @Option(
    help: ArgumentHelp("健康码秒数 · How long a code lives", valueName: "s"))
  var codeSeconds: UInt16 = HealthCodeSettings().lifetimeInSeconds

  @OptionGroup var kek: KeyOptions

  /// What the server has of the resident health card.
  func cards(in directory: String) throws -> CardSettings {
    var settings = CardSettings(keys: try kek.keys(in: directory))
    guard (10...settings.codes.longestLifetimeInSeconds).contains(codeSeconds) else {
      throw ValidationError("--code-seconds must be 10 to 300. --code-seconds 须为10至300")
    }
    settings.codes.lifetimeInSeconds = codeSeconds
    return settings
  }

  func settings() throws -> ServerSettings {
    guard let address = ListenAddress(listen) else {
      throw ValidationError("--listen must be HOST:PORT, not '\(listen)'. --listen 须为 主机:端口")
    }
    guard !noSignIn || address.isLoopback else {
      throw ValidationError(
        "--no-sign-in is only possible on a loopback address, and \(address) is none. "
          + "--no-sign-in 仅可用于本机回环地址")
    }
    var settings = ServerSettings()
    settings.address = address
    settings.requiresSignIn = !noSignIn
    // Whoever reaches a loopback address is on this machine: the proxy, or the person.
    settings.trustsForwarded = address.isLoopback
    settings.allowedOrigins = allowOrigin
    if let publicURL {
      guard publicURL.hasPrefix("http://") || publicURL.hasPrefix("https://"),
        !publicURL.contains(where: { $0 == "\"" || $0 == "\\" || $0.isWhitespace })
      else {
        throw ValidationError("--public-url must begin with http:// or https://. 须为 http 地址")
      }
      settings.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }
    return settings
  }
}

extension Depth: ExpressibleByArgument {
  package init?(argument: String) {
    guard let depth = Depth.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = depth
  }

  package static var allValueStrings: [String] { allCases.map { "\($0)" } }
  package var defaultValueDescription: String { "\(self)" }
}
