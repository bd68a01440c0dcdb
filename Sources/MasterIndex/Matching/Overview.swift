package import FHIR
package import People
package import RecordStore

/// A question whether two records are of one person, as somebody answers it.
package struct Question: Sendable {
  /// The ids of the two Patients.
  package let one: String
  package let other: String
  package let reasons: [MatchReason]
  /// Since when it is asked: an instant.
  package let asked: String
  /// Who has said that they are one person, where a second has to agree.
  package let proposer: String?
  /// `same` or `different`, once it was answered.
  package let answer: String?

  /// Reads a Task; nil when it is no such question.
  package init?(_ json: JSON) {
    guard let task = ReviewTask(json), let pair = task.pair else { return nil }
    (one, other) = (pair.first, pair.second)
    reasons = task.reasons
    asked = json["authoredOn"]?.string ?? ""
    proposer = task.proposer
    answer =
      switch task.verdict {
      case .same: "same"
      case .different: "different"
      case .open, nil: nil
      }
  }

  /// Where the question about two records lies.
  package static func key(_ one: String, _ other: String) -> ResourceKey {
    ReviewTask.key(RecordPair(one, other))
  }
}

/// Two records compared now.
package struct RecordComparison: Sendable {
  package var probability: Double
  package var grade: MatchGrade
  package var reasons: [MatchReason]
  /// Whether they are held to be one person.
  package var areOne: Bool
  /// The master person of the first; nil where it is alone.
  package var master: String?
}

/// A master person: its records, and the persons that were merged into it.
package struct MasterOverview: Sendable {
  package struct Record: Sendable {
    /// The id of the Patient.
    package var patient: String
    package var decision: LinkDecision?
  }

  /// A Person with its own records.
  package struct Part: Sendable {
    package var person: String
    package var records: [Record]
    /// Why it is part of another; nil of the master person and of what only continues another.
    package var decision: LinkDecision?
  }

  package var id: String
  package var parts: [Part]
  /// Whether there are more parts than are given.
  package var isCut: Bool

  package var recordCount: Int { parts.reduce(0) { $0 + $1.records.count } }
}

extension PersonIndex {
  /// The master person of a Patient; nil where it is alone.
  package func master(of patient: String) -> String? {
    state.withLock { $0.master(of: patient) }
  }

  /// The other records of a Patient's person, as far as so many.
  package func others(than patient: String, limit: Int) -> [String] {
    state.withLock { $0.records(with: patient, limit: limit + 1).filter { $0 != patient } }
  }

  /// Compares two records on record.
  package func compare(_ one: String, _ other: String) async throws(Anomaly) -> RecordComparison {
    try await ready()
    return try state.withLock { (roll) throws(Anomaly) in
      guard let place = roll.place(of: one), let otherPlace = roll.place(of: other) else {
        throw .notFound(
          "Patient/\(one) or Patient/\(other) is not in the master index",
          chinese: "主索引中没有 Patient/\(one) 或 Patient/\(other)")
      }
      let found = roll.index.compare(place, otherPlace)
      let master = roll.master(of: one)
      return RecordComparison(
        probability: found.probability, grade: roll.grade(found), reasons: found.reasons,
        areOne: master.map { $0 == roll.master(of: other) } ?? false, master: master)
    }
  }

  private static let partsShown = 100

  /// A master person, by its id or that of a part; nil when there is none.
  package func overview(
    of person: String, in store: any RecordStore
  ) async throws(Anomaly) -> MasterOverview? {
    let tree = state.withLock { roll in
      roll.persons[person].map { _ in roll.tree(of: roll.root(of: person)) }
    }
    guard let tree, let root = tree.first else { return nil }
    var overview = MasterOverview(id: root, parts: [], isCut: tree.count > Self.partsShown)
    for id in tree.prefix(Self.partsShown) {
      let key = ResourceKey(type: Self.person, id: id)
      guard let version = try await store.read(key), !version.isDeleted,
        let resource = PersonResource(try JSON(parsing: version.content))
      else { continue }
      var part = MasterOverview.Part(person: id, records: [], decision: nil)
      for link in resource.links {
        if let patient = PersonLink.patient(link.target) {
          part.records.append(MasterOverview.Record(patient: patient, decision: link.decision))
        } else {
          part.decision = link.decision
        }
      }
      overview.parts.append(part)
    }
    return overview
  }
}
