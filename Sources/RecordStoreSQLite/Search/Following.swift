import FHIR
import FHIRSearch
import RecordStore

/// Follows `_include` and `_revinclude` from the matches of a page; each resource comes once.
///
/// <https://hl7.org/fhir/R4/search.html#revinclude>
struct Following {
  let runner: SearchRunner
  let connection: Connection
  let query: Query
  private var known: Set<Int64> = []
  private(set) var warnings: [Anomaly] = []

  /// How many resources a page includes at most.
  static let limit = 1_000
  /// How many steps `:iterate` goes at most.
  static let depthLimit = 16

  init(runner: SearchRunner, connection: Connection, query: Query) {
    self.runner = runner
    self.connection = connection
    self.query = query
  }

  mutating func inclusions(of matches: [FoundResource]) throws(Anomaly) -> [SearchPage.Entry] {
    known = Set(matches.map(\.rid))
    var entries: [SearchPage.Entry] = []
    var frontier = matches
    var depth = 0
    while !frontier.isEmpty, depth < Self.depthLimit {
      var reached: [Int64] = []
      for inclusion in query.inclusions where depth == 0 || inclusion.isIterative {
        for resource in frontier {
          let next =
            inclusion.isReverse
            ? try referring(to: resource, inclusion) : try referred(by: resource, inclusion)
          for rid in next where !known.contains(rid) {
            guard entries.count + reached.count < Self.limit else { return cut(entries) }
            known.insert(rid)
            reached.append(rid)
          }
        }
      }
      frontier = try allowed(try runner.read(reached, connection))
      entries += frontier.map { SearchPage.Entry($0.version, .include) }
      depth += 1
    }
    return entries
  }

  /// What the asker may know of.
  private func allowed(_ resources: [FoundResource]) throws(Anomaly) -> [FoundResource] {
    guard !query.permission.isEverything else { return resources }
    var allowed: [FoundResource] = []
    for resource in resources {
      let type = resource.version.key.type
      let holds = SQLPrinter(types: [type])
        .condition(query.permission.criterion(of: type), "r.rid")
      let sql: SQLText =
        "SELECT 1 FROM resource AS r WHERE r.rid = \(resource.rid) AND \(holds)"
      let row = try connection.statement(sql)
      defer { row.reset() }
      if try row.step() { allowed.append(resource) }
    }
    return allowed
  }

  private mutating func cut(_ entries: [SearchPage.Entry]) -> [SearchPage.Entry] {
    warnings.append(
      Anomaly(
        .unsupported, "More than \(Self.limit) resources are included; the others are left out",
        chinese: "附带的资源超过 \(Self.limit) 条,其余未列出", code: .incomplete))
    return entries
  }

  /// What a resource refers to.
  private func referred(by resource: FoundResource, _ inclusion: Inclusion) throws(Anomaly)
    -> [Int64]
  {
    let type = resource.version.key.type
    guard type == inclusion.source else { return [] }
    let document = try JSONDocument.parse(resource.version.content)
    let entries = runner.registry.current.extractor.entries(for: document.root, type)
    withExtendedLifetime(document) {}
    let keys = inclusion.parameters.flatMap { $0.keys(.value) }
    let ident = try connection.statement("SELECT rid FROM ident WHERE id = ? AND type = ?")
    defer { ident.reset() }
    var rids: [Int64] = []
    for row in entries.rows where row.kind == .reference && keys.contains(row.key) {
      guard inclusion.target == nil || inclusion.target == row.target else { continue }
      ident.reset()
      ident.bind(StoredID(String(decoding: entries.text(of: row), as: UTF8.self)), at: 1)
      ident.bind(Int64(row.target.rawValue), at: 2)
      if try ident.step() { rids.append(ident.int64(0)) }
    }
    return rids
  }

  /// What refers to a resource.
  private func referring(to resource: FoundResource, _ inclusion: Inclusion) throws(Anomaly)
    -> [Int64]
  {
    if let target = inclusion.target, target != resource.version.key.type { return [] }
    let param = inclusion.parameters.flatMap { Expression.keys($0, .value) }
    let row = try connection.statement(
      """
      SELECT rid FROM idx WHERE param \(oneOf: param) AND lo = \(resource.rid) AND hi = 0 \
      LIMIT \(Self.limit + 1)
      """)
    defer { row.reset() }
    var rids: [Int64] = []
    while try row.step() { rids.append(row.int64(0)) }
    return rids
  }
}
