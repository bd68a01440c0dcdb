package import FHIR
package import RecordStore

/// A row of the change feed with the key of its resource.
struct FeedRow {
  var sequence: Int64
  var rid: Int64
  var key: ResourceKey
  var version: Int
  var method: Method
  var updated: Int64
  var isErased: Bool

  /// From the columns sequence, rid, type, id, version, method, updated, deleted.
  init(_ row: Statement) {
    sequence = row.int64(0)
    rid = row.int64(1)
    key = ResourceKey(
      type: TypeID(rawValue: UInt16(truncatingIfNeeded: row.int64(2))), id: row.id(3).string)
    version = row.int(4)
    method = Method(rawValue: UInt8(truncatingIfNeeded: row.int64(5))) ?? .put
    updated = row.int64(6)
    isErased = row.int64(7) == 2
  }

  var change: Change {
    Change(
      sequence: sequence, key: key, version: version, method: method, updated: updated,
      isErased: isErased)
  }
}

extension Connection {
  /// The dense id of a resource.
  package func rid(of key: ResourceKey) throws(Anomaly) -> Int64? {
    try rid(of: Identities.Key(type: key.type, id: StoredID(key.id)))
  }

  func rid(of key: Identities.Key) throws(Anomaly) -> Int64? {
    let row = try statement("SELECT rid FROM ident WHERE id = ? AND type = ?")
    row.bind(key.id, at: 1)
    row.bind(Int64(key.type.rawValue), at: 2)
    defer { row.reset() }
    return try row.step() ? row.int64(0) : nil
  }

  /// The version that a feed row tells of; nil when it was erased.
  func version(at change: FeedRow, _ codec: BodyCodec) throws(Anomaly) -> Version? {
    for table in ["resource", "version"] {
      let row = try statement(
        """
        SELECT version, updated, sequence, method, dictionary, body
        FROM \(table) WHERE rid = ? AND version = ?
        """)
      row.bind(change.rid, at: 1)
      row.bind(change.version, at: 2)
      defer { row.reset() }
      if try row.step() { return try version(change.key, row, 0, codec) }
    }
    return nil
  }

  /// Changes of one type are found by the index of types, which is ordered by sequence within each.
  func changes(after sequence: Int64, limit: Int, of type: TypeID? = nil) throws(Anomaly)
    -> [Change]
  {
    let row = try statement(
      """
      SELECT f.sequence, f.rid, f.type, r.id, f.version, f.method, f.updated, r.deleted
      FROM feed f JOIN resource r ON r.rid = f.rid
      WHERE f.sequence > ? \(type == nil ? "" : "AND f.type = ?") ORDER BY f.sequence LIMIT ?
      """)
    row.bind(sequence, at: 1)
    if let type { row.bind(Int64(type.rawValue), at: 2) }
    row.bind(limit, at: type == nil ? 2 : 3)
    defer { row.reset() }
    var changes: [Change] = []
    while try row.step() { changes.append(FeedRow(row).change) }
    return changes
  }
}
