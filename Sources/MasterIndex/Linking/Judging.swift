import FHIR
import RecordStore

/// The carrying out of a judgement: refuses before it writes anything.
struct Judging<Session: WriteSession> {
  let work: Following<Session>
  let judgement: Judgement

  func run(_ roll: inout Roll) throws(Anomaly) -> Judgement.Outcome {
    switch judgement.kind {
    case .same: try merge(&roll)
    case .apart: try part(&roll)
    case .different, .later: try answer(&roll)
    }
  }

  private func decision(through: String?) -> LinkDecision {
    LinkDecision(
      method: .person, by: judgement.by, at: work.now, score: nil, reasons: [], through: through)
  }

  /// A record that a reference means, and the Person that it means.
  private func resolve(
    _ reference: String, _ roll: Roll
  ) throws(Anomaly) -> (record: String, holder: String?) {
    if let id = PersonLink.patient(reference), roll.place(of: id) != nil {
      return (id, roll.holder(of: id).map(roll.continued))
    }
    if let id = PersonLink.person(reference), roll.persons[id] != nil {
      if let record = roll.firstRecord(of: id) { return (record, roll.continued(by: id)) }
    }
    throw .notFound(
      "\(reference.prefix(80)) is no record or person of the master index",
      chinese: "主索引中没有 \(reference.prefix(80))")
  }

  // MARK: Merging

  private func merge(_ roll: inout Roll) throws(Anomaly) -> Judgement.Outcome {
    let one = try resolve(judgement.one, roll)
    let other = try resolve(judgement.other, roll)
    let roots = (one.holder.map(roll.root), other.holder.map(roll.root))
    guard one.record != other.record, roots.0 == nil || roots.0 != roots.1 else {
      throw .conflict("The two are one person already", chinese: "二者已经是同一人")
    }
    let pair = RecordPair(one.record, other.record)
    let key = ReviewTask.key(pair)
    var task =
      try work.resource(key).flatMap(ReviewTask.init)
      ?? ReviewTask(pair, at: work.settings.clock(), nil)
    if work.settings.demandsTwoPeople {
      guard let proposer = task.proposer else {
        task.decide(isSame: true, by: judgement.by, .inProgress, at: work.settings.clock())
        try work.session.put(key, task.json)
        roll.set(pair, .open)
        return Judgement.Outcome(person: nil, part: nil, awaitsSecond: true)
      }
      guard proposer != judgement.by else {
        throw .conflict(
          "\(proposer) has said so already; another person has to agree",
          chinese: "\(proposer) 已提出合并,须由另一人确认")
      }
    }
    let part = try join(one, other, roots, &roll)
    task.decide(isSame: true, by: judgement.by, .completed, at: work.settings.clock())
    try work.session.put(key, task.json)
    roll.set(pair, .same)
    try work.withdrawJoined(one.record, &roll)
    return Judgement.Outcome(person: roll.master(of: one.record), part: part)
  }

  private func join(
    _ one: (record: String, holder: String?), _ other: (record: String, holder: String?),
    _ roots: (String?, String?), _ roll: inout Roll
  ) throws(Anomaly) -> String {
    let parts: [String]
    switch (one.holder, other.holder) {
    case (let holder?, .some):
      guard let root = roots.1, var person = try work.person(root) else {
        throw .fault("The person of \(judgement.other) is missing")
      }
      person.add(
        PersonLink(target: "Person/\(holder)", decision: decision(through: one.record)))
      try work.put(root, person, &roll)
      parts = ["Person/\(root)", "Person/\(holder)"]
    case (let holder?, nil):
      let link = PersonLink(
        target: "Patient/\(other.record)", decision: decision(through: one.record))
      _ = try work.add(link, near: holder, &roll)
      parts = ["Patient/\(other.record)", "Person/\(holder)"]
    case (nil, let holder?):
      let link = PersonLink(
        target: "Patient/\(one.record)", decision: decision(through: other.record))
      _ = try work.add(link, near: holder, &roll)
      parts = ["Patient/\(one.record)", "Person/\(holder)"]
    case (nil, nil):
      var person = PersonResource()
      person.add(PersonLink(target: "Patient/\(one.record)", decision: decision(through: nil)))
      person.add(
        PersonLink(
          target: "Patient/\(other.record)", decision: decision(through: one.record)))
      try work.put(work.settings.makeID(), person, &roll)
      parts = ["Patient/\(other.record)", "Patient/\(one.record)"]
    }
    guard let root = roll.master(of: one.record) else {
      throw .fault("The merge has left no person")
    }
    try work.record(.merge, root, parts, decision(through: nil), reason: judgement.reason)
    return parts[0]
  }

  // MARK: Parting

