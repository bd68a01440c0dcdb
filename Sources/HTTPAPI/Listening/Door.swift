import FHIR
import HTTPTypes
import Hummingbird
import NIOCore

/// Where every request comes in: measured, bounded, answered — always, and with an outcome when
/// refused.
struct Door: HTTPResponder {
  struct Context: InitializableFromSource {
    let executor: LoopExecutor

    init(source: ApplicationRequestContextSource) {
      executor = LoopExecutor(source.channel.eventLoop)
    }
  }

  let endpoint: Endpoint
  let pages: PageRoutes?
  let log: AccessLog

  func respond(to request: Request, context: Context) async throws -> Response {
    try await withTaskExecutorPreference(context.executor) { try await respond(to: request) }
  }

  private func respond(to request: Request) async throws -> Response {
    let began = ContinuousClock.now
    var visit = Visit(request, endpoint)
    let response = try await admit(request, &visit)
    let duration = ContinuousClock.now - began
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    let status = response.status.code
    let bytes = response.body.contentLength ?? 0
    endpoint.metrics.record(
      route: visit.route, method: visit.method, status: status, seconds: seconds, bytes: bytes)
    log.note(
      AccessLog.Line(
        milliseconds: endpoint.effects.now(), requestID: visit.representation.requestID,
        method: visit.method, route: visit.route, status: status, seconds: seconds, bytes: bytes))
    return response
  }

  /// Takes the request in if there is room for it.
  private func admit(_ request: Request, _ visit: inout Visit) async throws -> Response {
    guard endpoint.admission.enter() else { return render(Reply(Admission.full), visit) }
    defer { endpoint.admission.leave() }
    let reply: Reply
    do {
      reply = try await answer(request, &visit)
    } catch let anomaly as Anomaly {
      var refusal = Reply(anomaly)
      if refusal.status == 405, let shape = visit.shape {
        refusal.allowed = Interaction.verbs(at: shape)
      }
      // What a refused client still sends is not read: the connection ends with the answer.
      visit.mustClose = visit.mustClose || refusal.status == 413
      return render(refusal, visit)
    }
    return render(reply, visit)
  }

  private func render(_ reply: Reply, _ visit: Visit) -> Response {
    var response: Response
    do {
      response = try visit.representation.response(reply, endpoint: endpoint)
    } catch {
      var plain = visit.representation
      plain.format = .json
      plain.isPretty = false
      do {
        response = try plain.response(Reply(error), endpoint: endpoint)
      } catch {
        response = Response(status: .internalServerError)
      }
    }
    for (name, value) in visit.pageHeaders {
      guard let name = HTTPField.Name(name) else { continue }
      if name == .setCookie {
        response.headers.append(HTTPField(name: name, value: value))
      } else {
        response.headers[name] = value
      }
    }
    if visit.mustClose { response.headers[.connection] = "close" }
    return response
  }

  private func answer(_ request: Request, _ visit: inout Visit) async throws -> Reply {
    let target = request.head.path ?? "/"
    guard target.utf8.count <= endpoint.settings.limits.urlInBytes else {
      visit.mustClose = true
      throw Anomaly.incorrect(
        "The URL is longer than \(endpoint.settings.limits.urlInBytes) bytes",
        chinese: "URL 超过 \(endpoint.settings.limits.urlInBytes) 字节", code: .tooLong, status: 414)
    }
    let (path, query) = Self.split(target)
    switch path {
    case "/livez": return visit.plain("/livez", "ok\n")
    case "/readyz":
      _ = endpoint.store.statistics()
      return visit.plain("/readyz", "ready\n")
    case "/metrics":
      let text = endpoint.metrics.exposition(
        requestsInWork: endpoint.admission.inWork, store: endpoint.store.statistics())
      return visit.plain("/metrics", text, type: "text/plain; version=0.0.4; charset=utf-8")
    default: break
    }
    if let rest = Self.belowBase(path) { return try await fhir(request, rest, query, &visit) }
    visit.route = "/[page]"
    if let reply = try await page(request, String(path), String(query), &visit) { return reply }
    throw Anomaly.notFound(
      "There is nothing at this path; the API is at \(Endpoint.basePath)",
      chinese: "此路径没有内容,接口位于 \(Endpoint.basePath)")
  }

  /// What stands behind the base URL of the API; nil for a path elsewhere.
  private static func belowBase(_ path: Substring) -> Substring? {
    let base = Endpoint.basePath.utf8
    guard path.utf8.starts(with: base) else { return nil }
    let rest = Substring(path.utf8.dropFirst(base.count))
    return rest.isEmpty || rest.utf8.first == UInt8(ascii: "/") ? rest : nil
  }

