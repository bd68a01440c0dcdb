import FHIR
import Foundation
import RecordStore

/// The record of one person: all in the person's clusters, what else refers to the person as the
/// patient
/// compartment says, and what those refer to, one step.
///
/// <https://hl7.org/fhir/R4/operation-patient-everything.html>
struct EverythingRead {
  let connection: Connection
  let codec: BodyCodec
  let membership: Membership
  let key: ResourceKey
  let window: EverythingWindow

  /// What a resource is in the record, in the order of pages.
  private enum Part: Int {
    case own = 0
    case outside, supporting
  }

  private struct Place: Comparable {
    var part: Int
    var rid: Int64
    static func < (left: Place, right: Place) -> Bool {
      (left.part, left.rid) < (right.part, right.rid)
    }
  }

  func page() throws(Anomaly) -> SearchPage {
    guard let rid = try connection.rid(of: key), let person = try connection.latest(key, codec)
    else { throw .notFound("\(key) does not exist", chinese: "\(key) 不存在") }
    if person.isDeleted { throw .gone("\(key) is deleted", chinese: "\(key) 已删除") }
    let start = try place(window.cursor)
    let limit = window.count.map { max($0, 1) } ?? Int.max
    var reader = Reader(connection: connection, codec: codec, window: window)
    for range in try clusters(of: rid) { try reader.add(range) }
    let own = reader.found.count
    try reader.add(rids: try outside(rid))
    let outside = reader.found.count
    try reader.addReferences()
    var entries: [SearchPage.Entry] = []
    var last = Place(part: 0, rid: 0)
    for (index, found) in reader.found.enumerated() {
      let part: Part = index < own ? .own : index < outside ? .outside : .supporting
      let place = Place(part: part.rawValue, rid: found.rid)
      guard start.map({ $0 < place }) ?? true, isWanted(found) else { continue }
      if entries.count == limit {
        let next = "\(last.part).\(last.rid)"
        return SearchPage(entries: entries, links: SearchPage.Links(next: next))
      }
      last = place
      entries.append(
        SearchPage.Entry(try found.version(), part == .supporting ? .include : .match))
    }
    return SearchPage(entries: entries)
  }

  private func isWanted(_ found: Reader.Found) -> Bool {
    (window.types.isEmpty || window.types.contains(found.identity.type))
      && found.updated >= window.since ?? Int64.min
  }

  private func place(_ cursor: String?) throws(Anomaly) -> Place? {
    guard let cursor else { return nil }
    let parts = cursor.split(separator: ".").map { Int64($0) }
    guard parts.count == 2, let part = parts[0], let rid = parts[1], (0...2).contains(part) else {
      throw .incorrect("The cursor '\(cursor)' is not one of ours", chinese: "无效的分页游标")
    }
    return Place(part: Int(part), rid: rid)
  }

  /// The rids that a person's resources may have.
  private func clusters(of rid: Int64) throws(Anomaly) -> [ClosedRange<Int64>] {
    var ranges: [ClosedRange<Int64>] = []
    var next: Int64? = Clusters.cluster(of: rid)
    while let cluster = next {
      let first = cluster << Clusters.ordinalBits
      ranges.append(first...(first + Clusters.ordinalLimit - 1))
      let row = try connection.statement("SELECT successor FROM cluster WHERE cluster = ?")
      row.bind(cluster, at: 1)
      defer { row.reset() }
      next = try row.step() && !row.isNull(0) ? row.int64(0) : nil
    }
    return ranges
  }

  /// Resources in the clusters of others that belong to this person too.
  private func outside(_ rid: Int64) throws(Anomaly) -> [Int64] {
    let row = try connection.statement(membership.outsideSQL)
    row.bind(rid, at: 1)
    row.bind(Clusters.cluster(of: rid) << Clusters.ordinalBits, at: 2)
    row.bind((Clusters.cluster(of: rid) + 1) << Clusters.ordinalBits - 1, at: 3)
    defer { row.reset() }
    var rids: [Int64] = []
    while try row.step() { rids.append(row.int64(0)) }
    return Array(Set(rids)).sorted()
  }
}

/// Reads resources by dense id and gathers what they refer to.
private struct Reader {
  struct Found {
    var rid: Int64
    var identity: Identities.Key
    var number: Int
    var updated: Int64
    var sequence: Int64
    var method: Method
    var body: [UInt8]

