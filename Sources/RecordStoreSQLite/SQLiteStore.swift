package import FHIR
package import FHIRSearch
package import RecordStore

/// The record store on SQLite: one file, one writer, readers that never wait for it.
///
/// A real choice up to a city of millions on one machine; see
/// docs/adr/0002-person-clustered-store.md.
package final class SQLiteStore: RecordStore {
  package let directory: String
  package let readers: Readers
  let codec: BodyCodec
  let writer: Writer
  let settings: StoreSettings
  let maker: PayloadMaker
  let drafting: Drafting<Payload>
  let searcher: any Searcher
  let registry: IndexRegistry
  private let tally: Tally
  private let lock: DirectoryLock

  package static let fileName = "records.sqlite"

  /// Opens the store in a directory that exists; makes its file when there is none.
  package init(directory: String, settings: StoreSettings) throws(Anomaly) {
    self.directory = directory
    self.settings = settings
    lock = try DirectoryLock(directory: directory)
    let path = directory + "/" + Self.fileName
    try DirectoryLock.makePrivate(path)
    let connection = try Connection(path: path, role: .writer)
    try connection.migrate()
    try connection.checkTypes()
    codec = try connection.codec()
    try connection.execute("BEGIN IMMEDIATE")
    registry = IndexRegistry(try connection.indexing(codec, epoch: 0))
    try connection.execute("COMMIT")
    let maker = PayloadMaker(registry: registry, codec: codec)
    self.maker = maker
    drafting = Drafting(validate: settings.validate) { (key, document, body) throws(Anomaly) in
      try maker.payload(key, document, body)
    }
    searcher = SearchRunner(
      codec: codec, registry: registry,
      secret: try connection.cursorSecret(from: settings.makeID()))
    readers = Readers(path: path)
    tally = try Tally(connection)
    writer = Writer(
      SQLiteSession(
        connection, drafting: drafting, settings: settings, maker: maker, codec: codec,
        searcher: searcher, registry: registry, tally: tally), beside: readers)
    let training = DictionaryTraining()
    let tally = tally
    writer.followers.withLock {
      $0.commit = { [weak self] in
        if let self { training.start(tally.total, in: self) }
      }
      $0.change = { [weak self] in self?.reindexInBackground() }
    }
    reindexInBackground()
  }

  /// Waits for the writes that were accepted, refuses others, and lets another process in.
  package func close() {
    readers.close()
    writer.close()
    lock.release()
  }

  /// The parameters that can be searched; one that was just added is among them when its rows are.
  package var parameters: ParameterTable { registry.current.searchable }

  // MARK: Reading

  package func read(_ key: ResourceKey) async throws(Anomaly) -> Version? {
    try readers.point { (connection) throws(Anomaly) in try connection.latest(key, codec) }
  }

  package func read(_ key: ResourceKey, version: Int) async throws(Anomaly) -> Version? {
    try readers.point { (connection) throws(Anomaly) in
      try connection.version(key, version, codec)
    }
  }

  package func history(_ scope: HistoryScope, _ window: HistoryWindow) async throws(Anomaly)
    -> HistoryPage
  {
    let codec = codec
    return try await readers.search { (connection) throws(Anomaly) in
      try HistoryRead(connection: connection, codec: codec, scope: scope, window: window).page()
    }
  }

  package func changes(
    after sequence: Int64, limit: Int, of types: Set<TypeID>?
  ) async throws(Anomaly) -> [Change] {
    let limit = min(max(limit, 0), Self.changeLimit)
    return try readers.point { (connection) throws(Anomaly) in
      guard let types else { return try connection.changes(after: sequence, limit: limit) }
      var changes: [Change] = []
      for type in types {
        changes += try connection.changes(after: sequence, limit: limit, of: type)
      }
      return Array(changes.sorted { $0.sequence < $1.sequence }.prefix(limit))
    }
  }

  /// How many changes are given at once.
  private static let changeLimit = 10_000

  package func search<T: Sendable>(
    _ query: Query, _ use: @escaping @Sendable (SearchPage) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T {
    let (searcher, codec) = (searcher, codec)
    if query.expression.asksForWords {
      let isComplete = try readers.point { (connection) throws(Anomaly) in
        try FullTextIndex(connection: connection, codec: codec).isComplete()
      }
      if !isComplete {
        try await writer.submit { (session) throws(Anomaly) in
          try session.flush()
          try session.words.catchUp()
        }
      }
    }
    return try await readers.search { (connection) throws(Anomaly) in
      try use(try searcher.page(query, on: connection))
    }
  }

  package func everything<T: Sendable>(
    _ key: ResourceKey, _ window: EverythingWindow,
    _ use: @escaping @Sendable (SearchPage) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T {
    let codec = codec
    let membership = registry.current.membership
    return try await readers.search { (connection) throws(Anomaly) in
      try use(
        try EverythingRead(
          connection: connection, codec: codec, membership: membership, key: key, window: window
        ).page())
    }
  }

  package func statistics() -> Statistics {
    let path = directory + "/" + Self.fileName
    return tally.statistics(path: path, waiting: writer.count)
  }

  // MARK: Writing

  package func write(_ write: Write) async throws(Anomaly) -> WriteOutcome {
    var plan = try Plan([Step<Payload>(write, makeID: settings.makeID)])
    try plan.draft(by: drafting)
    let ready = plan
    let results = try await writer.submit { (session) throws(Anomaly) in try session.run(ready) }
    guard case .write(let outcome) = try results.first?.outcome() else {
      throw .fault("A write gave no outcome")
    }
    return outcome
  }

  package func transaction(_ entries: [BundleEntry]) async throws(Anomaly) -> [EntryOutcome] {
    let plan = try plan(entries)
    let results = try await writer.submit(weight: entries.count) { (session) throws(Anomaly) in
      try session.run(plan)
    }
    var outcomes: [EntryOutcome] = []
    outcomes.reserveCapacity(results.count)
    for result in results { outcomes.append(try result.outcome()) }
    return outcomes
  }

  package func perform<Task: WriteTask>(_ task: Task) async throws(Anomaly) -> Task.Outcome {
    try await writer.submit { (session) throws(Anomaly) in
      let outcome = try task.run(in: session)
      try session.settle()
      return outcome
    }
  }

  /// The steps of a transaction with their drafts.
  func plan(_ entries: [BundleEntry]) throws(Anomaly) -> Plan<Payload> {
    guard entries.count <= settings.maximumEntries else {
      throw .incorrect(
        "The transaction has \(entries.count) entries; the limit is \(settings.maximumEntries)",
        chinese: "事务含 \(entries.count) 个条目,上限为 \(settings.maximumEntries)", code: .tooCostly)
    }
    let reading = EntryReading(makeID: settings.makeID, readPatch: settings.readPatch)
    var steps: [Step<Payload>] = []
    steps.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      do { steps.append(try reading.step(entry, Payload.self)) } catch {
        throw error.inEntry(index)
      }
    }
    var plan = try Plan(steps)
    try plan.draft(by: drafting)
    return plan
  }
}
