import FHIR
import RecordStore

extension SQLiteSession {
  /// Gives a resource another rid, because it belongs to another person now.
  ///
  /// All that lies under the old rid moves, and so do the index rows of others that refer to it.
  func move(_ key: Identities.Key, from old: Int64, to new: Int64) throws(Anomaly) {
    try flush()
    let state = try state(at: old)
    if let state {
      try words.catchUp()
      try moveIndex(key.type, state, to: new)
      try words.remove(old, version: state.version)
    }
    try moveReferences(key.type, from: old, to: new)
    for sql in [
      "UPDATE feed SET rid = ?1 WHERE sequence IN (SELECT sequence FROM version WHERE rid = ?2)",
      "UPDATE feed SET rid = ?1 WHERE sequence IN (SELECT sequence FROM resource WHERE rid = ?2)",
      "UPDATE resource SET rid = ?1 WHERE rid = ?2",
      "UPDATE version SET rid = ?1 WHERE rid = ?2",
    ] {
      let statement = try connection.statement(sql)
      statement.bind(new, at: 1)
      statement.bind(old, at: 2)
      try statement.run()
    }
    if let state { try words.add(new, version: state.version) }
    let ident = try connection.statement("UPDATE ident SET rid = ? WHERE id = ? AND type = ?")
    ident.bind(new, at: 1)
    ident.bind(key.id, at: 2)
    ident.bind(Int64(key.type.rawValue), at: 3)
    try ident.run()
    identities.forget(key)
  }

  private func moveIndex(_ type: TypeID, _ state: ResourceState, to new: Int64) throws(Anomaly) {
    guard !state.isDeleted else { return }
    try removeIndex(type, state)
    let entries = try maker.entries(type, try body(of: state))
    let home = Clusters.cluster(of: new)
    try index.add(entries, new) { (type, id) throws(Anomaly) in
      try self.reference(Identities.Key(type: type, id: StoredID(id)), from: home)
    }
    // With the identities just referred to: one whose rows are in a table is no longer fresh.
    try flush()
  }

  /// The rows of reference parameters that lead to the old rid lead to the new one.
  private func moveReferences(_ type: TypeID, from old: Int64, to new: Int64) throws(Anomaly) {
    for key in registry.current.membership.references[type] ?? [] {
      let statement = try connection.statement(
        "UPDATE OR REPLACE idx SET lo = ? WHERE param = ? AND lo = ? AND hi = 0")
      statement.bind(new, at: 1)
      statement.bind(Int64(key), at: 2)
      statement.bind(old, at: 3)
      try statement.run()
    }
    for (key, column) in registry.current.membership.tupleReferences {
      let statement = try connection.statement(
        """
        UPDATE OR REPLACE composite SET lo\(column) = ?
        WHERE param = ? AND lo\(column) = ? AND hi\(column) = 0
        """)
      statement.bind(new, at: 1)
      statement.bind(Int64(key), at: 2)
      statement.bind(old, at: 3)
      try statement.run()
    }
  }
}
