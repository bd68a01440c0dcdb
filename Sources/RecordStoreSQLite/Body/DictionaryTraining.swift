import CZstd
import Dispatch
import Embedded
import FHIR
import Synchronization

/// The dictionaries that bodies are packed with: a starter at first, then one of the store's own
/// data.
final class DictionaryTraining: Sendable {
  private let isStarted = Mutex(false)

  /// How many resources there must be before the store trains on its own.
  static let threshold = 10_000
  /// How many bodies are looked at.
  static let sampleCount = 8_000
  private static let size = 112_640
  private static let starter = "store/starter.zdict"

  /// Trains in the background, once, when there is enough to learn from.
  func start(_ total: Int, in store: SQLiteStore) {
    guard total >= Self.threshold else { return }
    let isFirst = isStarted.withLock { isStarted in
      defer { isStarted = true }
      return !isStarted
    }
    guard isFirst, store.codec.current <= 1 else { return }
    Task.detached(priority: .utility) { [weak store] in
      guard let store else { return }
      // Without a dictionary of its own the store goes on with the starter.
      if case .failure = await self.train(store) { self.isStarted.withLock { $0 = false } }
    }
  }

  private func train(_ store: SQLiteStore) async -> Result<Void, Anomaly> {
    do throws(Anomaly) {
      let codec = store.codec
      let bytes = try await store.readers.search(limitInSeconds: nil) {
        (connection) throws(Anomaly) in
        try Self.trained(try Self.sample(connection, codec))
      }
      let number = codec.current + 1
      try await store.writer.maintain { (connection) throws(Anomaly) in
        try connection.keep(number, bytes)
      }
      return .success(try codec.add(number, bytes))
    } catch { return .failure(error) }
  }

  /// Bodies from all over the store.
  private static func sample(_ connection: Connection, _ codec: BodyCodec) throws(Anomaly)
    -> [[UInt8]]
  {
    let total = try connection.integer("SELECT count(*) FROM resource WHERE deleted = 0") ?? 0
    let row = try connection.statement(
      """
      SELECT dictionary, body FROM resource
      WHERE deleted = 0 AND sequence % ?1 = 0 LIMIT ?2
      """)
    row.bind(max(1, total / Int64(sampleCount)), at: 1)
    row.bind(sampleCount, at: 2)
    defer { row.reset() }
    var bodies: [[UInt8]] = []
    while try row.step() {
      bodies.append(try codec.unpack(row.blob(1), dictionary: row.int64(0)))
    }
    return bodies
  }

  private static func trained(_ bodies: [[UInt8]]) throws(Anomaly) -> [UInt8] {
    let sizes = bodies.map(\.count)
    let all = Array(bodies.joined())
    var dictionary = [UInt8](repeating: 0, count: size)
    let made = ZDICT_trainFromBuffer(
      &dictionary, dictionary.count, all, sizes, UInt32(sizes.count))
    guard ZDICT_isError(made) == 0 else { throw .fault("zstd could not train a dictionary") }
    return Array(dictionary.prefix(made))
  }

  /// The dictionary that the program brings, trained on its own living district.
  static func embeddedStarter() -> [UInt8] {
    var length = 0
    guard let start = embedded_table(starter, &length) else {
      preconditionFailure("tables.h does not list \(starter)")
    }
    return Array(UnsafeBufferPointer(start: start, count: length))
  }
}

extension Connection {
  /// Stores a dictionary before any body is packed with it.
  func keep(_ number: Int64, _ bytes: [UInt8]) throws(Anomaly) {
    let row = try statement("INSERT INTO dictionary (dictionary, bytes) VALUES (?, ?)")
    row.bind(number, at: 1)
    row.bind(bytes, at: 2)
    try row.run()
  }
}
