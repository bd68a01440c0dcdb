import FHIR
import People
import RecordStore

/// The index's part of one request: links what was written, inside the same transaction.
struct Following<Session: WriteSession> {
  let session: Session
  let settings: IndexSettings

  /// Of one record, so many others are asked about at most.
  static var questionLimit: Int { 5 }
  /// Of one person, so many records are looked at to say whether another agrees with all.
  static var recordsLookedAt: Int { 16 }
  /// A single pair says no more than this for or against a person.
  static var strongestInBits: Float { 20 }

  func take(_ writes: [FollowedWrite], _ roll: inout Roll) throws(Anomaly) {
    for write in writes {
      switch write.key.type {
      case PersonIndex.patient: try takePatient(write, &roll)
      case PersonIndex.person: try takePerson(write, &roll)
      default: try takeTask(write, &roll)
      }
    }
  }

  /// A Person that somebody has changed, or the index at a person's word.
  private func takePerson(_ write: FollowedWrite, _ roll: inout Roll) throws(Anomaly) {
    let id = write.key.id
    let master = try write.body.flatMap { (body) throws(Anomaly) in
      PersonResource(try JSON(parsing: body))?.master
    }
    if roll.persons[id] != master { roll.set(id, master) }
  }

  private func takeTask(_ write: FollowedWrite, _ roll: inout Roll) throws(Anomaly) {
    guard let body = write.body else {
      if let pair = roll.pair(ofReview: write.key) { roll.set(pair, nil) }
      return
    }
    guard let task = ReviewTask(try JSON(parsing: body)), let pair = task.pair,
      ReviewTask.key(pair) == write.key
    else { return }
    if roll.verdict(pair) != task.verdict { roll.set(pair, task.verdict) }
  }

  private func takePatient(_ write: FollowedWrite, _ roll: inout Roll) throws(Anomaly) {
    let id = write.key.id
    guard let body = write.body else {
      roll.remove(id)
      for (other, verdict) in roll.verdicts(about: id) where verdict == .open {
        try withdraw(RecordPair(id, other), &roll)
      }
      return try detach(id, &roll)
    }
    let document = try JSONDocument.parse(body)
    let record = withExtendedLifetime(document) { PersonRecord(patient: document.root) }
    let isNew = roll.place(of: id) == nil
    let admission = roll.admit(record, id: id)
    if !isNew, try !stillBelongs(id, roll) { try detach(id, &roll) }
    try link(id, admission, &roll)
    if !isNew { try withdrawAnswered(id, admission, &roll) }
  }

  /// Whether a record that was changed is still as near to its person as before.
  ///
  /// What a person has decided stands.
  private func stillBelongs(_ id: String, _ roll: Roll) throws(Anomaly) -> Bool {
    guard let holder = roll.holder(of: id), let place = roll.place(of: id) else { return true }
    let link = try person(holder)?.links.first { $0.target == "Patient/\(id)" }
    guard link?.decision?.method == .machine else { return true }
    let others = roll.records(with: id, limit: Self.recordsLookedAt).filter { $0 != id }
    return others.contains { other in
      guard let otherPlace = roll.place(of: other) else { return true }
      return roll.index.compare(place, otherPlace).score >= roll.index.zones.ask
    }
  }

  /// Joins a record to the person that it certainly is of, and asks about those that it may be of.
  private func link(
    _ id: String, _ admission: MatchIndex.Admission, _ roll: inout Roll
  ) throws(Anomaly) {
    var asked = 0
    var seen: Set<String> = []
    for candidate in admission.candidates {
      let other = roll.id(at: candidate.record)
      guard !other.isEmpty, other != id else { continue }
      let master = roll.master(of: id)
      let otherMaster = roll.master(of: other)
      guard otherMaster == nil || otherMaster != master,
        seen.insert(otherMaster ?? "Patient/\(other)").inserted,
        roll.verdict(RecordPair(id, other))?.isDecided != true
      else { continue }
      let decision = LinkDecision(
        method: .machine, by: Self.name, at: now, score: candidate.score,
        reasons: Array(candidate.reasons.prefix(Self.reasonsKept)), through: other)
      if master == nil, roll.grade(candidate) == .certain, agrees(id, with: other, roll) {
        try join(id, to: other, decision, &roll)
      } else if asked < Self.questionLimit, !isAnswered(id, other, roll) {
        asked += 1
        try ask(RecordPair(id, other), decision, &roll)
      }
    }
  }