  private static func split(_ target: String) -> (path: Substring, query: Substring) {
    guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target[...], "") }
    let query = target[target.utf8.index(after: mark)...]
    return (target[..<mark], query.prefix { $0 != "#" })
  }

  // MARK: The API

  private func fhir(
    _ request: Request, _ path: Substring, _ query: Substring, _ visit: inout Visit
  ) async throws -> Reply {
    visit.route = "/fhir/…"
    try requireSignIn(path)
    let parameters = try query.isEmpty ? QueryParameters() : QueryParameters(query)
    let fields = request.headers
    let negotiation = try Negotiation(
      accept: fields[.accept], format: try parameters.value("_format"))
    visit.representation.format = negotiation.format
    visit.representation.isPretty = try parameters.flag("_pretty") ?? false
    let route = try Route(path: path)
    visit.route = route.shape.template
    visit.shape = route.shape
    if request.method == .options {
      var reply = Reply(status: 204)
      reply.allowed = Interaction.verbs(at: route.shape)
      return reply
    }
    if negotiation.wantsHTML, request.method == .get || request.method == .head,
      let reply = try await page(
        request, Endpoint.basePath + path, String(query), &visit)
    {
      return reply
    }
    guard let verb = Verb(request.method.rawValue),
      let interaction = Interaction.at(route.shape, verb)
    else { throw Endpoint.notAllowed(request.method.rawValue, at: route.shape) }
    var call = Call(
      endpoint: endpoint, verb: verb, route: route, parameters: parameters,
      baseURL: visit.representation.baseURL)
    call.conditions = Conditions(fields)
    call.acceptLanguage = fields[.acceptLanguage]
    if let prefer = fields[.prefer] { call.preference = try Preference(prefer) }
    guard interaction.readsBody else { return try await endpoint.perform(call, by: interaction) }
    let upload = try await Upload(request, endpoint, &visit)
    defer { upload.release() }
    call.body = .bytes(upload.bytes, type: fields[.contentType])
    return try await endpoint.perform(call, by: interaction)
  }

  /// Only what shows no data is open to those who have not said who they are.
  private func requireSignIn(_ path: some StringProtocol) throws(Anomaly) {
    guard endpoint.settings.requiresSignIn, path != "/metadata",
      path != "/.well-known/smart-configuration"
    else { return }
    throw Anomaly(
      .forbidden,
      "Sign-in is required, and this server has no accounts yet: it can be used on this machine "
        + "when started with --no-sign-in",
      chinese: "需要登录,而本服务器尚无账户:仅可在本机以 --no-sign-in 启动后使用", code: .login, status: 401)
  }

  // MARK: Pages

  private func page(
    _ request: Request, _ path: String, _ query: String, _ visit: inout Visit
  ) async throws -> Reply? {
    guard let pages else { return nil }
    if !pages.isPublic(path) { try requireSignIn(path) }
    let parameters = try query.isEmpty ? QueryParameters() : QueryParameters(query)
    var asked = PageRoutes.Request(
      path: PercentEncoding.decode(path) ?? path,
      query: parameters.parameters.map { ($0.name, $0.value) },
      acceptLanguage: request.headers[.acceptLanguage],
      cookies: Self.cookies(request.headers[.cookie]), isForm: false)
    if request.method == .post {
      try Self.refuseForeignForm(request)
      let upload = try await Upload(request, endpoint, &visit)
      defer { upload.release() }
      try asked.take(upload.bytes, type: request.headers[.contentType])
    }
    guard let page = await pages.page(asked) else { return nil }
    visit.pageHeaders = page.headers
    return Reply(status: page.status, .other(type: page.contentType, page.body))
  }

  /// A form counts only when a page of this server sent it.
  ///
  /// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>
  private static func refuseForeignForm(_ request: Request) throws(Anomaly) {
    let fields = request.headers
    let site = HTTPField.Name("Sec-Fetch-Site").flatMap { fields[$0] }
    // Whoever sends neither is no browser, and nobody's session can be borrowed through it.
    let isOwn =
      if let site { site == "same-origin" || site == "none" } else if let origin = fields[.origin] {
        origin.split(separator: "/").last.map(String.init) == request.head.authority
      } else { true }
    guard !isOwn else { return }
    throw Anomaly(
      .forbidden, "The form was sent from another site; open the page here and send it again",
      chinese: "表单来自其他网站,请在本平台打开页面后重新提交")
  }

  /// <https://www.rfc-editor.org/rfc/rfc6265#section-4.2>
  private static func cookies(_ header: String?) -> [String: String] {
    var cookies: [String: String] = [:]
    for part in (header ?? "").split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { cookies[pair[0].trimmed] = pair[1].trimmed }
    }
    return cookies
  }
}

extension Conditions {
  init(_ fields: HTTPFields) {
    ifMatch = fields[.ifMatch]
    ifNoneMatch = fields[.ifNoneMatch]
    ifModifiedSinceInSeconds = fields[.ifModifiedSince].flatMap(HTTPDate.parse)
    ifNoneExist = fields[.ifNoneExist]
  }
}
