package import FHIR

/// One thing that a transaction does, read from an entry or a single write.
package struct Step<Payload: Sendable>: Sendable {
  package enum Action: Sendable {
    case create(ifNoneExist: String?)
    case update(ifMatch: Int?, ifNoneMatchAny: Bool)
    case conditionalUpdate(query: String, ifMatch: Int?)
    case patch(ResourcePatch, ifMatch: Int?)
    case conditionalPatch(ResourcePatch, query: String, ifMatch: Int?)
    case delete(ifMatch: Int?)
    case conditionalDelete(query: String, limit: Int)
    case read(version: Int?, ifNoneMatch: Int?, ifModifiedSince: Int64?)
    case search(query: String)
  }

  package var action: Action
  package var type: TypeID
  /// What is written; of a create, the id that it will have; nil while a query decides.
  package var key: ResourceKey?
  package var source: JSONDocument?
  package var fullURL: String?
  package var draft: Draft<Payload>?

  package init(
    _ action: Action, type: TypeID, key: ResourceKey?, source: JSONDocument? = nil,
    fullURL: String? = nil
  ) {
    self.action = action
    self.type = type
    self.key = key
    self.source = source
    self.fullURL = fullURL
  }

  /// The place in the standard's order: DELETE, POST, PUT and PATCH, GET.
  ///
  /// <https://hl7.org/fhir/R4/http.html#trules>
  var rank: Int {
    switch action {
    case .delete, .conditionalDelete: 0
    case .create: 1
    case .update, .conditionalUpdate, .patch, .conditionalPatch: 2
    case .read, .search: 3
    }
  }

  var isRead: Bool { rank == 3 }

  /// The search that decides what is written, if one does.
  var condition: String? {
    switch action {
    case .create(let query): query
    case .conditionalUpdate(let query, _), .conditionalPatch(_, let query, _),
      .conditionalDelete(let query, _):
      query
    default: nil
    }
  }
}

extension Step {
  /// The step of a single write.
  package init(_ write: Write, makeID: () -> String) {
    switch write {
    case .create(let type, let document, let ifNoneExist):
      self.init(
        .create(ifNoneExist: ifNoneExist), type: type,
        key: ResourceKey(type: type, id: makeID()), source: document)
    case .update(let key, let document, let ifMatch, let ifNoneMatchAny):
      self.init(
        .update(ifMatch: ifMatch, ifNoneMatchAny: ifNoneMatchAny), type: key.type, key: key,
        source: document)
    case .conditionalUpdate(let type, let query, let document, let ifMatch):
      self.init(
        .conditionalUpdate(query: query, ifMatch: ifMatch), type: type,
        key: ResourceKey(type: type, id: document.root.resourceID ?? makeID()),
        source: document)
    case .patch(let key, let patch, let ifMatch):
      self.init(.patch(patch, ifMatch: ifMatch), type: key.type, key: key)
    case .conditionalPatch(let type, let query, let patch, let ifMatch):
      self.init(
        .conditionalPatch(patch, query: query, ifMatch: ifMatch), type: type, key: nil)
    case .delete(let key, let ifMatch):
      self.init(.delete(ifMatch: ifMatch), type: key.type, key: key)
    case .conditionalDelete(let type, let query, let limit):
      self.init(.conditionalDelete(query: query, limit: limit), type: type, key: nil)
    }
  }

  /// Refuses an update whose resource has another id than the request, or none.
  ///
  /// <https://hl7.org/fhir/R4/http.html#update>
  package func checkID() throws(Anomaly) {
    guard case .update = action, let key, let source else { return }
    let id = source.root.resourceID
    guard id == key.id else {
      throw .incorrect(
        "The resource has \(id.map { "the id '\($0)'" } ?? "no id"), the request names '\(key.id)'",
        chinese: "资源的 id 与请求的 id 不一致", code: .invalid,
        path: Schema.r4.name(of: type) + ".id")
    }
  }
}

extension JSONCursor {
  /// The logical id of a resource.
  package var resourceID: String? { member(.id)?.string }
}
