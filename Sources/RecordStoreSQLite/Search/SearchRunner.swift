import Dispatch
import FHIR
import FHIRSearch
import RecordStore

/// A resource that a search found, with its dense id.
struct FoundResource {
  var rid: Int64
  var version: Version
}

/// Answers searches on a connection: matches by pages, what they include, and their number.
///
/// <https://hl7.org/fhir/R4/search.html>
struct SearchRunner: Searcher {
  let codec: BodyCodec
  let registry: IndexRegistry
  /// Makes cursors that nobody else can.
  let secret: UInt64
  /// How long the statements of a search may take; then it is refused as too costly.
  var timeLimit = DispatchTimeInterval.seconds(5)

  /// How far an estimate counts.
  static let estimateLimit = 100_000

  func matches(_ query: Query, limit: Int, on connection: Connection) throws(Anomaly)
    -> [ResourceKey]
  {
    try connection.within(timeLimit) { () throws(Anomaly) in
      let search = try staged(query, connection)
      let sql = search.page.page(.start, limit: search.bound(limit))
      return try read(search, sql, limit, connection).map(\.version.key)
    }
  }

  func page(_ query: Query, on connection: Connection) throws(Anomaly) -> SearchPage {
    try connection.within(timeLimit) { () throws(Anomaly) in
      try unlimitedPage(query, connection)
    }
  }

  private func unlimitedPage(_ query: Query, _ connection: Connection) throws(Anomaly)
    -> SearchPage
  {
    let search = try staged(query, connection)
    if query.isCountOnly {
      let total = try total(search, .accurate, connection)
      return SearchPage(
        entries: [], total: total, applied: query.applied, warnings: query.warnings)
    }
    let counts = query.total == .accurate || query.total == .estimate
    let isPlain = query.sort.isEmpty && query.inclusions.isEmpty && !counts
    if isPlain { return try plainPage(query, search, connection) }
    // All statements of a page see the same state of the store.
    try connection.statement("SAVEPOINT search").run()
    let result = Result { () throws(Anomaly) in
      var page =
        query.sort.isEmpty
        ? try plainPage(query, search, connection) : try sortedPage(query, search, connection)
      if counts, let wanted = query.total, page.total == nil {
        page.total = try total(search, wanted, connection)
      }
      return page
    }
    try connection.statement("RELEASE search").run()
    return try result.get()
  }

  /// The statements of a search: restricted to what may be known, with the systems of its codes.
  private func staged(_ query: Query, _ connection: Connection) throws(Anomaly) -> StagedSearch {
    let tree = query.expression.restricted(to: query.permission, types: query.types)
    return try StagedSearch(try tree.withSystems(connection), query.types, connection)
  }

  private func total(_ search: StagedSearch, _ total: Query.Total, _ connection: Connection)
    throws(Anomaly) -> Int
  {
    if search.residue != nil {
      let all = search.page.page(.start, limit: Int.max)
      return try read(search, all, Int.max, connection).count
    }
    let limit = total == .accurate ? Int.max : Self.estimateLimit
    let row = try connection.statement(search.page.total(limit: limit))
    defer { row.reset() }
    return try row.step() ? row.int(0) : 0
  }

  // MARK: In the order of dense ids

  private func plainPage(_ query: Query, _ search: StagedSearch, _ connection: Connection)
    throws(Anomaly) -> SearchPage
  {
    let cursor = try cursor(query)
    let isBackward = cursor?.isBackward ?? false
    let place: PageSQL.Place =
      cursor.map { isBackward ? .before($0.rid) : .after($0.rid) } ?? .start
    let limit = query.count + 1
    let sql = search.page.page(place, limit: search.bound(limit))
    var found = try read(search, sql, limit, connection)
    let hasMore = found.count > query.count
    if hasMore { found.removeLast() }
    if isBackward { found.reverse() }
    let matches = found.map { SortedRead.Match(found: $0, keys: []) }
    return try page(matches, query, cursor, hasMore: hasMore, connection)
  }

  // MARK: Sorted

  private func sortedPage(_ query: Query, _ search: StagedSearch, _ connection: Connection)
    throws(Anomaly) -> SearchPage
  {
    let cursor = try cursor(query)
    let sorting = SortedRead(
      extractor: registry.current.extractor, table: registry.current.table, keys: query.sort)
    if let all = try few(search, connection) {
      var matches: [SortedRead.Match] = []
      matches.reserveCapacity(all.count)
      for found in all { matches.append(try sorting.match(found)) }
      let (page, hasMore) = sorting.page(matches, cursor, count: query.count)
      return try self.page(page, query, cursor, hasMore: hasMore, connection)
    }
    let statement = try SortSQL(page: search.page, keys: query.sort)
      .statement(cursor, limit: query.count + 1)
    var matches: [SortedRead.Match] = []
    for found in try read(search, statement, Int.max, connection) {
      matches.append(try sorting.match(found))
    }
    let hasMore = matches.count > query.count
    if hasMore { matches.removeLast() }
    if cursor?.isBackward == true { matches.reverse() }
    return try page(matches, query, cursor, hasMore: hasMore, connection)
  }

