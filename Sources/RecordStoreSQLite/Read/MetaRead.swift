package import FHIR
package import RecordStore

/// `$meta`, `$meta-add`, `$meta-delete`. <https://hl7.org/fhir/R4/resource-operations.html>
extension SQLiteStore {
  package func meta(_ scope: HistoryScope) async throws(Anomaly) -> JSON {
    if case .resource(let key) = scope {
      let version = try await read(key)
      guard let version else { throw .notFound("\(key) does not exist", chinese: "\(key) 不存在") }
      if version.isDeleted { throw .gone("\(key) is deleted", chinese: "\(key) 已删除") }
      return try JSON(parsing: version.body)["meta"] ?? .object(JSONObject())
    }
    let codec = codec
    return try await readers.search { (connection) throws(Anomaly) in
      var sum = MetaLabels()
      let row: Statement
      if case .type(let type) = scope {
        row = try connection.statement(
          "SELECT dictionary, body FROM resource WHERE type = ? AND deleted = 0")
        row.bind(Int64(type.rawValue), at: 1)
      } else {
        row = try connection.statement("SELECT dictionary, body FROM resource WHERE deleted = 0")
      }
      defer { row.reset() }
      while try row.step() {
        let document = try JSONDocument.parse(
          try codec.unpack(row.blob(1), dictionary: row.int64(0)))
        if let meta = document.root.member(.meta) { sum.add(JSON(meta)) }
        withExtendedLifetime(document) {}
      }
      return sum.json
    }
  }

  package func changeMeta(_ key: ResourceKey, _ change: MetaChange) async throws(Anomaly) -> JSON {
    let patch = ResourcePatch { (document) throws(Anomaly) in
      var resource = withExtendedLifetime(document) { JSON(document.root) }
      resource["meta"] = MetaLabels.changed(resource["meta"] ?? .object(JSONObject()), change)
      return try JSONDocument.parse(resource.encoded())
    }
    let outcome = try await write(.patch(key, patch))
    guard let body = outcome.version?.body else { throw .fault("\(key) has no version") }
    return try JSON(parsing: body)["meta"] ?? .object(JSONObject())
  }
}

/// The profiles, tags and security labels of many resources, each once.
private struct MetaLabels {
  private static let members = ["profile", "security", "tag"]
  private var found: [String: [JSON]] = [:]
  private var seen: Set<String> = []

  mutating func add(_ meta: JSON) {
    for member in Self.members {
      for label in meta[member]?.items ?? []
      where seen.insert(member + Self.identity(label)).inserted {
        found[member, default: []].append(label)
      }
    }
  }

  var json: JSON {
    var meta = JSONObject()
    for member in Self.members {
      if let labels = found[member] { meta[member] = .array(labels) }
    }
    return .object(meta)
  }

  /// Labels are the same when system and code are; profiles when their URLs are.
  private static func identity(_ label: JSON) -> String {
    label.string ?? "\(label["system"]?.string ?? "")|\(label["code"]?.string ?? "")"
  }

  static func changed(_ meta: JSON, _ change: MetaChange) -> JSON {
    var meta = meta
    for member in members {
      var labels = meta[member]?.items ?? []
      switch change {
      case .add(let more):
        for label in more[member]?.items ?? []
        where !labels.contains(where: { identity($0) == identity(label) }) {
          labels.append(label)
        }
      case .delete(let less):
        let gone = Set((less[member]?.items ?? []).map(identity))
        labels.removeAll { gone.contains(identity($0)) }
      }
      meta[member] = labels.isEmpty ? nil : .array(labels)
    }
    return meta
  }
}
