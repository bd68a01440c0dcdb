package import Dispatch
package import FHIR
import GRDB
import GRDBSQLite

/// One connection to the database file; used by one thread at a time, which its owner sees to.
///
/// GRDB opens, configures and closes it; hot paths prepare and step statements by the C API, which
/// costs
/// a fifth less. Statements are prepared once and kept.
package final class Connection: @unchecked Sendable {
  package enum Role: Sendable { case writer, reader }

  private let queue: DatabaseQueue
  package let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  private var deadline: DispatchTime?

  /// How many prepared statements are kept.
  private static let statementLimit = 256

  package init(path: String, role: Role) throws(Anomaly) {
    var configuration = Configuration()
    configuration.readonly = role == .reader
    configuration.foreignKeysEnabled = false
    configuration.label = "kangqu.store.\(role)"
    configuration.prepareDatabase { database in
      try database.execute(sql: role == .writer ? Self.writerSetup : Self.readerSetup)
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      handle = try queue.unsafeReentrantRead { database in
        guard let handle = database.sqliteConnection else {
          throw Anomaly.fault("SQLite gave no connection")
        }
        return handle
      }
    } catch {
      throw .store("The database \(path) cannot be opened: \(error)")
    }
    // Nobody observes changes through GRDB, and its hooks know only of statements of its own.
    sqlite3_commit_hook(handle, nil, nil)
    sqlite3_rollback_hook(handle, nil, nil)
  }

  deinit { statements.removeAll() }

  /// Closes the file at once; the connection cannot be used any more.
  func close() {
    statements.removeAll()
    // What cannot be closed now is closed when the last reference goes.
    do { try queue.close() } catch { statements.removeAll() }
  }

  /// `FULL` loses nothing that was acknowledged, even when the power fails; freed cells are zeroed.
  ///
  /// The log keeps the size it grows to: syncing a file that grows costs half as much again.
  private static let writerSetup = """
    PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 20000; PRAGMA cache_size = -98304; PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA journal_size_limit = 100663296
    """
  /// Readers are many and their caches small: the system has the file's pages in memory anyway.
  private static let readerSetup = """
    PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0
    """

  /// The prepared statement of a text, reset and without bindings.
  package func statement(_ sql: String) throws(Anomaly) -> Statement {
    if let statement = statements[sql] {
      statement.reset()
      return statement
    }
    if statements.count >= Self.statementLimit { statements.removeAll() }
    let statement = try Statement(sql, handle)
    statements[sql] = statement
    return statement
  }

  /// Runs one or several statements that give no rows.
  package func execute(_ sql: String) throws(Anomaly) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
      throw .sqlite(handle, sql)
    }
  }

  /// The first column of the first row.
  package func integer(_ sql: String) throws(Anomaly) -> Int64? {
    let statement = try statement(sql)
    defer { statement.reset() }
    return try statement.step() ? statement.int64(0) : nil
  }

  /// Copies the database as it is at this instant into another file.
  func backup(to path: String) throws(Anomaly) {
    let other = try Connection(path: path, role: .writer)
    guard let backup = sqlite3_backup_init(other.handle, "main", handle, "main") else {
      throw .sqlite(other.handle, "backup")
    }
    // All pages in one step: one snapshot, and writers go on beside it.
    let code = sqlite3_backup_step(backup, -1)
    sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE else { throw .sqlite(other.handle, "backup") }
    try other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  /// Runs `body` on the state of one instant.
  func snapshot<T>(_ body: (Connection) throws(Anomaly) -> T) throws(Anomaly) -> T {
    try execute("BEGIN")
    do {
      let value = try body(self)
      try execute("COMMIT")
      return value
    } catch {
      if isInTransaction { try execute("ROLLBACK") }
      throw error
    }
  }
}

extension Connection {
  /// How many virtual machine steps pass between two looks at the clock.
  private static let stepsPerLook: Int32 = 4_000

  /// Runs `body` and interrupts its statements when the time is up.
  package func within<T>(
    _ limit: DispatchTimeInterval, _ body: () throws(Anomaly) -> T
  ) throws(Anomaly) -> T {
    deadline = .now() + limit
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      handle, Self.stepsPerLook,
      { context in
        guard let context else { return 0 }
        let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
        return connection.isLate ? 1 : 0
      }, context)
    defer {
      sqlite3_progress_handler(handle, 0, nil, nil)
      deadline = nil
    }
    return try body()
  }

  private var isLate: Bool {
    guard let deadline else { return false }
    return DispatchTime.now() >= deadline
  }
}

extension Connection {
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
}
