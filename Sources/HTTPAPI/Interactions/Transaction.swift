import FHIR
import RecordStore

extension Interaction {
  /// A Bundle of requests: a batch, or a transaction.
  ///
  /// <https://hl7.org/fhir/R4/http.html#transaction>
  static let bundle = Interaction("transaction", "batch", by: .post, at: .base) {
    call async throws(Anomaly) in
    try call.parameters.allow([])
    let bundle = try RequestBundle(
      try call.resource(), maximumEntries: call.endpoint.settings.limits.bundleEntries)
    switch bundle.kind {
    case .batch: return try await batch(call, bundle.entries)
    case .transaction: return try await transaction(call, bundle.entries)
    }
  }

  /// All entries or none.
  private static func transaction(_ call: Call, _ entries: [BundleEntry]) async throws(Anomaly)
    -> Reply
  {
    let outcomes = try await call.endpoint.store.transaction(entries)
    var response = BundleWriter(type: "transaction-response", size: 0, entries: outcomes.count)
    for (outcome, entry) in zip(outcomes, entries) {
      var reply = try reply(to: call, with: outcome, of: entry)
      if entry.verb == .head { reply.content = .none }
      response.response(reply)
    }
    return Reply(status: 200, .resource(response.finished()))
  }

  private static func reply(to call: Call, with outcome: EntryOutcome, of entry: BundleEntry)
    throws(Anomaly) -> Reply
  {
    switch outcome {
    case .write(let outcome) where outcome.effect == .deleted || outcome.effect == .absent:
      var reply = Reply(status: 204)
      reply.version = outcome.version?.version
      return reply
    case .write(let outcome):
      var quiet = call
      quiet.preference.return = call.preference.return ?? .minimal
      return reply(to: quiet, with: outcome)
    case .read(let version): return Reply(status: 200, version)
    case .notModified(let version):
      var reply = Reply(status: 304)
      reply.version = version.version
      reply.updated = version.updated
      return reply
    case .search(let page):
      // A page of a mere count has nothing to cut.
      let subset =
        page.entries.isEmpty ? nil : try ResourceSubset(try QueryParameters(page.applied))
      let path = entry.url.prefix { $0 != "?" }
      return Reply(
        status: 200,
        .resource(try searchset(call, page, subset, path: String(path), query: page.applied)))
    }
  }
}
