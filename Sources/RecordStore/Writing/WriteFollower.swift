package import FHIR

/// A resource that was written in a transaction, as a follower is told.
package struct FollowedWrite: Sendable {
  package var key: ResourceKey
  /// The body without identity; nil when the resource was deleted.
  package var body: [UInt8]?

  package init(key: ResourceKey, body: [UInt8]?) {
    self.key = key
    self.body = body
  }
}

/// What goes along with writes inside their transaction, and stands or falls with it.
///
/// Called by the one writer. What a follower writes itself is not told to it.
package protocol WriteFollower: AnyObject, Sendable {
  /// The types whose writes it is told of; those of all others cost nothing.
  var types: Set<TypeID> { get }

  /// Does its part of a transaction, behind all steps of a request.
  ///
  /// What it throws is the store's own fault, which undoes the transaction; it has undone then what
  /// it took over itself.
  func follow(_ writes: [FollowedWrite], in session: some WriteSession) throws(Anomaly)

  /// The transaction is durable.
  func keep()

  /// The transaction was undone from its beginning.
  func undo()
}

extension WriteSession {
  /// Writes a resource of a follower's own over what is there.
  package func put(_ key: ResourceKey, _ resource: JSON) throws(Anomaly) {
    let document = try JSONDocument.parse(resource.encoded())
    let draft = try drafting.draft(key, document)
    let state = try state(of: key)
    _ = try put(draft, over: state, state == nil ? .post : .put)
  }

  /// Deletes a resource; nothing happens where there is none.
  package func remove(_ key: ResourceKey) throws(Anomaly) {
    guard let state = try state(of: key), !state.isDeleted else { return }
    _ = try delete(key, over: state)
  }
}
