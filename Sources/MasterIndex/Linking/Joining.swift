import FHIR
import RecordStore

/// How links come into being and go.
extension Following {
  /// A Person links so many records; more go into a Person that continues it.
  ///
  /// So that what a write costs does not grow with the records that a person has.
  static var linkLimit: Int { 50 }

  /// Joins a record that is alone to the person of another.
  func join(
    _ id: String, to other: String, _ decision: LinkDecision, _ roll: inout Roll
  ) throws(Anomaly) {
    let link = PersonLink(target: "Patient/\(id)", decision: decision)
    let holder: String
    if let known = roll.holder(of: other) {
      holder = try add(link, near: known, &roll)
    } else {
      var first = decision
      first.through = nil
      var person = PersonResource()
      person.add(PersonLink(target: "Patient/\(other)", decision: first))
      person.add(link)
      holder = settings.makeID()
      try put(holder, person, &roll)
    }
    try record(
      .link, roll.root(of: holder), ["Patient/\(id)", "Patient/\(other)"], decision)
  }

  /// Adds a link to a Person, or to one that continues it; gives the one that took it.
  func add(
    _ link: PersonLink, near holder: String, _ roll: inout Roll
  ) throws(Anomaly) -> String {
    var id = roll.room(near: holder, limit: Self.linkLimit)
    var person: PersonResource
    if let found = id, let known = try self.person(found) {
      person = known
    } else {
      person = PersonResource()
      person.add(PersonLink(target: "Person/\(roll.continued(by: holder))", decision: nil))
      id = settings.makeID()
    }
    person.add(link)
    let place = id ?? settings.makeID()
    try put(place, person, &roll)
    return place
  }

  /// Takes a record out of the person that it is linked to.
  func detach(_ id: String, _ roll: inout Roll) throws(Anomaly) {
    guard let holder = roll.holder(of: id), var person = try person(holder) else { return }
    let root = roll.root(of: holder)
    person.remove("Patient/\(id)")
    try put(holder, person, &roll)
    try tidy(holder, &roll)
    let decision = LinkDecision(
      method: .machine, by: Self.name, at: now, score: nil, reasons: [], through: nil)
    try record(.unlink, root, ["Patient/\(id)"], decision)
  }

  /// Deletes a Person that holds nobody together any more.
  func tidy(_ id: String, _ roll: inout Roll) throws(Anomaly) {
    guard let person = roll.persons[id], (roll.parts[id] ?? []).isEmpty else { return }
    let isNeeded = person.whole == nil ? person.patients.count > 1 : !person.patients.isEmpty
    guard !isNeeded else { return }
    try session.remove(ResourceKey(type: PersonIndex.person, id: id))
    roll.set(id, nil)
    if let whole = person.whole { try tidy(whole, &roll) }
  }

  func put(_ id: String, _ person: PersonResource, _ roll: inout Roll) throws(Anomaly) {
    try session.put(ResourceKey(type: PersonIndex.person, id: id), person.json)
    roll.set(id, person.master)
  }

  /// Keeps who decided what for ever.
  func record(
    _ activity: DecisionRecord.Activity, _ person: String, _ parts: [String],
    _ decision: LinkDecision, reason: String? = nil
  ) throws(Anomaly) {
    let record = DecisionRecord(
      activity: activity, target: ResourceKey(type: PersonIndex.person, id: person),
      parts: parts, by: decision.by, method: decision.method, at: settings.clock(),
      reason: reason)
    try session.put(
      ResourceKey(type: PersonIndex.provenance, id: settings.makeID()), record.json)
  }
}
