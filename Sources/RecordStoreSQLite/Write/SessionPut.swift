import FHIR
import FHIRSearch
import RecordStore

extension SQLiteSession {
  func put(_ draft: Draft<Payload>, over state: ResourceState?, _ method: Method)
    throws(Anomaly) -> ResourceState
  {
    let key = Identities.Key(type: draft.key.type, id: StoredID(draft.key.id))
    let rid = try place(key, draft.payload)
    if places[rid] != nil { try flush() }
    var state = state
    state?.rid = rid
    var entries = draft.payload.entries
    if draft.payload.epoch != registry.current.epoch {
      entries = try maker.entries(key.type, draft.body)
    }
    if key.type == searchParameter { isRegistryStale = true }
    let stamp = try stamp()
    let next = ResourceState(
      rid: rid, version: (state?.version ?? 0) + 1, updated: stamp.updated,
      sequence: stamp.sequence, method: method, isErased: false)
    let home = Clusters.cluster(of: rid)
    let resolve = { (type: TypeID, id: UnsafeRawBufferPointer) throws(Anomaly) -> Int64 in
      try self.reference(Identities.Key(type: type, id: StoredID(id)), from: home)
    }
    if let state, !state.isDeleted {
      var old = IndexBuffer()
      var new = IndexBuffer()
      try old.add(try maker.entries(key.type, try body(of: state)), rid, resolve: resolve)
      try new.add(entries, rid, resolve: resolve)
      IndexBuffer.cancel(&old, &new)
      try old.delete(from: connection)
      index.append(new)
    } else {
      try index.add(entries, rid, resolve: resolve)
      difference[key.type, default: 0] += 1
    }
    append(
      ResourceRow(key: key, state: next, isOver: state != nil, packed: draft.payload.packed))
    note(draft.key, draft.body)
    try flushIfLarge()
    return next
  }

  func delete(_ key: ResourceKey, over state: ResourceState) throws(Anomaly) -> ResourceState {
    if places[state.rid] != nil { try flush() }
    try removeIndex(key.type, state)
    difference[key.type, default: 0] -= 1
    if key.type == searchParameter { isRegistryStale = true }
    let stamp = try stamp()
    let next = ResourceState(
      rid: state.rid, version: state.version + 1, updated: stamp.updated,
      sequence: stamp.sequence, method: .delete, isErased: false)
    append(
      ResourceRow(
        key: Identities.Key(type: key.type, id: StoredID(key.id)), state: next, isOver: true,
        packed: BodyCodec.Packed(dictionary: 0, bytes: [])))
    note(key, nil)
    return next
  }

  /// Deletes the index rows of a resource by finding them again.
  func removeIndex(_ type: TypeID, _ state: ResourceState) throws(Anomaly) {
    guard !state.isDeleted else { return }
    let home = Clusters.cluster(of: state.rid)
    var old = IndexBuffer()
    try old.add(try maker.entries(type, try body(of: state)), state.rid) {
      (type, id) throws(Anomaly) in
      try self.reference(Identities.Key(type: type, id: StoredID(id)), from: home)
    }
    try old.delete(from: connection)
  }

  private func append(_ row: ResourceRow) {
    places[row.state.rid] = rows.count
    rows.append(row)
    identities.settle(row.key, row.state.rid)
  }

  /// The rid of a resource that is about to be written; it lies with its person.
  private func place(_ key: Identities.Key, _ payload: Payload) throws(Anomaly) -> Int64 {
    let known = try identities.find(key)
    if key.type == membership.patient {
      if let known { return known.rid }
      let rid = try clusters.allocate(in: try clusters.addPerson())
      identities.add(key, rid, isReserved: false)
      return rid
    }
    let home: Int64
    if let person = payload.person {
      let patient = Identities.Key(type: membership.patient, id: person)
      home = Clusters.cluster(of: try reference(patient, from: 0))
    } else {
      home = try clusters.shared(by: key.type)
    }
    guard let known else {
      let rid = try clusters.allocate(in: home)
      identities.add(key, rid, isReserved: false)
      return rid
    }
    if try clusters.isSame(Clusters.cluster(of: known.rid), as: home) { return known.rid }
    let rid = try clusters.allocate(in: home)
    if identities.moveFresh(key, to: rid) {
      index.redirect(from: known.rid, to: rid, membership.rowsThatLead(to: key.type))
    } else {
      try move(key, from: known.rid, to: rid)
    }
    return rid
  }

  /// The rid of a resource that is referred to; one that does not exist yet is given one.
  ///
  /// A resource that may belong to a person is taken to belong to the one who refers to it.
  func reference(_ key: Identities.Key, from home: Int64) throws(Anomaly) -> Int64 {
    if let known = try identities.find(key) { return known.rid }
    let cluster: Int64
    if key.type == membership.patient {
      cluster = try clusters.addPerson()
    } else if membership.mayBelong(key.type), home != 0, try clusters.isPersons(home) {
      cluster = home
    } else {
      cluster = try clusters.shared(by: key.type)
    }
    let rid = try clusters.allocate(in: cluster)
    identities.add(key, rid, isReserved: true)
    return rid
  }
}
