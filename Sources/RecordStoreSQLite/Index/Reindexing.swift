package import FHIR
import FHIRSearch
import RecordStore

/// Makes the index rows of parameters that were added, step by step between the writes of others.
///
/// How far it came is kept with the rows, so it goes on after a restart where it stopped.
struct Reindexing {
  static let isDone = Int64.max
  /// How many resources a step looks at.
  static let step = 500

  let session: SQLiteSession

  /// One step; whether there is more to do.
  func run() throws(Anomaly) -> Bool {
    let connection = session.connection
    try session.flush()
    let table = session.registry.current.table
    var wanted: Set<String> = []
    for custom in try connection.customParameters(session.codec) {
      for (name, number) in custom.names(in: table) {
        let progress = custom.progress(number)
        wanted.insert(progress)
        let reached = try connection.progress(progress)
        if reached == Self.isDone { continue }
        if reached == nil { try clear(number) }
        guard let parameter = parameter(custom.definition, name, number, table) else {
          try connection.setProgress(progress, Self.isDone)
          return true
        }
        let last = try build(parameter, after: reached ?? -1)
        try connection.setProgress(progress, last ?? Self.isDone)
        if last == nil { session.isRegistryStale = true }
        return true
      }
    }
    return try dropUnwanted(wanted)
  }

  private func parameter(
    _ definition: SearchParameterDefinition, _ name: String, _ number: Int32,
    _ table: ParameterTable
  ) -> SearchParameter? {
    let base = name.prefix { $0 != " " }
    return Schema.r4.type(named: String(base)).flatMap {
      table.parameter(definition.code, of: $0)
    }
  }

  /// The rows of the next resources; the last rid, or nil when all are done.
  private func build(_ parameter: SearchParameter, after rid: Int64) throws(Anomaly) -> Int64? {
    let connection = session.connection
    let extractor = IndexExtractor(parameter)
    let row = try connection.statement(
      """
      SELECT rid, dictionary, body FROM resource
      WHERE type = ? AND deleted = 0 AND rid > ? ORDER BY rid LIMIT ?
      """)
    row.bind(Int64(parameter.base.rawValue), at: 1)
    row.bind(rid, at: 2)
    row.bind(Self.step, at: 3)
    var bodies: [(rid: Int64, body: [UInt8])] = []
    while try row.step() {
      bodies.append(
        (row.int64(0), try session.codec.unpack(row.blob(2), dictionary: row.int64(1))))
    }
    row.reset()
    for (rid, body) in bodies {
      let document = try JSONDocument.parse(body)
      let entries = extractor.entries(for: document.root, parameter.base)
      withExtendedLifetime(document) {}
      let home = Clusters.cluster(of: rid)
      try session.index.add(entries, rid) { (type, id) throws(Anomaly) in
        try session.reference(Identities.Key(type: type, id: StoredID(id)), from: home)
      }
    }
    try session.flush()
    return bodies.count < Self.step ? nil : bodies.last?.rid
  }

  /// Deletes the rows of a number.
  private func clear(_ number: Int32) throws(Anomaly) {
    let first = Int64(number) * Int64(IndexVariant.count)
    for table in ["idx", "txt", "composite"] {
      let row = try session.connection.statement(
        "DELETE FROM \(table) WHERE param BETWEEN ? AND ?")
      row.bind(first, at: 1)
      row.bind(first + Int64(IndexVariant.count) - 1, at: 2)
      try row.run()
    }
  }

  /// Deletes the rows of one parameter that is no more; whether there was one.
  private func dropUnwanted(_ wanted: Set<String>) throws(Anomaly) -> Bool {
    let row = try session.connection.statement(
      "SELECT name FROM progress WHERE name LIKE 'reindex %'")
    var names: [String] = []
    while try row.step() { names.append(row.text(0)) }
    row.reset()
    guard let name = names.first(where: { !wanted.contains($0) }) else { return false }
    let parts = name.split(separator: " ")
    let isInUse = wanted.contains { $0.hasPrefix("reindex \(parts[1]) ") }
    if !isInUse, let number = Int32(parts[1]) { try clear(number) }
    let gone = try session.connection.statement("DELETE FROM progress WHERE name = ?")
    gone.bind(name, at: 1)
    try gone.run()
    return true
  }
}

extension SQLiteStore {
  /// Makes the rows of added search parameters until all are there.
  package func reindex() async throws(Anomaly) {
    while try await writer.submit({ (session) throws(Anomaly) in
      try Reindexing(session: session).run()
    }) {}
  }

  /// Goes on in the background after a SearchParameter was stored, and after a start.
  func reindexInBackground() {
    Task.detached(priority: .utility) { [weak self] in
      // What fails is tried again after the next change or start; searches refuse it until then.
      do { try await self?.reindex() } catch { return }
    }
  }
}
