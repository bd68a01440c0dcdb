package import FHIR
import FHIRSearch
import RecordStore

/// What was found when every row of a store was looked at.
package struct Verification: Sendable {
  package var resources = 0
  package var versions = 0
  package var indexRows = 0
  /// What is wrong, each with its place; empty when all is well.
  package var findings: [Anomaly] = []

  /// How many findings are told at most.
  package static let findingLimit = 100

  mutating func find(_ message: String, _ chinese: String) {
    guard findings.count < Self.findingLimit else { return }
    findings.append(.fault(message, chinese: chinese))
  }
}

extension SQLiteStore {
  /// Looks at every row: pages, bodies, the feed, identities, and the index when `index` is true.
  ///
  /// Runs beside writers, on the state of one instant.
  package func verify(index: Bool = true) async throws(Anomaly) -> Verification {
    let (codec, maker) = (codec, maker)
    return try await readers.search(limitInSeconds: nil) { (connection) throws(Anomaly) in
      try connection.snapshot { (connection) throws(Anomaly) in
        var check = StoreCheck(connection: connection, codec: codec, maker: maker)
        return try check.run(index: index)
      }
    }
  }
}

/// One pass over a store.
private struct StoreCheck {
  let connection: Connection
  let codec: BodyCodec
  let maker: PayloadMaker
  private var result = Verification()
  private var expectedRows: (numbers: Int, texts: Int, tuples: Int) = (0, 0, 0)

  init(connection: Connection, codec: BodyCodec, maker: PayloadMaker) {
    self.connection = connection
    self.codec = codec
    self.maker = maker
  }

  mutating func run(index: Bool) throws(Anomaly) -> Verification {
    try checkPages()
    try checkFeed()
    try checkResources(index: index)
    try checkVersions()
    if index { try countIndex() }
    return result
  }

  private mutating func checkPages() throws(Anomaly) {
    let row = try connection.statement("PRAGMA integrity_check(100)")
    defer { row.reset() }
    while try row.step() {
      let words = row.text(0)
      if words != "ok" { result.find("The file is damaged: \(words)", "数据库文件已损坏:\(words)") }
    }
  }

  /// The feed has every number once, and each tells of a version that is there or was erased.
  private mutating func checkFeed() throws(Anomaly) {
    let count = try connection.integer("SELECT count(*) FROM feed") ?? 0
    let last = try connection.integer("SELECT max(sequence) FROM feed") ?? 0
    if count != last {
      result.find("The feed has \(count) rows up to number \(last)", "变更序列不连续")
    }
    let row = try connection.statement(
      """
      SELECT f.sequence FROM feed f LEFT JOIN resource r ON r.rid = f.rid
      LEFT JOIN version v ON v.rid = f.rid AND v.version = f.version
      WHERE r.rid IS NULL OR f.type <> r.type OR NOT (
        (r.version = f.version AND r.sequence = f.sequence AND r.method = f.method
          AND r.updated = f.updated)
        OR (v.version IS NOT NULL AND v.sequence = f.sequence AND v.method = f.method
          AND v.updated = f.updated)
        OR (r.deleted = 2 AND v.version IS NULL AND f.version < r.version))
      """)
    defer { row.reset() }
    while try row.step() {
      result.find("Feed number \(row.int64(0)) tells of no version", "变更 \(row.int64(0)) 无对应版本")
    }
  }

  private mutating func checkResources(index: Bool) throws(Anomaly) {
    let row = try connection.statement(
      """
      SELECT r.rid, r.type, r.id, r.version, r.deleted, r.dictionary, r.body, i.rid, f.sequence
      FROM resource r LEFT JOIN ident i ON i.id = r.id AND i.type = r.type
      LEFT JOIN feed f ON f.sequence = r.sequence AND f.rid = r.rid
      """)
    defer { row.reset() }
    while try row.step() {
      result.resources += 1
      let rid = row.int64(0)
      let type = TypeID(rawValue: UInt16(truncatingIfNeeded: row.int64(1)))
      guard Schema.r4.resourceTypes.contains(type) else {
        result.find("Resource \(rid) has the unknown type \(row.int64(1))", "资源类型未知")
        continue
      }
      let key = ResourceKey(type: type, id: row.id(2).string)
      if row.isNull(7) || row.int64(7) != rid {
        result.find("\(key) cannot be found by its id", "无法按 id 找到 \(key)")
      }
      if row.isNull(8) { result.find("\(key) is not in the feed", "\(key) 不在变更序列中") }
      guard row.int64(4) == 0 else { continue }
      do throws(Anomaly) {
        let body = try codec.unpack(row.blob(6), dictionary: row.int64(5))
        if index { try checkIndex(key, rid, body) }
      } catch { result.find("\(key): \(error.message)", "\(key):\(error.chinese ?? "")") }
    }
  }

  private mutating func checkVersions() throws(Anomaly) {
    let row = try connection.statement(
      "SELECT rid, version, method, dictionary, body, sequence FROM version")
    defer { row.reset() }
    let feed = try connection.statement("SELECT rid, version FROM feed WHERE sequence = ?")
    while try row.step() {
      result.versions += 1
      let place = "Version \(row.int64(1)) of resource \(row.int64(0))"
      feed.bind(row.int64(5), at: 1)
      let isThere = try feed.step()
      if !isThere || feed.int64(0) != row.int64(0) || feed.int64(1) != row.int64(1) {
        result.find("\(place) is not in the feed", "版本不在变更序列中")
      }
      feed.reset()
      guard row.int64(2) != Int64(Method.delete.rawValue) else { continue }
      do throws(Anomaly) {
        _ = try codec.unpack(row.blob(4), dictionary: row.int64(3))
      } catch { result.find("\(place): \(error.message)", "历史版本已损坏") }
    }
  }

  /// Every row that the body gives is there; `countIndex` sees that there are no others.
  private mutating func checkIndex(_ key: ResourceKey, _ rid: Int64, _ body: [UInt8])
    throws(Anomaly)
  {
    let entries = try maker.entries(key.type, body)
    var buffer = IndexBuffer()
    let connection = connection
    try buffer.add(entries, rid) { (type, id) throws(Anomaly) in
      let target = ResourceKey(type: type, id: String(decoding: id, as: UTF8.self))
      guard let rid = try connection.rid(of: target) else {
        throw .fault("Nothing is known of \(target), to which it refers")
      }
      return rid
    }
    buffer.removeDoubles()
    expectedRows.numbers += buffer.numbers.count
    expectedRows.texts += buffer.texts.count
    expectedRows.tuples += buffer.tuples.count
    let missing = try buffer.missing(from: connection)
    if missing > 0 {
      result.find("\(missing) index rows of \(key) are missing", "\(key) 缺少 \(missing) 条索引")
    }
  }

  private mutating func countIndex() throws(Anomaly) {
    for (table, expected) in [
      ("idx", expectedRows.numbers), ("txt", expectedRows.texts),
      ("composite", expectedRows.tuples),
    ] {
      let count = Int(try connection.integer("SELECT count(*) FROM \(table)") ?? 0)
      result.indexRows += count
      if count != expected {
        result.find(
          "The table \(table) has \(count) rows, the resources give \(expected)", "索引行数不符")
      }
    }
  }
}
