import Dispatch
package import FHIR
import FHIRSearch
import People
package import RecordStore
import Synchronization

/// The master index: which Patients are of one person, kept in step with the store's writer.
///
/// Deterministic on numbers whose check digits hold, else by Fellegi and Sunter in three zones.
/// docs/adr/0006-master-person.md says what it writes.
package final class PersonIndex: WriteFollower {
  let settings: IndexSettings
  let state: Mutex<Roll>
  /// Left when the index has been loaded, well or not.
  private let loading = DispatchGroup()
  private let defect = Mutex<Anomaly?>(nil)

  package let types: Set<TypeID>

  package init(_ settings: IndexSettings) {
    self.settings = settings
    types = [Self.patient, Self.person, Self.task]
    state = Mutex(Roll(MatchIndex(MatchIndex.Gathering()), ids: []))
    loading.enter()
  }

  static let patient = named("Patient")
  static let person = named("Person")
  static let task = named("Task")
  static let provenance = named("Provenance")

  private static func named(_ name: String) -> TypeID {
    guard let type = Schema.r4.type(named: name) else {
      preconditionFailure("the schema has no \(name)")
    }
    return type
  }

  // MARK: Loading

  /// Takes over what is stored, once; writes of Patients wait until then.
  package func load(from store: any RecordStore) async {
    let loaded: Result<Roll, Anomaly>
    do throws(Anomaly) {
      loaded = .success(try await Loading(store: store).roll())
    } catch { loaded = .failure(error) }
    switch loaded {
    case .success(let roll): state.withLock { $0 = roll }
    case .failure(let anomaly): defect.withLock { $0 = anomaly }
    }
    loading.leave()
  }

  /// Why nothing can be linked, if so.
  private func check() throws(Anomaly) {
    guard let anomaly = defect.withLock({ $0 }) else { return }
    throw Anomaly(
      .unavailable, "The master index could not be loaded: \(anomaly.message)",
      chinese: "主索引未能载入:\(anomaly.chinese ?? anomaly.message)")
  }

  /// Returns when the index has been loaded.
  package func ready() async throws(Anomaly) {
    await withCheckedContinuation { continuation in
      loading.notify(queue: .global()) { continuation.resume() }
    }
    try check()
  }

  // MARK: Following

  package func follow(
    _ writes: [FollowedWrite], in session: some WriteSession
  ) throws(Anomaly) {
    loading.wait()
    try check()
    try state.withLock { (roll) throws(Anomaly) in
      let mark = roll.mark
      do throws(Anomaly) {
        try Following(session: session, settings: settings).take(writes, &roll)
      } catch {
        roll.undo(to: mark)
        throw error
      }
    }
  }

  package func keep() { state.withLock { $0.keep() } }

  package func undo() { state.withLock { $0.undo() } }

  // MARK: Figures

  /// Records, and the persons that they are of.
  package var counts: (records: Int, persons: Int) {
    state.withLock { ($0.count, $0.personCount) }
  }
}

/// What the index is given: the effects, and what the operator has chosen.
package struct IndexSettings: Sendable {
  /// The time in milliseconds since 1970 UTC.
  package var clock: @Sendable () -> Int64
  /// A logical id that was never used.
  package var makeID: @Sendable () -> String
  /// Whether a second person has to agree before two persons become one.
  package var demandsTwoPeople = false

  package init(
    clock: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> String
  ) {
    self.clock = clock
    self.makeID = makeID
  }
}
