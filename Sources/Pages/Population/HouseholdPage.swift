import FHIR
import Registries

extension Site {
  /// `/population/household/id`: who belongs to it, what they are to one another, what happened.
  func household(_ id: String, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let household = try await registry.household(id)
    let patients = try await registry.patients(of: household)
    let events = try await registry.events(about: "Group/\(id)")
    let relatives = try await relatives(of: household)
    let page = HouseholdPage(
      household: household, patients: patients, relatives: relatives, events: events,
      now: Moment(milliseconds: clock()), today: registry.today, language: frame.language)
    return .html(Template.household.render(try page.values(), frame))
  }

  /// `/population/person/id`: the household of a person, else the question whether to found one.
  func householdOfPerson(_ visit: PageRoute.Visit) async throws(Anomaly) -> PageReply {
    if let household = try await registry.household(of: visit.id) {
      return .redirect(to: "/population/household/\(household.id)")
    }
    return try await ask(visit, FoundingQuestion(of: visit.id))
  }

  /// What each member's record says of relatives: words such as `母亲 王丽`.
  private func relatives(
    of household: Household
  ) async throws(Anomaly) -> [String: [String]] {
    let ids = household.members.map(\.person)
    guard !ids.isEmpty else { return [:] }
    let found = try await registry.search(
      "RelatedPerson", "patient=\(ids.joined(separator: ","))&_count=200")
    var relatives: [String: [String]] = [:]
    for version in found {
      let tree = try JSON(parsing: version.body)
      guard let patient = tree["patient"]?["reference"]?.string,
        let words = tree["relationship"]?[0]?["text"]?.string
      else { continue }
      relatives[String(patient.dropFirst("Patient/".count)), default: []]
        .append("\(words) \(PersonEntry.name(of: tree))")
    }
    return relatives
  }
}

/// The page of one household.
struct HouseholdPage {
  let household: Household
  let patients: [String: PopulationRegistry.Reading]
  let relatives: [String: [String]]
  let events: [LifeEvent]
  let now: Moment
  let today: CivilDay
  let language: Language

  func values() throws(Anomaly) -> [String: Any] {
    var members: [[String: Any]] = []
    for member in household.members { members.append(try values(of: member)) }
    let (address, area) = household.address
    var values: [String: Any] = [
      "id": household.id, "name": household.name, "query": "",
      "members": members, "hasMembers": !members.isEmpty, "count": members.count,
      "former": household.former.map(former), "hasFormer": !household.former.isEmpty,
      "events": events.map(event), "hasEvents": !events.isEmpty,
      "isDissolved": household.group["active"]?.bool == false,
      "canChangeHead": members.count > 1,
    ]
    values["number"] = household.number
    values["address"] = address
    values["area"] = area
    values["successor"] = area.flatMap { successor(of: $0) }
    return values
  }

  /// What followed the division of the address, where its code is of an old edition.
  private func successor(of area: String) -> String? {
    guard let code = Self.code(area), let old = AreaEditions.succession(of: code) else {
      return nil
    }
    let names = AreaEditions.counties(of: code, on: today).map { code in
      "\(code) \(AreaEditions.name(of: code) ?? "")"
    }
    return Texts.text(
      "areaFollowed", language, old.name, old.since.text, names.joined(separator: "、"))
  }

  private static func code(_ area: String) -> AreaCode? {
    do throws(Anomaly) { return try AreaCode(area) } catch { return nil }
  }

  private func values(of member: Household.Member) throws(Anomaly) -> [String: Any] {
    var values: [String: Any] = [
      "id": member.person, "kin": CodeList.kinship.name(member.kin, language),
      "name": member.name, "isHead": member.kin == Kinship.head,
    ]
    values["since"] = member.since?.text
    values["relatives"] = relatives[member.person]?.joined(separator: " · ")
    guard let reading = patients[member.person] else { return values }
    let document = try JSONDocument.parse(reading.tree.encoded())
    withExtendedLifetime(document) {
      let person = Person(document.root)
      values["sex"] = person.sex(language)
      values["age"] = person.age(at: now)?.text(language)
      values["birth"] = person.birth?.day
      values["isDead"] = person.isDead
      let home = ResidenceAddress(ResidenceKind.actual.current(of: reading.tree))?.text
      // 人户分离: who lives elsewhere than the household.
      if let home, let here = household.address.text, home != here { values["elsewhere"] = home }
    }
    return values
  }

  private func former(_ member: Household.Member) -> [String: Any] {
    var values: [String: Any] = [
      "id": member.person, "name": member.name,
      "kin": CodeList.kinship.name(member.kin, language),
    ]
    values["until"] = member.until?.text
    return values
  }

  private func event(_ event: LifeEvent) -> [String: Any] {
    let names = Dictionary(
      household.everybody.map { ($0.person, $0.name) }, uniquingKeysWith: { _, last in last })
    var values: [String: Any] = [
      "day": event.day.text, "link": "/fhir/Provenance/\(event.id)",
      "kind": Texts.text("event" + event.kind.rawValue, language),
      "recorded": Moment(milliseconds: event.recorded).text,
      "people": event.persons.map { ["id": $0, "name": names[$0] ?? $0] },
    ]
    values["reason"] = event.reason
    values["who"] = event.who
    values["before"] = event.before.first { $0.hasPrefix("Patient/") }.map { "/fhir/" + $0 }
    return values
  }
}
