package import FHIR
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The server: listens, serves, and on SIGTERM or SIGINT ends what is in work and stops.
package struct HTTPServer: Sendable {
  private let endpoint: Endpoint
  private let pages: PageRoutes?
  private let log: AccessLog
  private let upkeep: Upkeep?

  package init(
    _ endpoint: Endpoint, pages: PageRoutes? = nil, upkeep: Upkeep? = nil, log: AccessLog
  ) {
    self.endpoint = endpoint
    self.pages = pages
    self.upkeep = upkeep
    self.log = log
  }

  /// Serves until told to stop; `listening` is called once with the address that was taken.
  package func run(
    listening: @escaping @Sendable (ListenAddress) -> Void,
    stopping signals: [StopSignal] = StopSignal.allCases
  ) async throws(Anomaly) {
    let address = endpoint.settings.address
    var logger = Logger(label: "kangqu.http") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .error
    let application = Application(
      responder: Door(endpoint: endpoint, pages: pages, log: log), server: server,
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(
          endpoint.settings.limits.connections)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        listening(ListenAddress(host: address.host, port: port))
      }, logger: logger)
    var services: [any Service] = [application]
    if let upkeep { services.append(upkeep.application(logger)) }
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: signals.map(\.signal), logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(
      endpoint.settings.limits.drainInSeconds)
    let group = ServiceGroup(configuration: configuration)
    let logging = Task { await log.run() }
    let result: Result<Void, Anomaly>
    do {
      try await group.run()
      result = .success(())
    } catch {
      result = .failure(Self.anomaly(of: error, at: address))
    }
    logging.cancel()
    await logging.value
    try result.get()
  }

  private var server: HTTPServerBuilder {
    let limits = endpoint.settings.limits
    return .http1(
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [ConnectionGuard(limits: limits)],
        idleTimeout: .seconds(Int64(limits.idleInSeconds)),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headersInBytes, maxHeaderListSize: limits.headersInBytes,
          maxHeaderFieldCount: limits.headerCount)))
  }

  /// Why it could not listen, in words.
  private static func anomaly(of error: any Error, at address: ListenAddress) -> Anomaly {
    let reason = (error as? IOError).map { "\($0)" } ?? "\(error)"
    return Anomaly(
      .unavailable, "Cannot listen on \(address): \(reason)",
      chinese: "无法在 \(address) 上监听:地址可能已被占用或不属于本机")
  }
}

/// The signals that end the server in order.
package enum StopSignal: CaseIterable, Sendable {
  case terminate, interrupt

  fileprivate var signal: UnixSignal {
    switch self {
    case .terminate: .sigterm
    case .interrupt: .sigint
    }
  }
}