  private func part(_ roll: inout Roll) throws(Anomaly) -> Judgement.Outcome {
    if let id = PersonLink.patient(judgement.one), let holder = roll.holder(of: id) {
      return try partRecord(id, holder, &roll)
    }
    if let id = PersonLink.person(judgement.one), let master = roll.persons[id],
      let whole = master.whole, !master.isContinuation
    {
      return try partPerson(id, whole, &roll)
    }
    throw .conflict(
      "\(judgement.one.prefix(80)) is joined to nobody",
      chinese: "\(judgement.one.prefix(80)) 没有与他人合并")
  }

  /// A Person that was made a part of another is a master person again.
  private func partPerson(
    _ id: String, _ whole: String, _ roll: inout Roll
  ) throws(Anomaly) -> Judgement.Outcome {
    guard var person = try work.person(id) else { throw .fault("Person/\(id) is missing") }
    let root = roll.root(of: whole)
    let through = person.remove("Person/\(whole)").flatMap(LinkDecision.init)?.through
    let own = roll.firstRecord(of: id)
    try work.put(id, person, &roll)
    try work.tidy(id, &roll)
    try work.tidy(whole, &roll)
    if let through, let own { try keepApart(RecordPair(through, own), &roll) }
    try work.record(
      .unmerge, root, ["Person/\(id)", "Person/\(whole)"], decision(through: nil),
      reason: judgement.reason)
    return Judgement.Outcome(person: roll.persons[id] == nil ? nil : id, part: nil)
  }

  /// A record leaves its person, and takes along those that were joined because of it.
  private func partRecord(
    _ id: String, _ holder: String, _ roll: inout Roll
  ) throws(Anomaly) -> Judgement.Outcome {
    guard var person = try work.person(holder) else { throw .fault("Person/\(holder) is missing") }
    let root = roll.root(of: holder)
    let links = person.links
    let through = links.first { $0.target == "Patient/\(id)" }?.decision?.through
    var leaving: Set<String> = [id]
    if through != nil {
      // Links stand in the order in which they came, so one pass finds all.
      for link in links {
        guard let record = PersonLink.patient(link.target), let cause = link.decision?.through,
          leaving.contains(cause)
        else { continue }
        leaving.insert(record)
      }
    }
    let others = roll.records(with: id, limit: Following<Session>.recordsLookedAt + leaving.count)
    guard let other = through ?? others.first(where: { !leaving.contains($0) }) else {
      throw .conflict("Patient/\(id) is alone", chinese: "Patient/\(id) 没有与他人合并")
    }
    var own = PersonResource()
    for link in links {
      guard let record = PersonLink.patient(link.target), leaving.contains(record),
        let json = person.remove(link.target)
      else { continue }
      if record == id, var decision = link.decision {
        decision.through = nil
        own.add(PersonLink(target: link.target, decision: decision))
      } else {
        own.add(json)
      }
    }
    try work.put(holder, person, &roll)
    if leaving.count > 1 { try work.put(work.settings.makeID(), own, &roll) }
    try work.tidy(holder, &roll)
    try keepApart(RecordPair(id, other), &roll)
    try work.record(
      .unmerge, root, ["Patient/\(id)", "Person/\(holder)"], decision(through: nil),
      reason: judgement.reason)
    return Judgement.Outcome(person: roll.master(of: id), part: nil)
  }

  // MARK: Answering

  private func answer(_ roll: inout Roll) throws(Anomaly) -> Judgement.Outcome {
    let (one, other) = (try resolve(judgement.one, roll), try resolve(judgement.other, roll))
    let master = roll.master(of: one.record)
    guard one.record != other.record, master == nil || master != roll.master(of: other.record)
    else {
      throw .conflict(
        "The two are one person now; undo the merge instead", chinese: "二者目前是同一人,请先撤销合并")
    }
    let pair = RecordPair(one.record, other.record)
    guard judgement.kind == .different else {
      let key = ReviewTask.key(pair)
      guard let json = try work.resource(key), var task = ReviewTask(json),
        task.verdict == .open
      else { throw .notFound("Nobody is asked about the two", chinese: "没有关于二者的待办") }
      task.set(.onHold, at: work.settings.clock())
      try work.session.put(key, task.json)
      return Judgement.Outcome(person: nil, part: nil)
    }
    try keepApart(pair, &roll)
    let record = DecisionRecord(
      activity: .verify, target: ReviewTask.key(pair),
      parts: ["Patient/\(pair.first)", "Patient/\(pair.second)"], by: judgement.by,
      method: .person, at: work.settings.clock(), reason: judgement.reason)
    try work.session.put(
      ResourceKey(type: PersonIndex.provenance, id: work.settings.makeID()), record.json)
    return Judgement.Outcome(person: nil, part: nil)
  }

  /// Notes for good that two records are of two people.
  private func keepApart(_ pair: RecordPair, _ roll: inout Roll) throws(Anomaly) {
    let key = ReviewTask.key(pair)
    var task =
      try work.resource(key).flatMap(ReviewTask.init)
      ?? ReviewTask(pair, at: work.settings.clock(), nil)
    task.decide(isSame: false, by: judgement.by, .completed, at: work.settings.clock())
    try work.session.put(key, task.json)
    roll.set(pair, .different)
  }
}
