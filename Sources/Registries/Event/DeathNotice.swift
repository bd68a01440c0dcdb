package import FHIR

/// A death as the registrar tells it, each answer as typed.
package struct DeathNotice: Sendable {
  package var day = ""
  package var reason = ""
  /// The id of who heads the household from now on, where the head died.
  package var newHead = ""

  package init() {}
}

extension PopulationRegistry {
  /// Registers a death: the person leaves the household, the spouse is widowed.
  package func register(
    _ notice: DeathNotice, of person: String, by registrar: Registrar
  ) async throws(Anomaly) {
    var person = try await self.person(person)
    let span = LifeSpan(of: person.tree, today: today)
    if span.isDead {
      throw .conflict(
        "The death is registered already\(span.death.map { ", on " + $0.text } ?? "")",
        chinese: "该居民的死亡已登记\(span.death.map { "（\($0.text)）" } ?? "")")
    }
    var household = try await household(of: person.id)
    let patients = try await patients(of: household)
    var findings = Findings()
    let day = findings.check("day") { () throws(Anomaly) in try span.day(notice.day) }
    let why = findings.check("reason") { () throws(Anomaly) in
      try PersonEntry.text(notice.reason)
    }
    check(successor: notice.newHead, to: person.id, in: household, patients, &findings)
    try findings.report()
    guard let day else { throw .fault("A day without a finding is missing") }
    var writing = EventWriting(
      .death, on: day, now: clock(), because: why ?? nil, by: registrar)
    person.tree["deceasedBoolean"] = nil
    person.tree["deceasedDateTime"] = .string(day.text)
    try writing.update(person.tree, person.reference, version: person.version, isTarget: true)
    if let kin = household?.member(person.id)?.kin {
      for member in household?.members ?? [] where Kinship.areMarried(kin, member.kin) {
        guard let spouse = patients[member.person],
          !LifeSpan(of: spouse.tree, today: today).isDead
        else { continue }
        var tree = spouse.tree
        tree["maritalStatus"] = Self.widowed
        try writing.update(tree, spouse.reference, version: spouse.version, isTarget: false)
      }
    }
    try leave(
      &household, person.id, on: day, successor: notice.newHead, patients, &writing)
    _ = try await commit(writing)
  }

  private static let widowed: JSON = [
    "coding": [
      [
        "system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "W",
        "display": "Widowed",
      ],
      ["system": .string(CodeList.marital.system), "code": "30", "display": "丧偶"],
    ], "text": "丧偶",
  ]

  /// A household whose head goes needs another, unless nobody is left.
  func check(
    successor: String, to person: String, in household: Household?,
    _ patients: [String: Reading], _ findings: inout Findings
  ) {
    guard let household, household.head?.person == person else { return }
    let others = household.members.filter { $0.person != person }
    guard !others.isEmpty else { return }
    guard let chosen = others.first(where: { $0.person == successor }) else {
      findings.add(
        "newHead", "The head of the household goes; say who heads it from now on",
        "该居民是户主，请选择新户主")
      return
    }
    if let tree = patients[chosen.person]?.tree, LifeSpan(of: tree, today: today).isDead {
      findings.add("newHead", "The new head is dead", "所选新户主已故")
    }
  }

  /// Ends a membership, appoints the successor of a head, dissolves the household of nobody.
  func leave(
    _ household: inout Household?, _ person: String, on day: CivilDay, successor: String,
    _ patients: [String: Reading], _ writing: inout EventWriting
  ) throws(Anomaly) {
    guard var present = household else { return }
    if present.head?.person == person, present.members.count > 1 {
      try present.appoint(
        successor, sexes: patients.compactMapValues { PersonEntry.sex(of: $0.tree) })
    }
    present.end(person, on: day)
    if present.members.isEmpty { present.dissolve() }
    try writing.update(
      present.group, "Group/\(present.id)", version: present.version, isTarget: true)
    household = present
  }
}
