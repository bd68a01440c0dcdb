package import FHIR
import People

/// Which residence moves.
package enum Move: String, CaseIterable, Sendable {
  /// 户籍和居住地一并迁移.
  case both
  /// 只变更居住地，户籍不动（人户分离）.
  case actual
  /// 只迁户籍.
  case registered

  var kinds: [ResidenceKind] {
    switch self {
    case .both: [.registered, .actual]
    case .actual: [.actual]
    case .registered: [.registered]
    }
  }
}

/// A move out 迁出 as the registrar tells it, each answer as typed.
package struct DepartureNotice: Sendable {
  package var day = ""
  package var move = Move.both
  package var address = ""
  /// The code of the division where the person goes, as far as it is known.
  package var area = ""
  package var reason = ""
  package var newHead = ""

  package init() {}
}

/// A move into a household 迁入, each answer as typed.
///
/// Who is on record is found by the identity number; of others it tells sex and birth.
package struct ArrivalNotice: Sendable {
  package var number = ""
  /// Of who is not on record.
  package var name = ""
  package var ethnic = ""
  /// GB/T 4761, to the head.
  package var kin = ""
  package var day = ""
  package var move = Move.both
  package var reason = ""
  /// Who heads the household that is left, where its head goes.
  package var newHead = ""

  package init() {}
}

extension PopulationRegistry {
  /// Registers a move out; the old address stays with its last day.
  ///
  /// Who only lives elsewhere stays in the household.
  package func register(
    _ notice: DepartureNotice, of person: String, by registrar: Registrar
  ) async throws(Anomaly) {
    var person = try await self.person(person)
    var household = try await household(of: person.id)
    let patients = try await patients(of: household)
    var findings = Findings()
    let span = LifeSpan(of: person.tree, today: today)
    let day = findings.check("day") { () throws(Anomaly) in try span.day(notice.day) }
    let why = findings.check("reason") { () throws(Anomaly) in
      try PersonEntry.text(notice.reason)
    }
    let text = findings.check("address") { () throws(Anomaly) -> String in
      guard let text = try PersonEntry.text(notice.address) else {
        throw .incorrect(
          "Say where the person goes", chinese: "请填写迁往地址", code: .required)
      }
      return text
    }
    let area = findings.check("area") { () throws(Anomaly) -> AreaCode? in
      notice.area.isEmpty ? nil : try AreaCode(notice.area)
    }
    if notice.move != .actual {
      check(successor: notice.newHead, to: person.id, in: household, patients, &findings)
    }
    try findings.report()
    guard let day, let text else { throw .fault("An answer is missing") }
    let address = ResidenceAddress(text: text, area: (area ?? nil)?.padded)
    var writing = EventWriting(
      .departure, on: day, now: clock(), because: why ?? nil, by: registrar)
    for kind in notice.move.kinds {
      kind.move(&person.tree, to: address.address(kind, since: day), on: day)
    }
    try writing.update(person.tree, person.reference, version: person.version, isTarget: true)
    if notice.move == .actual {
      if let household { writing.concerns("Group/\(household.id)") }
    } else {
      try leave(
        &household, person.id, on: day, successor: notice.newHead, patients, &writing)
    }
    _ = try await commit(writing)
  }

  /// Registers a move into a household; gives the person's id.
  package func register(
    _ notice: ArrivalNotice, into household: String, by registrar: Registrar
  ) async throws(Anomaly) -> String {
    var household = try await self.household(household)
    var findings = Findings()
    let number = findings.check("number") { () throws(Anomaly) in
      try PersonEntry.identityNumber(notice.number, birth: nil, sex: nil)
    }
    let kin = findings.check("kin") { () throws(Anomaly) -> String in
      guard notice.kin != Kinship.head || household.head == nil else {
        throw .incorrect("The household has a head", chinese: "本户已有户主", code: .value)
      }
      return try PersonEntry.code(notice.kin, of: .kinship)
    }
    let why = findings.check("reason") { () throws(Anomaly) in
      try PersonEntry.text(notice.reason)
    }
    guard let number else {
      try findings.report()
      throw .fault("An identity number without a finding is missing")
    }
    let known = try await onRecord(number)
    var tree = if let known { known.tree } else { newcomer(notice, number, &findings) }
    let span = LifeSpan(of: tree, today: today)
    let day = findings.check("day") { () throws(Anomaly) in try span.day(notice.day) }
    var old: Household?
    if let known { old = try await self.household(of: known.id) }
    if old?.id == household.id {
      findings.add("number", "The person belongs to this household already", "该居民已是本户成员")
    }
    let patients = try await patients(of: old)
    if let known {
      check(successor: notice.newHead, to: known.id, in: old, patients, &findings)
    }
    try findings.report()
    guard let day, let kin else { throw .fault("An answer is missing") }
    var writing = EventWriting(
      .arrival, on: day, now: clock(), because: why ?? nil, by: registrar)
    if let address = ResidenceAddress(household) {
      for kind in notice.move.kinds {
        kind.move(&tree, to: address.address(kind, since: day), on: day)
      }
    }
    var reference: String
    if let known {
      reference = known.reference
      try writing.update(tree, reference, version: known.version, isTarget: true)
      try leave(
        &old, known.id, on: day, successor: notice.newHead, patients, &writing)
    } else {
      reference = try writing.create(tree, isTarget: true)
    }
    try household.add(reference, named: PersonEntry.name(of: tree), kin: kin, since: day)
    try writing.update(
      household.group, "Group/\(household.id)", version: household.version, isTarget: true)
    let outcomes = try await commit(writing)
    return known?.id ?? Self.id(outcomes, at: 0) ?? ""
  }

  /// Who has the identity number.
  package func onRecord(_ number: String) async throws(Anomaly) -> Reading? {
    try await onRecord(try PersonEntry.identityNumber(number, birth: nil, sex: nil))
  }

  private func onRecord(_ number: IdentityNumber) async throws(Anomaly) -> Reading? {
    let system = RegistrySystem.identityNumber
    let found = try await search("Patient", "identifier=\(system)%7C\(number.text)&_count=2")
    guard let first = found.first else { return nil }
    guard found.count == 1 else {
      throw .conflict(
        "Two records have this identity number; settle the duplicate first",
        chinese: "有两份档案使用该身份证号，请先处理重复档案")
    }
    return Reading(
      reference: "Patient/\(first.key.id)", version: first.version,
      tree: try JSON(parsing: first.body))
  }

  /// The Patient of somebody who comes from elsewhere and is not on record.
  private func newcomer(
    _ notice: ArrivalNotice, _ number: IdentityNumber, _ findings: inout Findings
  ) -> JSON {
    let digits = number.birthDate
    let birth = CivilDay(typed: digits)
    let name = findings.check("name") { () throws(Anomaly) in
      try PersonEntry.name(notice.name)
    }
    let ethnic = findings.check("ethnic") { () throws(Anomaly) in
      try PersonEntry.code(notice.ethnic, of: .ethnic)
    }
    var patient: JSON = ["resourceType": "Patient"]
    patient["extension"] = ethnic.map {
      [
        [
          "url": .string(CodeList.ethnic.system),
          "valueCodeableConcept": CodeList.ethnic.concept($0),
        ]
      ]
    }
    patient["identifier"] = [
      [
        "use": "official", "system": .string(RegistrySystem.identityNumber),
        "value": .string(number.text),
      ]
    ]
    patient["active"] = true
    if let name, let birth { patient["name"] = Naming.names(name, since: birth) }
    patient["gender"] = number.isMale ? "male" : "female"
    patient["birthDate"] = birth.map { .string($0.text) }
    return patient
  }
}
