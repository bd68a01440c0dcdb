package import FHIR
package import RecordStore
import Synchronization
package import Validation

/// The profiles, value sets and code systems that are stored, kept at hand for validation.
///
/// It follows the feed of changes, as everything does that is derived from the store.
package final class Definitions: Sendable {
  private struct State {
    var profiles = ProfileSet()
    /// The canonical URL of each stored definition, so that it can be taken back.
    var urls: [ResourceKey: String] = [:]
    var sequence: Int64 = 0
    var hasBegun = false

    /// A definition that cannot be read is left out: it was stored before it was understood.
    mutating func take(_ key: ResourceKey, _ version: Version?) throws(Anomaly) {
      if let url = urls.removeValue(forKey: key) { profiles.remove(url: url) }
      guard let version, !version.isDeleted else { return }
      let definition = try JSON(parsing: version.body)
      guard let url = definition["url"]?.string else { return }
      do throws(Anomaly) {
        try profiles.add(definition)
        urls[key] = url
      } catch  where error.category != .fault {
        profiles.remove(url: url)
      }
    }
  }

  private let depth: Depth
  private let state = Mutex(State())

  private static let types: Set<TypeID> = Set(
    ["StructureDefinition", "ValueSet", "CodeSystem"].compactMap { Schema.r4.type(named: $0) })
  private static let changesAtOnce = 10_000

  /// How deep writes are validated unless the operator says otherwise.
  ///
  /// Codes and structure are facts; invariants are often broken by systems that are not at fault,
  /// so
  /// `$validate` tells them and a write is not lost for them.
  package static let defaultDepth = Depth.bindings

  package init(depth: Depth = defaultDepth) { self.depth = depth }

  /// A validator that knows what is stored now.
  package func validator(depth: Depth? = nil) -> Validator {
    Validator(depth: depth ?? self.depth, profiles: state.withLock { $0.profiles })
  }

  /// Refuses a resource that is not valid.
  package func refuse(_ cursor: JSONCursor, in document: JSONDocument) throws(Anomaly) {
    var validator = validator()
    validator.bearsForeignHabits = true
    if let anomaly = Anomaly(refusing: validator.validate(cursor, in: document)) {
      throw anomaly
    }
  }

  /// Takes in what was stored since the last time.
  package func follow(_ store: any RecordStore) async throws(Anomaly) {
    if !state.withLock({ $0.hasBegun }) { return try await begin(store) }
    while true {
      let from = state.withLock { $0.sequence }
      guard store.statistics().sequence > from else { return }
      let changes = try await store.changes(after: from, limit: Self.changesAtOnce)
      guard let last = changes.last else { return }
      for key in Set(changes.filter { Self.types.contains($0.key.type) }.map(\.key)) {
        let version = try await store.read(key)
        try state.withLock { (state) throws(Anomaly) in try state.take(key, version) }
      }
      state.withLock { $0.sequence = max($0.sequence, last.sequence) }
    }
  }

  /// Reads all definitions by the history of their types, the newest version of each first.
  private func begin(_ store: any RecordStore) async throws(Anomaly) {
    let sequence = store.statistics().sequence
    for type in Self.types {
      var seen: Set<ResourceKey> = []
      var window = HistoryWindow(count: HistoryWindow.maximumCount)
      repeat {
        let page = try await store.history(.type(type), window)
        for version in page.versions where seen.insert(version.key).inserted {
          try state.withLock { (state) throws(Anomaly) in try state.take(version.key, version) }
        }
        window.cursor = page.next
      } while window.cursor != nil
    }
    state.withLock {
      $0.sequence = sequence
      $0.hasBegun = true
    }
  }
}
