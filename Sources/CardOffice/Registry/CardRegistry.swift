package import Credentials
package import FHIR
package import RecordStore

/// The registry of cards 健康卡注册管理: every card of every person on the store, with its life.
///
/// Whatever happens to a card is one transaction: its device, a provenance, its task and its
/// holder's identifier change together or not at all.
package struct CardRegistry: Sendable {
  let store: any RecordStore
  /// The time in milliseconds since 1970 UTC.
  let clock: @Sendable () -> Int64
  /// What signs codes and makes numbers of electronic cards; nil where no keys are set up.
  package let keys: RegionKeys?

  package init(
    store: any RecordStore, clock: @escaping @Sendable () -> Int64, keys: RegionKeys? = nil
  ) {
    self.store = store
    self.clock = clock
    self.keys = keys
  }

  package var now: Instant { Instant(milliseconds: clock()) }

  /// How often a change is tried again because its holder's record changed meanwhile.
  static let attempts = 50

  /// All cards of a person, of whatever kind, the newest first 多卡归一.
  package func cards(of person: ResourceKey) async throws(Anomaly) -> [RegisteredCard] {
    try await cards("patient=\(person)").sorted { left, right in
      let times = [left, right].map { $0.card.steps.first?.at.milliseconds ?? 0 }
      return times[0] == times[1] ? left.id < right.id : times[0] > times[1]
    }
  }

  /// The card of a device.
  package func card(_ id: String) async throws(Anomaly) -> RegisteredCard {
    guard ResourceKey.isID(id), let card = try await cards("_id=\(id)").first else {
      throw .notFound("There is no card \(id).", chinese: "没有编号为\(id)的卡。")
    }
    return card
  }

  /// The cards that bear a number; several where the card was replaced under its number.
  package func cards(numbered number: CardNumber) async throws(Anomaly) -> [RegisteredCard] {
    try await cards("identifier=\(SearchText.token((number.system, number.value)))")
  }

  private func cards(_ criteria: String) async throws(Anomaly) -> [RegisteredCard] {
    var cards: [RegisteredCard] = []
    try await store.eachPage(
      of: "Device", criteria + "&_revinclude=Provenance:target", at: clock()
    ) { (page) throws(Anomaly) in
      cards += try RegisteredCard.all(in: page.entries.map(\.version))
    }
    return cards
  }

  /// The patient with its version; refuses who is not on record.
  func holder(_ person: ResourceKey) async throws(Anomaly) -> (JSON, version: Int) {
    guard let found = try await store.resource(person) else {
      throw .notFound("There is no \(person).", chinese: "没有\(person)的档案。")
    }
    return found
  }

  /// Writes changes of cards of one person together with the person's identifiers.
  ///
  /// - Parameter clash: what to say when one of the cards was written by somebody else meanwhile.
  func write(
    _ changes: [CardChange], of person: ResourceKey, clash: Anomaly
  ) async throws(Anomaly) {
    for attempt in 1...Self.attempts {
      let (patient, version) = try await holder(person)
      var changed = patient
      var entries: [BundleEntry] = []
      for change in changes {
        changed = HolderIdentifiers.adding(change.card, to: changed)
        entries += try change.entries
      }
      if changed != patient {
        entries.append(
          BundleEntry(
            .put, "\(person)", resource: try JSONDocument.parse(changed.encoded()),
            ifMatch: "W/\"\(version)\""))
      }
      do throws(Anomaly) {
        _ = try await store.transaction(entries)
        return
      } catch {
        guard error.status == 412 else { throw error }
        guard try await isUntouched(changes) else { throw clash }
        if attempt == Self.attempts { throw error }
      }
    }
  }

  /// Whether every card is still as the changes found it; then it was the person who changed.
  private func isUntouched(_ changes: [CardChange]) async throws(Anomaly) -> Bool {
    for change in changes {
      guard let key = ResourceKey(reference: "Device/\(change.id)") else { return false }
      let present = try await store.resource(key)
      guard present?.version == change.version else { return false }
    }
    return true
  }
}