  /// All matches, if they are few.
  private func few(_ search: StagedSearch, _ connection: Connection) throws(Anomaly)
    -> [FoundResource]?
  {
    if search.residue != nil {
      return try read(search, search.page.page(.start, limit: Int.max), Int.max, connection)
    }
    let row = try connection.statement(search.page.rids(limit: SortedRead.limit + 1))
    defer { row.reset() }
    var rids: [Int64] = []
    while try row.step() { rids.append(row.int64(0)) }
    return rids.count <= SortedRead.limit ? try read(rids, connection) : nil
  }

  // MARK: Pages

  private func cursor(_ query: Query) throws(Anomaly) -> SearchCursor? {
    guard let token = query.cursor else { return nil }
    return try SearchCursor(token, Self.name(query), secret: secret)
  }

  /// What a cursor belongs to: the search with its scope.
  private static func name(_ query: Query) -> String { query.scope.path + "?" + query.applied }

  private func page(
    _ matches: [SortedRead.Match], _ query: Query, _ cursor: SearchCursor?, hasMore: Bool,
    _ connection: Connection
  ) throws(Anomaly) -> SearchPage {
    var entries: [SearchPage.Entry] = []
    entries.reserveCapacity(matches.count)
    for match in matches { entries.append(SearchPage.Entry(match.found.version, .match)) }
    var warnings = query.warnings
    if !query.inclusions.isEmpty {
      var following = Following(runner: self, connection: connection, query: query)
      entries += try following.inclusions(of: matches.map(\.found))
      warnings += following.warnings
    }
    var links = SearchPage.Links()
    let sequence: Int64
    if let cursor { sequence = cursor.sequence } else { sequence = try self.sequence(connection) }
    let isBackward = cursor?.isBackward ?? false
    func token(_ match: SortedRead.Match, isBackward: Bool) -> String {
      SearchCursor(
        isBackward: isBackward, sequence: sequence, keys: match.keys, rid: match.found.rid
      ).token(Self.name(query), secret: secret)
    }
    if isBackward || hasMore, let last = matches.last {
      links.next = token(last, isBackward: false)
    }
    let hasPrevious = isBackward ? hasMore : cursor != nil
    if hasPrevious, let first = matches.first {
      links.previous = token(first, isBackward: true)
    }
    let isWhole = cursor == nil && !hasMore
    return SearchPage(
      entries: entries, total: isWhole ? matches.count : nil, links: links,
      applied: query.applied, warnings: warnings)
  }

  /// The last sequence number of the change feed.
  private func sequence(_ connection: Connection) throws(Anomaly) -> Int64 {
    try connection.integer("SELECT MAX(sequence) FROM feed") ?? 0
  }

  // MARK: Rows

  /// Reads what a statement with the columns of `PageSQL` selects and the residue holds for.
  func read(
    _ search: StagedSearch, _ sql: SQLText, _ limit: Int, _ connection: Connection
  ) throws(Anomaly) -> [FoundResource] {
    let row = try connection.statement(sql)
    defer { row.reset() }
    var found: [FoundResource] = []
    while found.count < limit, try row.step() {
      let resource = try resource(row, connection)
      if let residue = search.residue, !(try holds(residue, resource)) { continue }
      found.append(resource)
    }
    return found
  }

  private func holds(_ residue: Expression, _ resource: FoundResource) throws(Anomaly) -> Bool {
    let document = try JSONDocument.parse(resource.version.content)
    defer { withExtendedLifetime(document) {} }
    return residue.holds(
      for: registry.current.extractor.entries(
        for: document.root, resource.version.key.type))
  }

  /// Reads live resources by their dense ids.
  func read(_ rids: [Int64], _ connection: Connection) throws(Anomaly) -> [FoundResource] {
    let row = try connection.statement(
      "SELECT \(PageSQL.columns) FROM resource AS r WHERE r.rid = ? AND r.deleted = 0")
    defer { row.reset() }
    var found: [FoundResource] = []
    found.reserveCapacity(rids.count)
    for rid in rids {
      row.reset()
      row.bind(rid, at: 1)
      if try row.step() { found.append(try resource(row, connection)) }
    }
    return found
  }

  private func resource(_ row: Statement, _ connection: Connection) throws(Anomaly)
    -> FoundResource
  {
    let type = TypeID(rawValue: UInt16(truncatingIfNeeded: row.int64(1)))
    let key = ResourceKey(type: type, id: row.id(2).string)
    return FoundResource(
      rid: row.int64(0), version: try connection.version(key, row, 3, codec))
  }
}

extension Connection {
  /// The prepared statement of a text with its values bound.
  func statement(_ sql: SQLText) throws(Anomaly) -> Statement {
    let statement = try statement(sql.text)
    for (index, value) in sql.values.enumerated() {
      let place = Int32(index + 1)
      switch value {
      case .integer(let number): statement.bind(number, at: place)
      case .real(let number): statement.bind(number, at: place)
      case .text(let text): statement.bind(text, at: place)
      case .id(let id): statement.bind(StoredID(id), at: place)
      }
    }
    return statement
  }
}
