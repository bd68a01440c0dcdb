package import FHIR
import People
package import RecordStore

/// A birth as the registrar tells it, each answer as typed.
///
/// WS 376.1-2012 出生医学证明 for what is asked.
package struct BirthNotice: Sendable {
  package var name = ""
  /// GB/T 2261.1.
  package var sex = ""
  package var day = ""
  /// The ids of the parents' Patients.
  package var mother = ""
  package var father = ""
  /// GB/T 3304; empty: the father's, else the mother's.
  package var ethnic = ""
  package var certificate = ""
  /// Whether the registrar saw who may be the same child, and says it is another.
  package var isAnother = false
  /// The version of the household that the registrar saw; a second sending finds another.
  package var householdVersion: Int?

  package init() {}
}

/// What came of a birth notice.
package enum BirthOutcome: Sendable {
  /// The id of the child's Patient.
  case registered(String)
  /// Nothing was stored: these may be the same child.
  case suspected([Version])
}

extension PopulationRegistry {
  /// Two births of one mother lie further apart, in days; those between may be one child twice.
  static let birthSpacingInDays = 180
  /// A day of birth is written wrong by so many days at most, to be the same child.
  static let birthSlipInDays = 3

  private struct Checked {
    let day: CivilDay
    let sex: String
    let name: SpokenName?
    let ethnic: String?
    let certificate: String?
    let mother: Reading
    let father: Reading?
  }

  /// Registers a newborn into the household of a parent, or tells who may be the same child.
  package func register(
    _ notice: BirthNotice, into household: String, by registrar: Registrar
  ) async throws(Anomaly) -> BirthOutcome {
    var household = try await self.household(household)
    if let seen = notice.householdVersion, seen != household.version {
      throw .conflict(
        "The household was changed meanwhile; look at it and try again",
        chinese: "该户在此期间已有变更，请核对后重试")
    }
    let checked = try await check(notice, in: household)
    if let certificate = checked.certificate {
      try await refuseRegistered(certificate)
    }
    if !notice.isAnother {
      let suspected = try await sameChild(as: checked)
      guard suspected.isEmpty else { return .suspected(suspected) }
    }
    var writing = EventWriting(.birth, on: checked.day, now: clock(), because: nil, by: registrar)
    let child = newborn(checked, of: household)
    let url = try writing.create(child, isTarget: true)
    for (parent, relation) in [(checked.mother, Relation.mother)]
      + (checked.father.map { [($0, Relation.father)] } ?? [])
    {
      let record = try writing.create(relation.person(parent.tree, of: url), isTarget: false)
      var tree = parent.tree
      let link: JSON = ["other": ["reference": .string(record)], "type": "seealso"]
      tree["link"] = .array((tree["link"]?.items ?? []) + [link])
      try writing.update(tree, parent.reference, version: parent.version, isTarget: false)
    }
    let parent =
      [checked.father, checked.mother].compactMap { $0 }
      .compactMap { household.member($0.id) }.first
    try household.add(
      url, named: PersonEntry.name(of: child),
      kin: Kinship.child(of: parent?.kin ?? "", sex: checked.sex), since: checked.day)
    try writing.update(
      household.group, "Group/\(household.id)", version: household.version, isTarget: true)
    let outcomes = try await commit(writing)
    guard let id = Self.id(outcomes, at: 0) else { throw .fault("No newborn was made") }
    return .registered(id)
  }

  private func check(
    _ notice: BirthNotice, in household: Household
  ) async throws(Anomaly) -> Checked {
    var findings = Findings()
    var mother: Reading?
    var father: Reading?
    if notice.mother.isEmpty {
      findings.add("mother", "The mother is missing", "请选择母亲")
    } else {
      mother = try await person(notice.mother)
    }
    if !notice.father.isEmpty { father = try await person(notice.father) }
    let day = findings.check("day") { () throws(Anomaly) in
      try LifeSpan(today: today).day(notice.day)
    }
    let sex = findings.check("sex") { () throws(Anomaly) in
      try PersonEntry.code(notice.sex, of: .sex)
    }
    let name = findings.check("name") { () throws(Anomaly) -> SpokenName? in
      notice.name.isEmpty ? nil : try PersonEntry.name(notice.name)
    }
    let certificate = findings.check("certificate") { () throws(Anomaly) in
      try PersonEntry.birthCertificate(notice.certificate)
    }
    let given = [father, mother].compactMap { $0.flatMap { Self.ethnic(of: $0.tree) } }.first
    let ethnic = findings.check("ethnic") { () throws(Anomaly) -> String? in
      notice.ethnic.isEmpty ? given : try PersonEntry.code(notice.ethnic, of: .ethnic)
    }
    if let mother { checkParent(mother, named: "mother", bearing: day, &findings) }
    if let father { checkParent(father, named: "father", bearing: day, &findings) }
    let isOfHousehold = [mother, father].contains { reading in
      reading.map { household.member($0.id) != nil } ?? false
    }
    if mother != nil, !isOfHousehold {
      findings.add(
        "mother", "Neither parent belongs to the household", "父母均不是本户成员，不能随其登记")
    }
    try findings.report()
    guard let day, let sex, let mother else { throw .fault("An answer is missing") }
    return Checked(
      day: day, sex: sex, name: name ?? nil, ethnic: ethnic ?? nil,
      certificate: certificate ?? nil, mother: mother, father: father)
  }