  /// By what name the index decides.
  static var name: String { "主索引 master index" }
  private static var reasonsKept: Int { 8 }

  var now: String { Instant(milliseconds: settings.clock()).text }

  /// Whether a record is of one person with all records that another is with, on the whole.
  private func agrees(_ id: String, with other: String, _ roll: Roll) -> Bool {
    guard let place = roll.place(of: id) else { return false }
    var sum: Float = 0
    for record in roll.records(with: other, limit: Self.recordsLookedAt) {
      if roll.verdict(RecordPair(id, record)) == .different { return false }
      guard let otherPlace = roll.place(of: record) else { continue }
      let found = roll.index.compare(place, otherPlace)
      if found.isHeld { return false }
      sum += min(max(found.score, -Self.strongestInBits), Self.strongestInBits)
    }
    return sum > 0
  }

  /// Whether somebody was asked already about two persons, by whichever of their records.
  private func isAnswered(_ one: String, _ other: String, _ roll: Roll) -> Bool {
    let others = Set(roll.records(with: other, limit: Self.recordsLookedAt))
    return roll.records(with: one, limit: Self.recordsLookedAt).contains { record in
      roll.verdicts(about: record).keys.contains(where: others.contains)
    }
  }

  // MARK: Asking

  private func ask(
    _ pair: RecordPair, _ decision: LinkDecision, _ roll: inout Roll
  ) throws(Anomaly) {
    let task = ReviewTask(pair, at: settings.clock(), decision)
    try session.put(ReviewTask.key(pair), task.json)
    roll.set(pair, .open)
  }

  /// Takes back questions about a changed record that nothing suggests any more, or that its link
  /// has answered.
  private func withdrawAnswered(
    _ id: String, _ admission: MatchIndex.Admission, _ roll: inout Roll
  ) throws(Anomaly) {
    let near = Set(admission.candidates.map { roll.id(at: $0.record) })
    for (other, verdict) in roll.verdicts(about: id) where verdict == .open {
      let isOne = roll.master(of: id).map { $0 == roll.master(of: other) } ?? false
      if isOne || !near.contains(other) { try withdraw(RecordPair(id, other), &roll) }
    }
  }

  /// Takes back the open questions between records that are of one person now.
  func withdrawJoined(_ id: String, _ roll: inout Roll) throws(Anomaly) {
    for record in roll.records(with: id, limit: Self.recordsLookedAt) {
      let master = roll.master(of: record)
      for (other, verdict) in roll.verdicts(about: record)
      where verdict == .open && roll.master(of: other) == master {
        try withdraw(RecordPair(record, other), &roll)
      }
    }
  }

  private func withdraw(_ pair: RecordPair, _ roll: inout Roll) throws(Anomaly) {
    let key = ReviewTask.key(pair)
    if let json = try resource(key), var task = ReviewTask(json) {
      task.set(.cancelled, at: settings.clock())
      try session.put(key, task.json)
    }
    roll.set(pair, nil)
  }

  // MARK: Reading

  /// What is stored under a key now; nil when there is nothing.
  func resource(_ key: ResourceKey) throws(Anomaly) -> JSON? {
    guard let state = try session.state(of: key), !state.isDeleted else { return nil }
    return try JSON(parsing: try session.body(of: state))
  }

  func person(_ id: String) throws(Anomaly) -> PersonResource? {
    try resource(ResourceKey(type: PersonIndex.person, id: id)).flatMap(PersonResource.init)
  }
}
