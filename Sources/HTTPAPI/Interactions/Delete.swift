import FHIR
import RecordStore

extension Interaction {
  /// Deletes a resource; its versions stay. <https://hl7.org/fhir/R4/http.html#delete>
  static let delete = Interaction("delete", by: .delete, at: .instance) {
    call async throws(Anomaly) in
    try call.parameters.allow([])
    let write = Write.delete(
      try call.key(), ifMatch: try call.conditions.expectedVersion())
    return deleted(try await call.endpoint.store.write(write))
  }

  /// Deletes what a search finds, one resource at most.
  /// <https://hl7.org/fhir/R4/http.html#3.1.0.7.1>
  static let conditionalDelete = Interaction("delete", by: .delete, at: .type) {
    call async throws(Anomaly) in
    let write = Write.conditionalDelete(try call.type(), query: try condition(call), limit: 1)
    return deleted(try await call.endpoint.store.write(write))
  }

  /// 204, whether there was something to delete or not.
  private static func deleted(_ outcome: WriteOutcome) -> Reply {
    var reply = Reply(status: 204)
    reply.version = outcome.version?.version
    return reply
  }
}
