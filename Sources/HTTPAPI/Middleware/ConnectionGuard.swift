import FHIR
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Ends connections that take too long, that cannot be read, or that were told to go.
///
/// Hummingbird closes a connection on which nothing happens; this closes one on which too little
/// does:
/// a request that trickles in or an answer that is not fetched. It also answers what is not HTTP
/// with an `OperationOutcome`, says `100 Continue` where a body is awaited, and closes after
/// `Connection: close` without first reading what a refused client still wants to send.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: ServerSettings.Limits
  /// Requests that began and have not been answered to the end.
  private var requestsInWork = 0
  private var oldestBegan = NIODeadline.now()
  private var isClosing = false
  private var tick: Scheduled<Void>?

  /// How long the last bytes of a refusal get before the connection is cut.
  private static let lingering = TimeAmount.seconds(1)

  init(limits: ServerSettings.Limits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) { watch(context) }

  func handlerRemoved(context: ChannelHandlerContext) { tick?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    tick?.cancel()
    context.fireChannelInactive()
  }

  /// Looks every few seconds whether the oldest request has had its time.
  private func watch(_ context: ChannelHandlerContext) {
    let interval = TimeAmount.milliseconds(Int64(limits.requestInSeconds) * 100)
    tick = context.eventLoop.assumeIsolated().scheduleTask(in: interval) { [weak self] in
      guard let self, context.channel.isActive else { return }
      let age = NIODeadline.now() - oldestBegan
      if requestsInWork > 0, age > .seconds(Int64(limits.requestInSeconds)) {
        context.close(promise: nil)
      } else {
        watch(context)
      }
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    if case .head(let head) = unwrapInboundIn(data) {
      if requestsInWork == 0 { oldestBegan = .now() }
      requestsInWork += 1
      let declared = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
      if head.headerFields[.expect]?.lowercased() == "100-continue",
        declared <= limits.bodyInBytes
      {
        context.writeAndFlush(
          wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.headerFields[.connection] == "close":
      isClosing = true
      context.write(data, promise: promise)
    case .end:
      requestsInWork -= 1
      oldestBegan = .now()
      context.write(data, promise: promise)
      if isClosing { linger(context) }
    default: context.write(data, promise: promise)
    }
  }

  /// Sends what is written, says that no more comes, and cuts the connection a little later.
  private func linger(_ context: ChannelHandlerContext) {
    context.flush()
    context.close(mode: .output, promise: nil)
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingering) {
      context.close(promise: nil)
    }
  }

  /// Answers bytes that are not a request, unless an answer is under way.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard requestsInWork == 0, !isClosing, context.channel.isActive else {
      context.fireErrorCaught(error)
      return
    }
    isClosing = true
    let reply = Reply(Self.anomaly(of: error))
    let body = reply.json
    var fields = HTTPFields()
    fields[.contentType] = MediaFormat.json.contentType
    fields[.contentLength] = "\(body.count)"
    fields[.connection] = "close"
    let head = HTTPResponse(status: .init(code: reply.status), headerFields: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
    linger(context)
  }

  /// What is wrong with the bytes, in words.
  private static func anomaly(of error: any Error) -> Anomaly {
    guard let error = error as? HTTPParserError, error == .headerOverflow else {
      return .incorrect("The request is not HTTP/1.1", chinese: "请求不符合 HTTP/1.1")
    }
    return .incorrect(
      "The request has too many headers, or too long ones",
      chinese: "请求头过多或过长", code: .tooLong, status: 431)
  }
}
