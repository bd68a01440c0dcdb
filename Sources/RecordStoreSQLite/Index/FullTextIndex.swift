import FHIR
import FHIRSearch
import RecordStore

/// The word index of narratives and contents, for `_text` and `_content`.
///
/// It follows the change feed behind the writers, when they rest or when a search asks for it,
/// because
/// cutting texts into words costs more than storing the resource. The index keeps no texts: the
/// words
/// of a version are taken out by finding them again in its body.
struct FullTextIndex {
  let connection: Connection
  let codec: BodyCodec

  /// How many changes are taken at once.
  static let step = 200

  /// Takes the next changes; whether there may be more.
  func follow(limit: Int = step) throws(Anomaly) -> Bool {
    let reached = try reached()
    let rows = try connection.statement(
      """
      SELECT sequence, rid, version, method FROM feed WHERE sequence > ? ORDER BY sequence LIMIT ?
      """)
    rows.bind(reached, at: 1)
    rows.bind(limit, at: 2)
    var changes: [(sequence: Int64, rid: Int64, version: Int)] = []
    while try rows.step() { changes.append((rows.int64(0), rows.int64(1), rows.int(2))) }
    rows.reset()
    guard let last = changes.last else { return false }
    for change in changes {
      if change.version > 1 { try remove(change.rid, version: change.version - 1) }
      if let body = try body(change.rid, change.version) { try write(change.rid, body, .insert) }
    }
    try advance(to: last.sequence)
    return changes.count == limit
  }

  /// Takes all changes that there are.
  func catchUp() throws(Anomaly) {
    while try follow() {}
  }

  /// Takes the words of a version out.
  func remove(_ rid: Int64, version: Int) throws(Anomaly) {
    if let body = try body(rid, version) { try write(rid, body, .delete) }
  }

  /// Puts the words of a version in.
  func add(_ rid: Int64, version: Int) throws(Anomaly) {
    if let body = try body(rid, version) { try write(rid, body, .insert) }
  }

  private func reached() throws(Anomaly) -> Int64 {
    try connection.integer("SELECT sequence FROM progress WHERE name = 'fulltext'") ?? 0
  }

  /// Whether every change up to now is in the index.
  func isComplete() throws(Anomaly) -> Bool {
    try reached() >= connection.integer("SELECT max(sequence) FROM feed") ?? 0
  }

  private func advance(to sequence: Int64) throws(Anomaly) {
    let row = try connection.statement(
      "INSERT OR REPLACE INTO progress (name, sequence) VALUES ('fulltext', ?)")
    row.bind(sequence, at: 1)
    try row.run()
  }

  /// The body of a version; nil when it is a deletion or was erased.
  private func body(_ rid: Int64, _ version: Int) throws(Anomaly) -> [UInt8]? {
    for table in ["resource", "version"] {
      let row = try connection.statement(
        "SELECT dictionary, body FROM \(table) WHERE rid = ? AND version = ?")
      row.bind(rid, at: 1)
      row.bind(version, at: 2)
      defer { row.reset() }
      guard try row.step() else { continue }
      let body = try codec.unpack(row.blob(1), dictionary: row.int64(0))
      return body.isEmpty ? nil : body
    }
    return nil
  }

  private enum Change: String {
    case insert = "INSERT INTO fulltext (rowid, narrative, content) VALUES (?, ?, ?)"
    case delete = """
      INSERT INTO fulltext (fulltext, rowid, narrative, content) VALUES ('delete', ?, ?, ?)
      """
  }

  private func write(_ rid: Int64, _ body: [UInt8], _ change: Change) throws(Anomaly) {
    let document = try JSONDocument.parse(body)
    let (narrative, content) = IndexExtractor.fullText(of: document.root)
    withExtendedLifetime(document) {}
    let row = try connection.statement(change.rawValue)
    row.bind(rid, at: 1)
    row.bind(utf8: narrative[...], at: 2)
    row.bind(utf8: content[...], at: 3)
    try row.run()
  }
}

extension Expression {
  /// Whether the word index is needed.
  var asksForWords: Bool {
    switch self {
    case .fullText: true
    case .and(let parts), .or(let parts): parts.contains { $0.asksForWords }
    case .not(let part), .chain(_, _, let part), .has(_, _, let part): part.asksForWords
    default: false
    }
  }
}
