import Canonicals
import FHIR
import Foundation
import HTTPAPI
import MasterIndex
import Patching
import RecordStore
import RecordStoreSQLite
import Validation

/// A data directory in use by this process.
struct DataDirectory {
  let path: String
  let store: SQLiteStore
  let definitions: Definitions
  let index: PersonIndex
  /// Takes over into the index what is stored: reads need not wait for it, writes of Patients do.
  private let loading: Task<Void, Never>?

  /// Opens a directory, and makes it when it does not exist.
  ///
  /// - Parameters:
  ///   - demandsTwoPeople: whether a second person has to agree before two persons become one.
  ///   - isForCare: whether nothing will be written, so that no index is needed.
  static func open(
    _ path: String, depth: Depth = Definitions.defaultDepth, demandsTwoPeople: Bool = false,
    isForCare: Bool = false
  ) throws(Anomaly) -> DataDirectory {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Anomaly(
        .unavailable, "The directory \(path) cannot be made: \(error.localizedDescription)",
        chinese: "无法建立目录 \(path)")
    }
    let definitions = Definitions(depth: depth)
    var settings = StoreSettings(
      clock: World.now, makeID: World.newID,
      validate: { (document, cursor) throws(Anomaly) in
        try definitions.refuse(cursor, in: document)
      })
    settings.readPatch = { (document) throws(Anomaly) in
      let patch = try Patch(entry: document, now: Instant(milliseconds: World.now()))
      return ResourcePatch { (document) throws(Anomaly) in try patch.apply(to: document) }
    }
    settings.expand = { (group) throws(Anomaly) in try definitions.tokens(group) }
    var own = IndexSettings(clock: World.now, makeID: settings.makeID)
    own.demandsTwoPeople = demandsTwoPeople
    let index = PersonIndex(own)
    if !isForCare { settings.follower = index }
    let store = try SQLiteStore(directory: path, settings: settings)
    let loading: Task<Void, Never>? =
      isForCare
      ? nil
      : Task(executorPreference: Aside("kangqu.index.load")) { await index.load(from: store) }
    return DataDirectory(
      path: path, store: store, definitions: definitions, index: index, loading: loading)
  }

  /// Does some work with the store and closes it, whatever came of it.
  func using<T>(_ work: () async throws(Anomaly) -> T) async throws(Anomaly) -> T {
    let result: Result<T, Anomaly>
    do throws(Anomaly) {
      try await definitions.follow(store)
      result = .success(try await work())
    } catch { result = .failure(error) }
    loading?.cancel()
    await loading?.value
    store.close()
    return try result.get()
  }
}

/// The world outside, where it enters the program: time and chance.
enum World {
  /// Milliseconds since 1970, UTC.
  static let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) }

  /// A random UUID. <https://www.rfc-editor.org/rfc/rfc9562#section-5.4>
  static let newID: @Sendable () -> String = {
    let high = UInt64.random(in: .min ... .max) & ~0xF000 | 0x4000
    let low = UInt64.random(in: .min ... .max) >> 2 | 1 << 63
    return StoredID.uuid(high, low).string
  }

  static let effects = Effects(now: now, random: { UInt64.random(in: .min ... .max) })
}