    func version() throws(Anomaly) -> Version {
      try Version(
        key: ResourceKey(type: identity.type, id: identity.id.string), version: number,
        updated: updated, sequence: sequence, method: method, content: body)
    }
  }

  let connection: Connection
  let codec: BodyCodec
  let window: EverythingWindow
  var found: [Found] = []
  private var identities: Set<Identities.Key> = []
  private var references = ResourceReferences()

  init(connection: Connection, codec: BodyCodec, window: EverythingWindow) {
    self.connection = connection
    self.codec = codec
    self.window = window
  }

  private static let columns =
    "rid, type, id, version, updated, sequence, method, dictionary, body"

  private static let person = Schema.r4.type(named: "Person")

  private func isWhoIsWho(_ body: [UInt8]) throws(Anomaly) -> Bool {
    let document = try JSONDocument.parse(body)
    return withExtendedLifetime(document) {
      Self.person.map { WhoIsWho.has($0, document.root) } ?? false
    }
  }

  mutating func add(_ range: ClosedRange<Int64>) throws(Anomaly) {
    let row = try connection.statement(
      """
      SELECT \(Self.columns) FROM resource
      WHERE rid BETWEEN ? AND ? AND deleted = 0 ORDER BY rid
      """)
    row.bind(range.lowerBound, at: 1)
    row.bind(range.upperBound, at: 2)
    defer { row.reset() }
    while try row.step() { try take(row, follows: true) }
  }

  mutating func add(rids: [Int64], follows: Bool = true) throws(Anomaly) {
    let row = try connection.statement(
      "SELECT \(Self.columns) FROM resource WHERE rid = ? AND deleted = 0")
    defer { row.reset() }
    for rid in rids {
      row.bind(rid, at: 1)
      if try row.step() { try take(row, follows: follows) }
      row.reset()
    }
  }

  /// Reads what those read so far refer to.
  mutating func addReferences() throws(Anomaly) {
    var rids: [Int64] = []
    for key in references.found where !identities.contains(key) {
      if let rid = try connection.rid(of: key) { rids.append(rid) }
    }
    try add(rids: rids.sorted(), follows: false)
  }

  private mutating func take(_ row: Statement, follows: Bool) throws(Anomaly) {
    let identity = Identities.Key(
      type: TypeID(rawValue: UInt16(truncatingIfNeeded: row.int64(1))), id: row.id(2))
    guard identities.insert(identity).inserted else { return }
    let body = try codec.unpack(row.blob(8), dictionary: row.int64(7))
    if identity.type == Self.person, try isWhoIsWho(body) { return }
    if follows { body.withUnsafeBytes { references.gather($0) } }
    found.append(
      Found(
        rid: row.int64(0), identity: identity,
        number: row.int(3), updated: row.int64(4), sequence: row.int64(5),
        method: Method(rawValue: UInt8(truncatingIfNeeded: row.int64(6))) ?? .put, body: body))
  }
}

/// Finds the literal references in bodies without parsing them, each once.
private struct ResourceReferences {
  /// What is referred to, in the order of first mention.
  private(set) var found: [Identities.Key] = []
  private var seen: Set<Int> = []
  private static let name = Array("\"reference\":\"".utf8)

  mutating func gather(_ body: UnsafeRawBufferPointer) {
    guard var rest = body.baseAddress else { return }
    let end = rest + body.count
    while let start = Self.next(rest, end) {
      guard let quote = memchr(start, Int32(UInt8(ascii: "\"")), end - start) else { break }
      let text = UnsafeRawBufferPointer(start: start, count: UnsafeRawPointer(quote) - start)
      rest = UnsafeRawPointer(quote)
      var hasher = Hasher()
      hasher.combine(bytes: text)
      guard seen.insert(hasher.finalize()).inserted else { continue }
      if case .relative(let target)? = LiteralReference(text) {
        found.append(Identities.Key(type: target.type, id: StoredID(target.id)))
      }
    }
  }

  /// The place behind the next `"reference":"`; found by its `f`, which is rare.
  private static func next(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer)
    -> UnsafeRawPointer?
  {
    let before = 3
    var rest = start
    while let place = memchr(rest, Int32(UInt8(ascii: "f")), end - rest) {
      let letter = UnsafeRawPointer(place)
      rest = letter + 1
      let name = letter - before
      guard name >= start, end - name >= Self.name.count else { continue }
      if memcmp(name, Self.name, Self.name.count) == 0 { return name + Self.name.count }
    }
    return nil
  }
}
