package import FHIR

/// One write as the RESTful API knows it. <https://hl7.org/fhir/R4/http.html>
///
/// A query is the text behind the `?`, percent-encoded as it was received.
package enum Write: Sendable {
  case create(TypeID, JSONDocument, ifNoneExist: String? = nil)
  /// `ifNoneMatchAny` is `If-None-Match: *`: only when nothing is there yet.
  case update(ResourceKey, JSONDocument, ifMatch: Int? = nil, ifNoneMatchAny: Bool = false)
  case conditionalUpdate(TypeID, query: String, JSONDocument, ifMatch: Int? = nil)
  case patch(ResourceKey, ResourcePatch, ifMatch: Int? = nil)
  case conditionalPatch(TypeID, query: String, ResourcePatch, ifMatch: Int? = nil)
  case delete(ResourceKey, ifMatch: Int? = nil)
  /// Deletes at most `limit` matches; more of them are a failed precondition.
  case conditionalDelete(TypeID, query: String, limit: Int)
}

/// A patch: what a resource becomes, whatever language says so.
///
/// It is applied by the writer to the version that is current then, so it is never lost between two
/// writers. The document made has the same type and id.
package struct ResourcePatch: Sendable {
  package let apply: @Sendable (JSONDocument) throws(Anomaly) -> JSONDocument

  package init(_ apply: @escaping @Sendable (JSONDocument) throws(Anomaly) -> JSONDocument) {
    self.apply = apply
  }
}

/// What a write did.
package struct WriteOutcome: Sendable {
  package enum Effect: Sendable {
    case created, updated, deleted
    /// The content was the same already, so no version was made.
    case unchanged
    /// A conditional create found exactly one match, which stays as it is.
    case matched
    /// A delete found nothing that was there.
    case absent
  }

  package var effect: Effect
  /// The version made or found; nil when there is none.
  package var version: Version?
  /// How many resources a conditional delete removed.
  package var count: Int

  package init(_ effect: Effect, _ version: Version?, count: Int = 1) {
    self.effect = effect
    self.version = version
    self.count = count
  }

  package var isCreated: Bool { effect == .created }
}

/// A change of `meta.profile`, `meta.security` and `meta.tag`.
package enum MetaChange: Sendable {
  case add(JSON)
  case delete(JSON)
}
