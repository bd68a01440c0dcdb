package import FHIR
package import RecordStore

/// What a person says about two records, or about a record and the person it was joined to.
///
/// What people decide stands: the index neither joins what was parted nor parts what was joined.
package struct Judgement: Sendable {
  package enum Kind: String, Sendable {
    /// The two are one person.
    case same
    case different
    /// Asked again another time.
    case later
    /// `one` is taken out of the person that it was joined to.
    case apart
  }

  package var kind: Kind
  /// `Patient/…` or `Person/…`.
  package var one: String
  /// The other; not used to part.
  package var other: String
  /// Who says so, as people know them.
  package var by: String
  package var reason: String?

  package init(_ kind: Kind, _ one: String, _ other: String = "", by: String, reason: String? = nil)
  {
    self.kind = kind
    self.one = one
    self.other = other
    self.by = by
    self.reason = reason
  }

  /// What came of it.
  package struct Outcome: Sendable {
    /// The master person, where there is one now.
    package var person: String?
    /// What `apart` is asked for to undo a merge.
    package var part: String?
    /// Whether a second person has to agree first.
    package var awaitsSecond = false
  }
}

extension PersonIndex {
  /// Carries out what a person has decided, in one transaction.
  package func judge(
    _ judgement: Judgement, in store: any RecordStore
  ) async throws(Anomaly) -> Judgement.Outcome {
    guard !judgement.by.isEmpty, judgement.by.utf8.count <= Self.longestName else {
      throw .incorrect(
        "Who decides must be said, in at most \(Self.longestName) bytes",
        chinese: "须写明经办人", code: .required, path: "by")
    }
    try await ready()
    return try await store.perform(JudgementTask(index: self, judgement: judgement))
  }

  private static let longestName = 200
}

private struct JudgementTask: WriteTask {
  let index: PersonIndex
  let judgement: Judgement

  func run(in session: some WriteSession) throws(Anomaly) -> Judgement.Outcome {
    try index.state.withLock { (roll) throws(Anomaly) in
      let mark = roll.mark
      do throws(Anomaly) {
        let judging = Judging(
          work: Following(session: session, settings: index.settings), judgement: judgement)
        return try judging.run(&roll)
      } catch {
        roll.undo(to: mark)
        throw error
      }
    }
  }
}
