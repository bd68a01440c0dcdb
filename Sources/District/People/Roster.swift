import FHIR
import Registries

/// The household as the population registry keeps it: a Group, each member with what it is to the
/// head, and the births and deaths of the years as events.
extension Household {
  var groupID: String { (members.first?.id ?? "") + "-h" }

  /// Who heads it now: the head, else the spouse, else the eldest alive.
  private var headPlace: Int? {
    let alive = members.indices.filter { members[$0].death == nil }
    return alive.first { members[$0].kin == .head }
      ?? alive.first { members[$0].spouse == 0 }
      ?? alive.min { members[$0].birth < members[$1].birth }
  }

  /// What a member is to who heads it now, GB/T 4761; who died keeps what the register said.
  private func kin(_ place: Int, head: Int) -> (String, String) {
    let person = members[place]
    if place == head { return Kin.head.code }
    if head == 0 || person.death != nil {
      guard person.kin == .foster, person.sex == .female else { return person.kin.code }
      return ("37", "养女或继女")
    }
    // The widow or widower of the head: children stay what they are, parents become in-laws.
    guard members[head].spouse == 0 else { return ("97", "其他亲属") }
    let isWife = members[head].sex == .female
    switch person.kin {
    case .father: return isWife ? ("53", "公公") : ("55", "岳父")
    case .mother: return isWife ? ("54", "婆婆") : ("56", "岳母")
    default: return person.kin.code
    }
  }

  /// <https://hl7.org/fhir/R4/group.html>
  var group: JSON {
    let head = headPlace ?? 0
    let rows = members.indices.map { place -> JSON in
      let person = members[place]
      let (code, words) =
        person.death == nil || headPlace == nil
        ? kin(place, head: head) : person.kin.code
      let isChild = person.father != nil || person.mother != nil
      var period: [(String, JSON)] = []
      if isChild { period.append(("start", .day(person.birth))) }
      if let death = person.death { period.append(("end", .day(death))) }
      var span = JSONObject()
      for (name, value) in period { span[name] = value }
      return .element([
        "extension": [
          [
            "url": .string(System.kinship),
            "valueCodeableConcept": .concept(System.kinship, code, words),
          ]
        ],
        "entity": .reference("Patient/" + person.id, person.name.text),
        "period": period.isEmpty ? nil : .object(span),
        "inactive": .bool(person.death != nil),
      ])
    }
    let line = address["text"]?.string ?? ""
    return .resource(
      "Group", groupID,
      [
        "identifier": [
          ["system": .string(RegistrySystem.household), "value": .string(members[0].recordNumber)]
        ],
        "active": .bool(headPlace != nil), "type": "person", "actual": true,
        "code": .concept(RegistrySystem.populationGroup, "household", text: "家庭户"),
        "name": .string(members[head].name.text + "户"),
        "characteristic": [
          .element([
            "code": .concept(RegistrySystem.householdCharacteristic, "address", text: "住址"),
            "valueCodeableConcept": .concept(RegistrySystem.division, village.code, text: line),
            "exclude": false,
          ])
        ],
        "member": .array(rows),
      ])
  }

  /// Births and deaths within the years. <https://hl7.org/fhir/R4/provenance.html>
  func events(in setting: Setting) -> [JSON] {
    members.flatMap { person -> [JSON] in
      var events: [JSON] = []
      let isChild = person.father != nil || person.mother != nil
      if person.birth >= setting.beginning, isChild {
        events.append(event("birth", "出生", of: person, on: person.birth))
      }
      if let death = person.death { events.append(event("death", "死亡", of: person, on: death)) }
      return events
    }
  }

  private func event(_ code: String, _ words: String, of person: Person, on day: Day) -> JSON {
    .resource(
      "Provenance", person.id + "-" + code,
      [
        "target": [.reference("Patient/" + person.id), .reference("Group/" + groupID)],
        "occurredDateTime": .day(day),
        "recorded": .moment(Moment(day, hour: 16, minute: 0)),
        "activity": .concept(RegistrySystem.lifeEvent, code, words),
        "agent": [["who": village.doctor.reference]],
      ])
  }
}
