package import FHIR
import GRDBSQLite

/// A prepared statement: bind, step, read columns; all by number, bindings from 1, columns from 0.
package final class Statement {
  private let pointer: OpaquePointer
  private let database: OpaquePointer

  init(_ sql: String, _ database: OpaquePointer) throws(Anomaly) {
    var pointer: OpaquePointer?
    let code = sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
    guard code == SQLITE_OK, let pointer else { throw .sqlite(database, sql) }
    self.pointer = pointer
    self.database = database
  }

  deinit { sqlite3_finalize(pointer) }

  /// SQLite makes a copy of what is bound.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  package func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(pointer, index, value) }
  package func bind(_ value: Int, at index: Int32) { bind(Int64(value), at: index) }
  package func bind(_ value: Double, at index: Int32) {
    sqlite3_bind_double(pointer, index, value)
  }
  package func bindNull(at index: Int32) { sqlite3_bind_null(pointer, index) }

  package func bind(_ text: String, at index: Int32) {
    var text = text
    text.withUTF8 { buffer in
      _ = buffer.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(
          pointer, index, $0.baseAddress ?? Self.empty, Int32($0.count), Self.transient)
      }
    }
  }

  /// Binds bytes of UTF-8 as text.
  package func bind(utf8 bytes: ArraySlice<UInt8>, at index: Int32) {
    bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      _ = sqlite3_bind_text(
        pointer, index, start ?? Self.empty, Int32(bytes.count), Self.transient)
    }
  }

  package func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    sqlite3_bind_blob(
      pointer, index, bytes.baseAddress ?? UnsafeRawPointer(Self.empty), Int32(bytes.count),
      Self.transient)
  }

  package func bind(_ bytes: [UInt8], at index: Int32) {
    bytes.withUnsafeBytes { bind($0, at: index) }
  }

  private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    pointer.initialize(to: 0)
    return UnsafePointer(pointer)
  }()

  /// Goes to the next row; false when there is none.
  package func step() throws(Anomaly) -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let anomaly = Anomaly.sqlite(database, String(cString: sqlite3_sql(pointer)))
      reset()
      throw anomaly
    }
  }

  /// Runs a statement once and makes it ready again, bindings kept; whether it gave a row.
  @discardableResult
  package func run() throws(Anomaly) -> Bool {
    let isRow = try step()
    sqlite3_reset(pointer)
    return isRow
  }

  package func reset() {
    sqlite3_reset(pointer)
    sqlite3_clear_bindings(pointer)
  }

  package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }
  package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(pointer, column)) }
  package func double(_ column: Int32) -> Double { sqlite3_column_double(pointer, column) }
  package func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(pointer, column) == SQLITE_NULL
  }

  package func isBlob(_ column: Int32) -> Bool {
    sqlite3_column_type(pointer, column) == SQLITE_BLOB
  }

  /// The bytes of a column; valid until the next step or reset.
  package func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(pointer, column)
    return UnsafeRawBufferPointer(
      start: start, count: Int(sqlite3_column_bytes(pointer, column)))
  }

  package func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(pointer, column) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
}

extension Anomaly {
  /// What SQLite said, in our categories.
  package static func sqlite(_ database: OpaquePointer, _ what: String) -> Anomaly {
    let code = sqlite3_errcode(database)
    let words = String(cString: sqlite3_errmsg(database))
    switch code & 0xFF {
    case SQLITE_INTERRUPT:
      return Anomaly(
        .unsupported, "The query took too long and was stopped; narrow it",
        chinese: "查询超时,已停止;请缩小范围", code: .tooCostly, status: 503)
    case SQLITE_FULL:
      return Anomaly(
        .unavailable, "The disk is full; nothing was written", chinese: "磁盘已满,未写入任何内容",
        code: .noStore, status: 507)
    case SQLITE_IOERR:
      return Anomaly(
        .unavailable, "The disk failed (\(code)): \(words)", chinese: "磁盘读写失败", code: .noStore)
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      return .fault(
        "The database is damaged: \(words); restore a backup", chinese: "数据库已损坏,请恢复备份")
    default: return .fault("SQLite \(code): \(words), in \(what.prefix(200))")
    }
  }

  /// The store itself cannot be used.
  static func store(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.unavailable, message, chinese: chinese, code: .noStore)
  }
}