  /// A mother is a woman who lives on the day; a father may have died before it.
  private func checkParent(
    _ parent: Reading, named path: String, bearing day: CivilDay?, _ findings: inout Findings
  ) {
    let (sex, isMother) = (PersonEntry.sex(of: parent.tree), path == "mother")
    if sex == (isMother ? "1" : "2") {
      findings.add(
        path, isMother ? "The mother is a man on record" : "The father is a woman on record",
        isMother ? "所选母亲登记为男性" : "所选父亲登记为女性")
    }
    let span = LifeSpan(of: parent.tree, today: today)
    guard let day else { return }
    if let birth = span.birth, day <= birth {
      findings.add(
        path, "The parent was born on \(birth.text), not before the child",
        "所选父母出生于\(birth.text)，不早于孩子")
    }
    if isMother, let death = span.death, day > death {
      findings.add(
        path, "The mother died on \(death.text), before the birth", "母亲已于\(death.text)死亡，早于孩子出生")
    }
  }

  private func refuseRegistered(_ certificate: String) async throws(Anomaly) {
    let system = RegistrySystem.birthCertificate
    let found = try await search("Patient", "identifier=\(system)%7C\(certificate)")
    guard let first = found.first else { return }
    let name = PersonEntry.name(of: try JSON(parsing: first.body))
    throw .incorrect(
      "The certificate \(certificate) is \(name)'s already",
      chinese: "出生医学证明\(certificate)已登记给\(name)", code: .duplicate, path: "certificate",
      status: 422)
  }

  static func ethnic(of patient: JSON) -> String? {
    let item = patient["extension"]?.items.first { $0["url"]?.string == CodeList.ethnic.system }
    return CodeList.ethnic.code(in: item?["valueCodeableConcept"])
  }

  private func newborn(_ checked: Checked, of household: Household) -> JSON {
    let mother = PersonEntry.name(of: checked.mother.tree)
    var child: JSON = ["resourceType": "Patient"]
    child["extension"] = checked.ethnic.map {
      [
        [
          "url": .string(CodeList.ethnic.system),
          "valueCodeableConcept": CodeList.ethnic.concept($0),
        ]
      ]
    }
    child["identifier"] = checked.certificate.map {
      [["system": .string(RegistrySystem.birthCertificate), "value": .string($0)]]
    }
    child["active"] = true
    // Until a name is given, the child is called after the mother.
    child["name"] =
      checked.name.map { Naming.names($0, since: checked.day) }
      ?? [["use": "temp", "text": .string(mother + (checked.sex == "2" ? "之女" : "之子"))]]
    child["gender"] = PersonEntry.genders[checked.sex].map(JSON.string)
    child["birthDate"] = .string(checked.day.text)
    let lived = ResidenceKind.actual.current(of: checked.mother.tree)
    let homes = [
      ResidenceAddress(lived).map { ResidenceKind.actual.begin(lived, $0, on: checked.day) },
      ResidenceAddress(household).map { $0.address(.registered, since: checked.day) },
    ].compactMap { $0 }
    if !homes.isEmpty { child["address"] = .array(homes) }
    child["generalPractitioner"] = checked.mother.tree["generalPractitioner"]
    child["managingOrganization"] = checked.mother.tree["managingOrganization"]
    return child
  }

  /// Who may be this child already: of the same mother about that time, or alike.
  private func sameChild(as checked: Checked) async throws(Anomaly) -> [Version] {
    var found: [Version] = []
    func add(_ versions: [Version]) {
      for version in versions where !found.contains(where: { $0.key == version.key }) {
        found.append(version)
      }
    }
    let near = Self.birthSpacingInDays
    let (first, last) = (checked.day.adding(days: -near), checked.day.adding(days: near))
    var children: Set<String> = []
    if let number = PersonEntry.identityNumber(of: checked.mother.tree) {
      let query = "identifier=\(RegistrySystem.identityNumber)%7C\(number)&_count=100"
      for version in try await search("RelatedPerson", query) {
        children.formUnion(Self.patient(of: try JSON(parsing: version.body)))
      }
    }
    for link in checked.mother.tree["link"]?.items ?? [] {
      guard let other = link["other"]?["reference"]?.string, other.hasPrefix("RelatedPerson/")
      else { continue }
      children.formUnion(Self.patient(of: try await resource(other).tree))
    }
    if !children.isEmpty {
      add(
        try await search(
          "Patient",
          "_id=\(children.sorted().joined(separator: ","))"
            + "&birthdate=ge\(first.text)&birthdate=le\(last.text)"))
    }
    guard let name = checked.name else { return found }
    let slip = Self.birthSlipInDays
    let gender = PersonEntry.genders[checked.sex] ?? ""
    add(
      try await search(
        "Patient",
        "name:exact=\(name.text.queryEncoded)&gender=\(gender)&_count=20"
          + "&birthdate=ge\(checked.day.adding(days: -slip).text)"
          + "&birthdate=le\(checked.day.adding(days: slip).text)"))
    return found
  }

  /// The id of the Patient whose relative this is.
  private static func patient(of relative: JSON) -> [String] {
    guard let text = relative["patient"]?["reference"]?.string, text.hasPrefix("Patient/") else {
      return []
    }
    return [String(text.dropFirst("Patient/".count))]
  }
}
