package import FHIR
import Foundation
package import RecordStore

extension SQLiteStore {
  /// Removes a resource with all its versions and index rows; the feed and the id stay as a marker.
  ///
  /// Freed cells are zeroed as they are freed; the file is rewritten then, because splits of pages
  /// leave
  /// copies that no deletion reaches, and the log is emptied.
  package func erase(_ key: ResourceKey) async throws(Anomaly) {
    try await writer.submit { (session) throws(Anomaly) in try session.erase(key) }
    try await writer.maintain { (connection) throws(Anomaly) in
      try connection.execute("INSERT INTO fulltext (fulltext) VALUES ('optimize')")
      try connection.execute("VACUUM")
      try connection.emptyLog()
    }
  }
}

extension Connection {
  /// How often it is tried, with a pause between: a long read keeps the log.
  private static let attempts = 200
  private static let pauseInMicroseconds: UInt32 = 20_000

  /// Moves the whole log into the database and cuts it to nothing.
  func emptyLog() throws(Anomaly) {
    for _ in 0..<Self.attempts {
      if try integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0 { return }
      usleep(Self.pauseInMicroseconds)
    }
    throw Anomaly(
      .busy, "Erased, but a long read still keeps the log; erase again later",
      chinese: "已删除,但日志仍被长查询占用,请稍后重试")
  }
}

extension SQLiteSession {
  func erase(_ key: ResourceKey) throws(Anomaly) {
    try flush()
    guard let state = try state(of: key) else {
      throw .notFound("\(key) does not exist", chinese: "\(key) 不存在")
    }
    if state.isErased { return }
    try words.catchUp()
    try words.remove(state.rid, version: state.version)
    try removeIndex(key.type, state)
    if !state.isDeleted { difference[key.type, default: 0] -= 1 }
    let stamp = try stamp()
    let erased = try connection.statement("DELETE FROM version WHERE rid = ?")
    erased.bind(state.rid, at: 1)
    try erased.run()
    let marker = try connection.statement(
      """
      UPDATE resource SET version = version + 1, sequence = ?, updated = ?, method = ?,
      deleted = 2, dictionary = 0, body = x'' WHERE rid = ?
      """)
    marker.bind(stamp.sequence, at: 1)
    marker.bind(stamp.updated, at: 2)
    marker.bind(Int64(Method.delete.rawValue), at: 3)
    marker.bind(state.rid, at: 4)
    try marker.run()
    let feed = try connection.statement(
      "INSERT INTO feed (sequence, rid, type, version, method, updated) VALUES (?, ?, ?, ?, ?, ?)")
    feed.bind(stamp.sequence, at: 1)
    feed.bind(state.rid, at: 2)
    feed.bind(Int64(key.type.rawValue), at: 3)
    feed.bind(state.version + 1, at: 4)
    feed.bind(Int64(Method.delete.rawValue), at: 5)
    feed.bind(stamp.updated, at: 6)
    try feed.run()
    note(key, nil)
  }
}
