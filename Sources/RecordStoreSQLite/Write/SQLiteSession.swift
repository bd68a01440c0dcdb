import FHIR
import FHIRSearch
import RecordStore

/// The writer's side of the database: looks up, collects rows, writes them sorted.
///
/// What is written since the last flush lies in memory; a resource is written at most once between
/// two
/// flushes, so the order of rows within one does not matter.
final class SQLiteSession: WriteSession {
  let connection: Connection
  let drafting: Drafting<Payload>
  let settings: StoreSettings
  let maker: PayloadMaker
  let codec: BodyCodec
  let identities: Identities
  let clusters: Clusters
  let searcher: any Searcher
  let registry: IndexRegistry
  /// Whether a SearchParameter was written, or the rows of one are complete.
  var isRegistryStale = false
  let searchParameter = Schema.r4.type(named: "SearchParameter")
  var index = IndexBuffer()
  /// Rows of `resource` since the last flush, by rid.
  var rows: [ResourceRow] = []
  var places: [Int64: Int] = [:]
  /// By type: whether the follower is told of writes.
  private let isFollowed: [Bool]
  /// What the follower was not told of yet.
  private var followed: [FollowedWrite] = []
  private var isSettling = false
  private let tally: Tally
  /// Resources that came and went in this transaction, by type.
  var difference: [TypeID: Int] = [:]
  private var sequence: Int64?
  private var updated: Int64 = 0

  /// How many index rows are collected at most.
  private static let rowLimit = 200_000

  init(
    _ connection: Connection, drafting: Drafting<Payload>, settings: StoreSettings,
    maker: PayloadMaker, codec: BodyCodec, searcher: any Searcher,
    registry: IndexRegistry, tally: Tally
  ) {
    self.connection = connection
    self.drafting = drafting
    self.settings = settings
    self.maker = maker
    self.codec = codec
    self.searcher = searcher
    self.registry = registry
    self.tally = tally
    let types = settings.follower?.types ?? []
    isFollowed = (0...(types.map { Int($0.rawValue) }.max() ?? 0)).map {
      types.contains(TypeID(rawValue: UInt16($0)))
    }
    identities = Identities(connection)
    clusters = Clusters(connection)
  }

  var membership: Membership { registry.current.membership }

  var words: FullTextIndex { FullTextIndex(connection: connection, codec: codec) }

  // MARK: Looking up

  func state(of key: ResourceKey) throws(Anomaly) -> ResourceState? {
    let identity = Identities.Key(type: key.type, id: StoredID(key.id))
    guard let place = try identities.find(identity), !place.isReserved else { return nil }
    return try state(at: place.rid)
  }

  func state(at rid: Int64) throws(Anomaly) -> ResourceState? {
    if let place = places[rid] { return rows[place].state }
    let row = try connection.statement(
      "SELECT version, updated, sequence, method, deleted FROM resource WHERE rid = ?")
    row.bind(rid, at: 1)
    defer { row.reset() }
    guard try row.step() else { return nil }
    return ResourceState(
      rid: rid, version: row.int(0), updated: row.int64(1), sequence: row.int64(2),
      method: Method(rawValue: UInt8(truncatingIfNeeded: row.int64(3))) ?? .put,
      isErased: row.int64(4) == 2)
  }

  func body(of state: ResourceState) throws(Anomaly) -> [UInt8] {
    if let place = places[state.rid] {
      let packed = rows[place].packed
      return try packed.bytes.withUnsafeBytes { Result(catching: $0, codec, packed.dictionary) }
        .get()
    }
    let row = try connection.statement("SELECT body, dictionary FROM resource WHERE rid = ?")
    row.bind(state.rid, at: 1)
    defer { row.reset() }
    guard try row.step() else { throw .fault("Resource \(state.rid) is missing") }
    return try codec.unpack(row.blob(0), dictionary: row.int64(1))
  }

  func read(_ key: ResourceKey, version: Int) throws(Anomaly) -> Version? {
    try flush()
    return try connection.version(key, version, codec)
  }

