package import FHIR

/// A resource on its way into a store: checked, named, its references rewritten, ready to be
/// written.
///
/// Made in the task of the caller, many at once, so that the one writer only looks up and inserts.
/// `Payload` is what a store makes of the resource beforehand: packed bytes, index rows.
package struct Draft<Payload: Sendable>: Sendable {
  package var key: ResourceKey
  /// Compact, without `id`, `meta.versionId` and `meta.lastUpdated`.
  package var body: [UInt8]
  package var payload: Payload
  /// Whether references in it were rewritten, so that it must be made again when their targets
  /// change.
  package var isRewritten: Bool
  /// References by search, such as `Patient?identifier=1`, that the writer resolves.
  package var conditionalReferences: [String]
}

/// How drafts are made.
package struct Drafting<Payload: Sendable>: Sendable {
  package var validate: @Sendable (JSONDocument, JSONCursor) throws(Anomaly) -> Void
  package var makePayload: @Sendable (ResourceKey, JSONDocument, [UInt8]) throws(Anomaly) -> Payload

  package init(
    validate: @escaping @Sendable (JSONDocument, JSONCursor) throws(Anomaly) -> Void,
    makePayload:
      @escaping @Sendable (ResourceKey, JSONDocument, [UInt8]) throws(Anomaly) ->
      Payload
  ) {
    self.validate = validate
    self.makePayload = makePayload
  }

  /// Checks a resource and makes it ready to be stored under a key.
  ///
  /// The checks run on the resource as it will be, references rewritten; its own `id` does not
  /// count.
  package func draft(
    _ key: ResourceKey, _ source: JSONDocument, _ map: ReferenceMap = ReferenceMap()
  ) throws(Anomaly) -> Draft<Payload> {
    let type = source.root.resourceType(Schema.r4)
    guard type == key.type else {
      throw .incorrect(
        "The resource is \(type.map { Schema.r4.name(of: $0) } ?? "of no known type"), "
          + "expected \(Schema.r4.name(of: key.type))",
        chinese: "资源类型与请求不符", code: .invalid, path: "resourceType")
    }
    var document = source
    var isRewritten = false
    if let bytes = map.rewritten(source.root) {
      document = try JSONDocument.parse(bytes)
      isRewritten = true
    }
    try validate(document, document.root)
    let body = try JSONSplice.withoutIdentity(document)
    let conditional = ReferenceMap.conditionalReferences(in: document.root)
    let payload = try makePayload(key, document, body)
    withExtendedLifetime(document) {}
    return Draft(
      key: key, body: body, payload: payload, isRewritten: isRewritten,
      conditionalReferences: conditional)
  }
}
