package import Canonicals
package import CardOffice
package import Credentials
import FHIR
package import MasterIndex
package import RecordStore

/// Everything that a person sees in a browser; the server hands it each request that asks for HTML.
package struct Site: Sendable {
  let store: any RecordStore
  /// What is stored of code systems, value sets, concept maps and profiles.
  let definitions: Definitions
  /// The time in milliseconds since 1970 UTC.
  let clock: @Sendable () -> Int64
  /// Editions that were uploaded and wait for a word.
  let pending = PendingEditions()

  /// The master index of the store; its pages are not there without.
  let index: PersonIndex?
  /// The counter for resident health cards.
  let cards: CardCounter

  package init(
    store: any RecordStore, definitions: Definitions = Definitions(),
    clock: @escaping @Sendable () -> Int64, index: PersonIndex? = nil,
    cardKeys: RegionKeys? = nil, codes: HealthCodeSettings = HealthCodeSettings()
  ) {
    self.store = store
    self.definitions = definitions
    self.index = index
    self.clock = clock
    cards = CardCounter(
      CardRegistry(store: store, clock: clock, keys: cardKeys), codes: codes)
  }

  /// Pages run no script but their own, load nothing from elsewhere and are framed by nobody.
  static let contentSecurityPolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// The page for a request; nil when there is none at this path.
  package func reply(to request: PageRequest) async -> PageReply? {
    if let asset = Asset.reply(to: request.path) { return asset }
    let frame = Frame(request)
    var reply: PageReply?
    do throws(Anomaly) {
      reply = try await page(for: request, frame)
    } catch {
      reply = Problem.page(error, frame)
    }
    reply?.headers += headers(request, frame)
    return reply
  }

  private func page(for request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply? {
    let path = request.path.split(separator: "/")
    for route in Self.routes where (route.kind == .takes) == request.isForm {
      guard let parts = route.parts(of: path) else { continue }
      return try await route.page(
        self, PageRoute.Visit(request: request, frame: frame, parts: parts))
    }
    return nil
  }

  private func headers(_ request: PageRequest, _ frame: Frame) -> [(name: String, value: String)] {
    var headers = [
      (name: "Content-Security-Policy", value: Self.contentSecurityPolicy),
      (name: "X-Content-Type-Options", value: "nosniff"),
      (name: "Referrer-Policy", value: "no-referrer"),
      (name: "Cache-Control", value: "no-store"),
    ]
    if request["lang"] != nil {
      headers.append(
        ("Set-Cookie", "language=\(frame.language.rawValue); Path=/; SameSite=Lax; HttpOnly"))
    }
    if request["size"] != nil {
      let size = frame.isLarge ? "large" : "normal"
      headers.append(("Set-Cookie", "size=\(size); Path=/; SameSite=Lax; HttpOnly"))
    }
    return headers
  }
}

/// What went wrong, on a page of its own.
enum Problem {
  static func page(_ anomaly: Anomaly, _ frame: Frame) -> PageReply {
    let message =
      frame.language == .chinese ? anomaly.chinese ?? anomaly.message : anomaly.message
    return .html(
      Template.problem.render(["message": message], frame),
      status: anomaly.status ?? anomaly.category.status)
  }
}
