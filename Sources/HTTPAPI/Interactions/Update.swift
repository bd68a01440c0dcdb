import FHIR
import RecordStore

extension Interaction {
  /// A new version, or a first one under the client's id.
  /// <https://hl7.org/fhir/R4/http.html#update>
  static let update = Interaction("update", by: .put, at: .instance) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let key = try call.key()
    let write = Write.update(
      key, try call.resource(), ifMatch: try call.conditions.expectedVersion(),
      ifNoneMatchAny: try mustBeNew(call))
    return reply(to: call, with: try await call.endpoint.store.write(write))
  }

  /// Updates what a search finds. <https://hl7.org/fhir/R4/http.html#cond-update>
  static let conditionalUpdate = Interaction("update", by: .put, at: .type) {
    call async throws(Anomaly) in
    let query = try condition(call)
    let write = Write.conditionalUpdate(
      try call.type(), query: query, try call.resource(),
      ifMatch: try call.conditions.expectedVersion())
    return reply(to: call, with: try await call.endpoint.store.write(write))
  }

  /// `If-None-Match: *`, the only form that an update knows.
  private static func mustBeNew(_ call: Call) throws(Anomaly) -> Bool {
    guard let tag = call.conditions.ifNoneMatch else { return false }
    guard tag == "*" else {
      throw .incorrect(
        "If-None-Match of an update must be *", chinese: "更新的 If-None-Match 须为 *", code: .value,
        path: "If-None-Match")
    }
    return true
  }

  /// The query that chooses a resource; without one, no conditional interaction is meant.
  static func condition(_ call: Call) throws(Anomaly) -> String {
    let query = call.parameters.text()
    guard !query.isEmpty else {
      throw Anomaly(
        .unsupported, "\(call.verb.name) without an id needs a query that finds the resource",
        chinese: "不带标识的 \(call.verb.name) 须用检索条件指明资源", status: 400)
    }
    return query
  }
}
