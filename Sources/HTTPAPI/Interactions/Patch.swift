import FHIR
import Patching
import RecordStore

extension Interaction {
  /// Changes a part of a resource, by JSON Patch or FHIRPath Patch.
  ///
  /// <https://hl7.org/fhir/R4/http.html#patch>
  static let patch = Interaction("patch", by: .patch, at: .instance) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let write = Write.patch(
      try call.key(), try body(of: call), ifMatch: try call.conditions.expectedVersion())
    return reply(to: call, with: try await call.endpoint.store.write(write))
  }

  /// Changes what a search finds.
  static let conditionalPatch = Interaction("patch", by: .patch, at: .type) {
    call async throws(Anomaly) in
    let query = try condition(call)
    let write = Write.conditionalPatch(
      try call.type(), query: query, try body(of: call),
      ifMatch: try call.conditions.expectedVersion())
    return reply(to: call, with: try await call.endpoint.store.write(write))
  }

  /// The patch in the body: what it is, its media type says; in a batch, the resource of the entry.
  private static func body(of call: Call) throws(Anomaly) -> ResourcePatch {
    let patch: Patch
    let now = Instant(milliseconds: call.endpoint.effects.now())
    switch call.body {
    case .none:
      throw .incorrect("The request needs a patch", chinese: "请求正文应有补丁", code: .required)
    case .document(let document): patch = try Patch(entry: document, now: now)
    case .bytes(let bytes, let type):
      let isXML = MediaFormat(mediaType: MediaRange(type ?? "").name) == .xml
      patch = try Patch(
        parsing: isXML ? call.endpoint.readXML(bytes) : JSONDocument.parse(bytes),
        contentType: type ?? "", now: now)
    }
    return ResourcePatch { (document) throws(Anomaly) in try patch.apply(to: document) }
  }
}
