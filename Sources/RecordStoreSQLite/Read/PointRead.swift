import FHIR
import RecordStore

extension Connection {
  /// The latest version of a resource.
  func latest(_ key: ResourceKey, _ codec: BodyCodec) throws(Anomaly) -> Version? {
    let row = try statement(
      """
      SELECT r.version, r.updated, r.sequence, r.method, r.dictionary, r.body
      FROM ident i JOIN resource r ON r.rid = i.rid WHERE i.id = ? AND i.type = ?
      """)
    row.bind(StoredID(key.id), at: 1)
    row.bind(Int64(key.type.rawValue), at: 2)
    defer { row.reset() }
    guard try row.step() else { return nil }
    return try version(key, row, 0, codec)
  }

  /// One version of a resource, the latest or an older one.
  func version(_ key: ResourceKey, _ number: Int, _ codec: BodyCodec) throws(Anomaly) -> Version? {
    guard let latest = try latest(key, codec) else { return nil }
    if latest.version == number { return latest }
    let row = try statement(
      """
      SELECT r.version, r.updated, r.sequence, r.method, r.dictionary, r.body
      FROM ident i JOIN version r ON r.rid = i.rid
      WHERE i.id = ? AND i.type = ? AND r.version = ?
      """)
    row.bind(StoredID(key.id), at: 1)
    row.bind(Int64(key.type.rawValue), at: 2)
    row.bind(number, at: 3)
    defer { row.reset() }
    if try row.step() { return try version(key, row, 0, codec) }
    guard latest.isDeleted, (1..<latest.version).contains(number) else { return nil }
    // It was erased: nothing is known but that it was.
    return try Version(
      key: key, version: number, updated: latest.updated, sequence: latest.sequence,
      method: .delete, content: [])
  }

  /// The version in six columns: version, updated, sequence, method, dictionary, body.
  func version(
    _ key: ResourceKey, _ row: Statement, _ column: Int32, _ codec: BodyCodec
  ) throws(Anomaly) -> Version {
    let number = row.int(column)
    guard let method = Method(rawValue: UInt8(truncatingIfNeeded: row.int64(column + 3))) else {
      throw .fault("\(key) version \(number) has no method")
    }
    return try Version(
      key: key, version: number, updated: row.int64(column + 1), sequence: row.int64(column + 2),
      method: method,
      content: method == .delete
        ? [] : try codec.unpack(row.blob(column + 5), dictionary: row.int64(column + 4)))
  }
}
