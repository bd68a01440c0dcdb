import FHIR
import RecordStore

/// A row of `resource` and of `feed` on its way to the tables.
struct ResourceRow {
  var key: Identities.Key
  var state: ResourceState
  /// Whether a row with the rid is there, which is superseded.
  var isOver: Bool
  var packed: BodyCodec.Packed
}

extension SQLiteSession {
  func flushRows() throws(Anomaly) {
    guard !rows.isEmpty else { return }
    for row in rows where row.isOver { try supersede(row) }
    let insert = try connection.statement(
      """
      INSERT OR REPLACE INTO resource
      (rid, type, id, version, sequence, updated, method, deleted, dictionary, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    for row in rows {
      insert.bind(row.state.rid, at: 1)
      insert.bind(Int64(row.key.type.rawValue), at: 2)
      insert.bind(row.key.id, at: 3)
      insert.bind(row.state.version, at: 4)
      insert.bind(row.state.sequence, at: 5)
      insert.bind(row.state.updated, at: 6)
      insert.bind(Int64(row.state.method.rawValue), at: 7)
      insert.bind(row.state.isErased ? 2 : row.state.isDeleted ? 1 : 0, at: 8)
      insert.bind(row.packed.dictionary, at: 9)
      insert.bind(row.packed.bytes, at: 10)
      try insert.run()
    }
    let feed = try connection.statement(
      "INSERT INTO feed (sequence, rid, type, version, method, updated) VALUES (?, ?, ?, ?, ?, ?)")
    for row in rows {
      feed.bind(row.state.sequence, at: 1)
      feed.bind(row.state.rid, at: 2)
      feed.bind(Int64(row.key.type.rawValue), at: 3)
      feed.bind(row.state.version, at: 4)
      feed.bind(Int64(row.state.method.rawValue), at: 5)
      feed.bind(row.state.updated, at: 6)
      try feed.run()
    }
    rows.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  /// Keeps the version that is there now as an old one.
  private func supersede(_ row: ResourceRow) throws(Anomaly) {
    let statement = try connection.statement(
      """
      INSERT INTO version (rid, version, sequence, updated, method, dictionary, body)
      SELECT rid, version, sequence, updated, method, dictionary, body
      FROM resource WHERE rid = ?
      """)
    statement.bind(row.state.rid, at: 1)
    try statement.run()
  }
}