  func matches(_ type: TypeID, _ query: String, limit: Int) throws(Anomaly) -> [ResourceKey] {
    try flush()
    let query = try Query.parseCriteria(query, of: type, context)
    if query.expression.asksForWords { try words.catchUp() }
    return try searcher.matches(query, limit: limit, on: connection)
  }

  func search(_ type: TypeID, _ query: String) throws(Anomaly) -> SearchPage {
    try flush()
    let query = try Query.parse(query, in: .type(type), context)
    if query.expression.asksForWords { try words.catchUp() }
    return try searcher.page(query, on: connection)
  }

  func undoing<T>(_ body: () throws(Anomaly) -> T) throws(Anomaly) -> T {
    try flush()
    let before = (difference, isRegistryStale, sequence)
    try connection.execute("SAVEPOINT step")
    do {
      let value = try body()
      try flush()
      try connection.execute("RELEASE step")
      return value
    } catch {
      reset()
      (difference, isRegistryStale, sequence) = before
      try connection.execute("ROLLBACK TO step; RELEASE step")
      throw error
    }
  }

  private var context: QueryContext {
    QueryContext(
      table: registry.current.searchable, now: settings.clock(), expand: settings.expand)
  }

  // MARK: Time

  /// Sequence numbers have no gaps and times never run backwards, whatever the clock does.
  func stamp() throws(Anomaly) -> (sequence: Int64, updated: Int64) {
    if sequence == nil {
      let row = try connection.statement(
        "SELECT sequence, updated FROM feed ORDER BY sequence DESC LIMIT 1")
      defer { row.reset() }
      let isThere = try row.step()
      sequence = isThere ? row.int64(0) : 0
      updated = isThere ? row.int64(1) : 0
    }
    let next = (sequence ?? 0) + 1
    sequence = next
    updated = max(updated, settings.clock())
    return (next, updated)
  }

  // MARK: Flushing

  /// Brings what was collected into the tables of the open transaction.
  func flush() throws(Anomaly) {
    try identities.flush()
    try clusters.flush()
    try flushRows()
    try index.flush(into: connection)
  }

  func flushIfLarge() throws(Anomaly) {
    if index.count > Self.rowLimit { try flush() }
  }

  // MARK: Following

  /// Notes a write that the follower has to be told of.
  func note(_ key: ResourceKey, _ body: [UInt8]?) {
    let type = Int(key.type.rawValue)
    guard type < isFollowed.count, isFollowed[type], !isSettling else { return }
    followed.append(FollowedWrite(key: key, body: body))
  }

  func settle() throws(Anomaly) {
    guard !followed.isEmpty, let follower = settings.follower else { return }
    let writes = followed
    followed.removeAll(keepingCapacity: true)
    isSettling = true
    defer { isSettling = false }
    try follower.follow(writes, in: self)
  }

  /// Forgets what was collected and all that is known: the transaction was undone.
  func reset() {
    followed.removeAll(keepingCapacity: true)
    identities.reset()
    clusters.reset()
    index.removeAll()
    rows.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    sequence = nil
    difference.removeAll(keepingCapacity: true)
    isRegistryStale = false
  }

  /// The transaction is durable: its numbers can be told.
  func publish() {
    tally.add(difference, sequence: sequence)
    settings.follower?.keep()
    difference.removeAll(keepingCapacity: true)
  }

  /// Takes over what the stored SearchParameters ask for; whether anything changed.
  ///
  /// Happens before the commit, so that no write is missed between two indexings.
  func renewRegistry() throws(Anomaly) -> Bool {
    guard isRegistryStale else { return false }
    isRegistryStale = false
    registry.change(try connection.indexing(codec, epoch: registry.current.epoch + 1))
    return true
  }
}

extension Result where Success == [UInt8], Failure == Anomaly {
  /// The unpacked body.
  init(catching packed: UnsafeRawBufferPointer, _ codec: BodyCodec, _ dictionary: Int64) {
    self = Result { () throws(Anomaly) in try codec.unpack(packed, dictionary: dictionary) }
  }
}
