import FHIR

/// Who belongs to a person: relatives, their illnesses, linked records, whoever lives at the same
/// address.
struct Family: Sendable {
  struct Member: Sendable {
    let name: String
    let relation: String?
    let detail: [String]
    /// The page of the resource that says so.
    let link: String
    /// The record of the relative, where it is known.
    let record: String?
  }

  struct History: Sendable {
    let relation: String
    let conditions: [String]
    let link: String
  }

  let members: [Member]
  let histories: [History]
  let linked: [Member]
  let household: [Member]

  /// - Parameters:
  ///   - records: the records of relatives, by identity number.
  ///   - neighbours: the Patients at the same address.
  init(
    _ record: Record, of person: Person, patient: JSONCursor, neighbours: [Record.Item],
    now: Moment, _ language: Language
  ) {
    let byNumber = Dictionary(
      neighbours.compactMap { item in
        Person(item.root).identityNumber.map { ($0, item.key.id) }
      }, uniquingKeysWith: { first, _ in first })
    members =
      record["RelatedPerson"].map { item in
        let relative = Person(item.root)
        return Member(
          name: relative.name, relation: CodeText.text(item.root.first("relationship")),
          detail: Self.detail(relative, now, language), link: item.link,
          record: relative.identityNumber.flatMap { byNumber[$0] }.map { "/Patient/\($0)" })
      } + Self.contacts(patient, person)
    histories = record["FamilyMemberHistory"].compactMap { item in
      let conditions = item.root.all("condition").compactMap { CodeText.text($0.member("code")) }
      guard !conditions.isEmpty else { return nil }
      return History(
        relation: CodeText.text(item.root.member("relationship")) ?? "", conditions: conditions,
        link: item.link)
    }
    linked = patient.all("link").compactMap { link in
      guard let target = link.target("other") else { return nil }
      let isPatient = target.hasPrefix("Patient/")
      return Member(
        name: link.text("other", "display") ?? target,
        relation: link.text("type").map { CodeText.term("link", $0, language) }, detail: [],
        link: "/fhir/" + target, record: isPatient ? "/" + target : nil)
    }
    household = neighbours.filter { $0.key.id != person.id }.map { item in
      let other = Person(item.root)
      return Member(
        name: other.name, relation: nil, detail: Self.detail(other, now, language),
        link: item.link, record: "/Patient/\(item.key.id)")
    }
  }

  /// Whom to call, where no RelatedPerson says more.
  private static func contacts(_ patient: JSONCursor, _ person: Person) -> [Member] {
    patient.all("contact").compactMap { contact in
      guard let name = contact.first("name").flatMap(PersonName.init) else { return nil }
      let phone = contact.text("telecom", "value").map(Masking.phone)
      return Member(
        name: name.text, relation: CodeText.text(contact.first("relationship")),
        detail: [phone].compactMap { $0 }, link: "/fhir/Patient/\(person.id)", record: nil)
    }
  }

  private static func detail(_ person: Person, _ now: Moment, _ language: Language) -> [String] {
    var detail = [person.sex(language), person.age(at: now)?.text(language)].compactMap { $0 }
    if person.isDead { detail.append(Texts.text("dead", language)) }
    return detail
  }

  var isEmpty: Bool {
    members.isEmpty && histories.isEmpty && linked.isEmpty && household.isEmpty
  }

  var values: [String: Any] {
    [
      "members": members.map(Self.values), "hasMembers": !members.isEmpty,
      "linked": linked.map(Self.values), "hasLinked": !linked.isEmpty,
      "household": household.map(Self.values), "hasHousehold": !household.isEmpty,
      "hasHistories": !histories.isEmpty,
      "histories": histories.map { history in
        ["relation": history.relation, "conditions": history.conditions, "link": history.link]
          as [String: Any]
      },
    ]
  }

  private static func values(_ member: Member) -> [String: Any] {
    var values: [String: Any] = [
      "name": member.name, "link": member.link, "detail": member.detail.joined(separator: " · "),
    ]
    values["relation"] = member.relation
    values["record"] = member.record
    return values
  }
}
