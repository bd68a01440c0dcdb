package import FHIR
package import RecordStore
import Synchronization
package import Terminology

/// The code systems, value sets and concept maps that are stored, kept at hand for terminology.
///
/// It follows the feed of changes, so an answer is never older than the last write before it.
package final class Vocabulary: Sendable {
  private struct State {
    var library = Library()
    /// What each stored resource defines, so that it can be taken back.
    var known: [ResourceKey: Canonical] = [:]
    var sequence: Int64 = 0
    var hasBegun = false

    /// A definition that cannot be read is left out, as if it were not stored.
    mutating func take(_ key: ResourceKey, _ version: Version?) throws(Anomaly) {
      let type = Schema.r4.name(of: key.type)
      if let old = known.removeValue(forKey: key) {
        switch type {
        case "CodeSystem": library.removeCodeSystem(old.url, old.version)
        case "ValueSet": library.removeValueSet(old.url, old.version)
        default: library.removeConceptMap(old.url, old.version)
        }
      }
      guard let version, !version.isDeleted else { return }
      let document = try JSONDocument.parse(version.body)
      defer { withExtendedLifetime(document) {} }
      guard let url = document.root.member("url")?.string else { return }
      do throws(Anomaly) {
        if type == "CodeSystem" {
          library.add(try CodeSystem(document.root))
        } else {
          try library.add(JSON(document))
        }
        known[key] = Canonical(url: url, version: document.root.member("version")?.string)
      } catch  where error.category != .fault {
        return
      }
    }
  }

  private let state = Mutex(State())

  private static let types: Set<TypeID> = Set(
    ["CodeSystem", "ValueSet", "ConceptMap"].compactMap { Schema.r4.type(named: $0) })
  private static let changesAtOnce = 10_000

  package init() {}

  /// What is known as of the last write.
  package func library(_ store: any RecordStore) async throws(Anomaly) -> Library {
    try await follow(store)
    return state.withLock { $0.library }
  }

  /// Takes in what was stored since the last time.
  private func follow(_ store: any RecordStore) async throws(Anomaly) {
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

  /// Reads all by the history of their types, the newest version of each first.
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
