import Canonicals
import FHIR
import Foundation
import HTTPAPI
import Patching
import RecordStore
import RecordStoreSQLite
import Validation

/// A data directory in use by this process.
struct DataDirectory {
  let path: String
  let store: SQLiteStore
  let definitions: Definitions

  /// Opens a directory, and makes it when it does not exist.
  static func open(_ path: String, depth: Depth = Definitions.defaultDepth) throws(Anomaly)
    -> DataDirectory
  {
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
      clock: World.now, makeID: { UUID().uuidString.lowercased() },
      validate: { (document, cursor) throws(Anomaly) in
        try definitions.refuse(cursor, in: document)
      })
    settings.readPatch = { (document) throws(Anomaly) in
      let patch = try Patch(entry: document, now: Instant(milliseconds: World.now()))
      return ResourcePatch { (document) throws(Anomaly) in try patch.apply(to: document) }
    }
    settings.expand = { (group) throws(Anomaly) in try definitions.tokens(group) }
    let store = try SQLiteStore(directory: path, settings: settings)
    return DataDirectory(path: path, store: store, definitions: definitions)
  }

  /// Does some work with the store and closes it, whatever came of it.
  func using<T>(_ work: () async throws(Anomaly) -> T) async throws(Anomaly) -> T {
    defer { store.close() }
    try await definitions.follow(store)
    return try await work()
  }
}

/// The world outside, where it enters the program: time and chance.
enum World {
  /// Milliseconds since 1970, UTC.
  static let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) }

  static let effects = Effects(now: now, random: { UInt64.random(in: .min ... .max) })
}
