package import FHIR
package import FHIRSearch
package import RecordStore
import Synchronization
package import Terminology
package import Validation

/// The profiles, code systems, value sets and concept maps that are stored, kept at hand.
///
/// Validation and terminology stand on the same ones, so they cannot differ. They follow the feed
/// of changes, as everything does that is derived from the store.
package final class Definitions: Sendable {
  private struct State {
    var profiles = ProfileSet()
    /// What each stored resource defines, so that it can be taken back.
    var known: [ResourceKey: Canonical] = [:]
    /// The change by which each is known: of two readers the slower must not undo the faster.
    var sequences: [ResourceKey: Int64] = [:]
    var sequence: Int64 = 0

    /// A definition that cannot be read is left out, as if it were not stored.
    mutating func take(_ version: Version) throws(Anomaly) {
      let key = version.key
      guard version.sequence > sequences[key] ?? 0 else { return }
      sequences[key] = version.sequence
      if let old = known.removeValue(forKey: key) {
        profiles.remove(Schema.r4.name(of: key.type), old)
      }
      guard !version.isDeleted else { return }
      do throws(Anomaly) {
        let document = try JSONDocument.parse(version.body, limits: TermShelf.limits)
        defer { withExtendedLifetime(document) {} }
        guard let url = document.root.member("url")?.string else { return }
        try profiles.add(document)
        known[key] = Canonical(url: url, version: document.root.member("version")?.string)
      } catch  where error.category != .fault {
        return
      }
    }
  }

  private let depth: Depth
  private let state = Mutex(State())

  /// The types that define something.
  package static let types: Set<TypeID> = Set(
    ["StructureDefinition", "CodeSystem", "ValueSet", "ConceptMap"]
      .compactMap { Schema.r4.type(named: $0) })
  private static let changesAtOnce = 1_000

  /// How deep writes are validated unless the operator says otherwise.
  ///
  /// Codes and structure are facts; invariants are often broken by systems that are not at fault,
  /// so `$validate` tells them and a write is not lost for them.
  package static let defaultDepth = Depth.bindings

  package init(depth: Depth = defaultDepth) { self.depth = depth }

  // MARK: What is known

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

  /// The terminology that is known as of the last write.
  package func library(_ store: any RecordStore) async throws(Anomaly) -> Library {
    try await follow(store)
    return state.withLock { $0.profiles.library }
  }

  /// The codes that `:in`, `:not-in`, `:above` and `:below` mean in a query.
  package func tokens(_ group: CodeGroup) throws(Anomaly) -> [TokenValue] {
    try CodeGroups(library: state.withLock { $0.profiles.library }).tokens(group)
  }

  // MARK: Following

  /// Takes in what was stored since the last time; the first time, everything.
  package func follow(_ store: any RecordStore) async throws(Anomaly) {
    while true {
      let from = state.withLock { $0.sequence }
      let now = store.statistics().sequence
      guard now > from else { return }
      let changes = try await store.changes(
        after: from, limit: Self.changesAtOnce, of: Self.types)
      for key in Set(changes.map(\.key)) {
        guard let version = try await store.read(key) else { continue }
        try state.withLock { (state) throws(Anomaly) in try state.take(version) }
      }
      let isWhole = changes.count < Self.changesAtOnce
      let reached = isWhole ? now : changes.last?.sequence ?? now
      state.withLock { $0.sequence = max($0.sequence, reached) }
    }
  }
}
