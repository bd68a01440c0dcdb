import CardOffice
import Credentials
import FHIR
import HTTPAPI
import Pages

extension DataDirectory {
  /// Serves what is stored until told to stop, and closes the store.
  func serve(
    _ settings: ServerSettings, cards: CardSettings = CardSettings(),
    listening: @escaping @Sendable (ListenAddress) -> Void
  ) async throws(Anomaly) {
    try await using { () async throws(Anomaly) in
      let endpoint = Endpoint(
        store: store, definitions: definitions, settings: settings, effects: World.effects,
        index: index)
      let server = HTTPServer(
        endpoint, pages: pages(cards), upkeep: upkeep, log: .standardError())
      try await server.run(listening: listening)
    }
  }

  /// The pages for people, as the server asks for them.
  private func pages(_ cards: CardSettings) -> PageRoutes {
    let site = Site(
      store: store, definitions: definitions, clock: World.now, index: index,
      cardKeys: cards.keys, codes: cards.codes)
    let page: @Sendable (PageRoutes.Request) async -> PageRoutes.Reply? = { asked in
      var request = PageRequest(
        path: asked.path, query: asked.query, acceptLanguage: asked.acceptLanguage,
        cookies: asked.cookies, isForm: asked.isForm)
      request.files = asked.files.map {
        PageRequest.File(field: $0.field, name: $0.name, bytes: $0.bytes)
      }
      guard let reply = await site.reply(to: request) else { return nil }
      return PageRoutes.Reply(
        status: reply.status, contentType: reply.contentType, headers: reply.headers,
        body: reply.body)
    }
    return PageRoutes(isPublic: { $0.hasPrefix("/assets/") }, page: page)
  }
}

/// What a server has of the resident health card.
struct CardSettings: Sendable {
  /// Nil where no keys are set up.
  var keys: RegionKeys?
  var codes = HealthCodeSettings()
}
