import FHIR
import RecordStore

/// The versions of a resource, a type or all. <https://hl7.org/fhir/R4/http.html#history>
struct HistoryRead {
  let connection: Connection
  let codec: BodyCodec
  let scope: HistoryScope
  let window: HistoryWindow

  /// A page goes on below a sequence number, so that versions made meanwhile change nothing.
  func page() throws(Anomaly) -> HistoryPage {
    let start = try Cursor(window.cursor)
    let count = min(max(window.count, 0), HistoryWindow.maximumCount)
    var versions: [Version] = []
    var last: Int64 = 0
    let rows = try changes(below: start?.sequence ?? Int64.max, limit: count + 1)
    for change in rows.prefix(count) {
      last = change.sequence
      if let version = try connection.version(at: change, codec) { versions.append(version) }
    }
    let total = if let start { start.total } else { try self.total() }
    let next = rows.count > count && count > 0 ? Cursor(sequence: last, total: total).text : nil
    return HistoryPage(versions: versions, total: total, next: next)
  }

  private struct Cursor {
    var sequence: Int64
    var total: Int

    init(sequence: Int64, total: Int) {
      self.sequence = sequence
      self.total = total
    }

    init?(_ text: String?) throws(Anomaly) {
      guard let text else { return nil }
      let parts = text.split(separator: ".").map { Int64($0) }
      guard parts.count == 2, let sequence = parts[0], let total = parts[1], sequence > 0,
        total >= 0
      else { throw .incorrect("The cursor '\(text)' is not one of ours", chinese: "无效的分页游标") }
      self.init(sequence: sequence, total: Int(total))
    }

    var text: String { "\(sequence).\(total)" }
  }

  private static let joined = """
    SELECT f.sequence, f.rid, f.type, r.id, f.version, f.method, f.updated, r.deleted
    FROM feed f JOIN resource r ON r.rid = f.rid
    """

  private var condition: String {
    switch scope {
    case .system: ""
    case .type: " AND f.type = ?5"
    case .resource:
      // The versions of one resource are few; their sequence numbers lead to the feed.
      """
       AND f.sequence IN (SELECT sequence FROM version WHERE rid = ?5
       UNION ALL SELECT sequence FROM resource WHERE rid = ?5)
      """
    }
  }

  /// A version was current until the next one of its resource was made; erased ones are no more.
  private static let during = """
    f.sequence < ?1 AND f.sequence >= ?2 AND f.updated <= ?3
    AND NOT (r.deleted = 2 AND f.method <> 4)
    AND (?4 IS NULL OR NOT EXISTS (
      SELECT 1 FROM version n WHERE n.rid = f.rid AND n.version = f.version + 1 AND n.updated <= ?4)
      AND NOT EXISTS (
      SELECT 1 FROM resource n WHERE n.rid = f.rid AND n.version = f.version + 1
      AND n.updated <= ?4))
    """

  private func changes(below: Int64, limit: Int) throws(Anomaly) -> [FeedRow] {
    let sql = "\(Self.joined) WHERE \(Self.during)\(condition) ORDER BY f.sequence DESC LIMIT ?6"
    let row = try connection.statement(sql)
    defer { row.reset() }
    guard try bind(row, below: below) else { return [] }
    row.bind(limit, at: 6)
    var rows: [FeedRow] = []
    while try row.step() { rows.append(FeedRow(row)) }
    return rows
  }

  private func total() throws(Anomaly) -> Int {
    let sql = """
      SELECT count(*) FROM feed f JOIN resource r ON r.rid = f.rid
      WHERE \(Self.during)\(condition)
      """
    let row = try connection.statement(sql)
    defer { row.reset() }
    guard try bind(row, below: Int64.max) else { return 0 }
    return try row.step() ? row.int(0) : 0
  }

  /// False when the scope is a resource that never was.
  private func bind(_ row: Statement, below: Int64) throws(Anomaly) -> Bool {
    row.bind(below, at: 1)
    row.bind(try window.since.map { since throws(Anomaly) in try first(since) } ?? 0, at: 2)
    row.bind(window.at?.upperBound ?? Int64.max, at: 3)
    if let at = window.at { row.bind(at.lowerBound, at: 4) } else { row.bindNull(at: 4) }
    switch scope {
    case .system: break
    case .type(let type): row.bind(Int64(type.rawValue), at: 5)
    case .resource(let key):
      guard let rid = try connection.rid(of: key) else { return false }
      row.bind(rid, at: 5)
    }
    return true
  }

  /// The first sequence number at or after an instant: times never run backwards along the feed.
  private func first(_ since: Int64) throws(Anomaly) -> Int64 {
    var low: Int64 = 1
    var high = (try connection.integer("SELECT max(sequence) FROM feed") ?? 0) + 1
    let row = try connection.statement("SELECT updated FROM feed WHERE sequence = ?")
    defer { row.reset() }
    while low < high {
      let middle = low + (high - low) / 2
      row.bind(middle, at: 1)
      let isBefore = try row.step() && row.int64(0) < since
      row.reset()
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
