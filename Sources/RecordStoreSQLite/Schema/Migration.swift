import FHIR

/// One step of the schema: numbered, checksummed, forward only.
struct Migration: Sendable {
  let number: Int64
  let name: String
  let sql: String

  /// FNV-1a of the text: a step that was applied may not change any more.
  var checksum: Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int64(bitPattern: hash)
  }
}

extension Connection {
  /// Brings the schema up to date, each step in a transaction of its own.
  ///
  /// A database that a newer program wrote is refused, as is one whose steps differ from ours.
  func migrate(_ migrations: [Migration] = Migration.all) throws(Anomaly) {
    try execute(
      """
      CREATE TABLE IF NOT EXISTS migration (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum INTEGER NOT NULL)
      """)
    var applied: [Int64: Int64] = [:]
    let rows = try statement("SELECT number, checksum FROM migration")
    while try rows.step() { applied[rows.int64(0)] = rows.int64(1) }
    rows.reset()
    if let last = applied.keys.max(), last > migrations.last?.number ?? 0 {
      throw Anomaly(
        .unavailable,
        "The database has schema \(last), this program knows \(migrations.last?.number ?? 0): "
          + "use the newer program or restore an older backup",
        chinese: "数据库架构版本为 \(last),高于本程序;请使用更新的程序或恢复旧备份", code: .noStore)
    }
    for migration in migrations {
      if let checksum = applied[migration.number] {
        guard checksum == migration.checksum else {
          throw .fault("Step \(migration.number) of the schema was changed after it was applied")
        }
        continue
      }
      try apply(migration)
    }
  }

  private func apply(_ migration: Migration) throws(Anomaly) {
    try execute("BEGIN IMMEDIATE")
    do {
      try execute(migration.sql)
      let row = try statement("INSERT INTO migration (number, name, checksum) VALUES (?, ?, ?)")
      row.bind(migration.number, at: 1)
      row.bind(migration.name, at: 2)
      row.bind(migration.checksum, at: 3)
      try row.run()
      try execute("COMMIT")
    } catch {
      try execute("ROLLBACK")
      throw error
    }
  }
}
