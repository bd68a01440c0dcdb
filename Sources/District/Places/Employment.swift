import FHIR
import Registries

/// Who works in institutions, by which licence.
extension Founding {
  /// Nurses are drawn beside the other staff, so that nobody else's life changes with their number.
  mutating func employNurses(
    _ number: Int, for department: String, at institution: String, specialty: JSON
  ) {
    let before = chance
    chance = Chance(seed: UInt64(staffCount), part: institutions)
    for _ in 0..<number {
      _ = hire(for: department, at: institution, specialty: specialty, as: .nurse)
    }
    chance = before
  }

  /// Who is hired, and by what licence.
  enum Profession {
    case physician, villageDoctor, nurse

    var licence: String {
      switch self {
      case .physician: "医师执业证书"
      case .villageDoctor: "乡村医生执业证书"
      case .nurse: "护士执业证书"
      }
    }
  }

  /// Hires a practitioner: Practitioner with a licence, and the role in the department.
  mutating func hire(
    for organization: String, at institution: String, specialty: JSON?, as profession: Profession
  ) -> Staff {
    staffCount += 1
    let id = "\(prefix)-s\(staffCount)"
    let sex: Sex = chance.happens(profession == .nurse ? 0.95 : 0.5) ? .female : .male
    let birth = Day(year: chance.within(1965...1997), month: 1, day: 1) + chance.below(365)
    let group = naming.groups.draw(&chance) ?? naming.allGroups[0]
    let line = naming.line(of: group, &chance)
    let name = naming.name(group, sex: sex, born: birth, line: line, father: nil, &chance)
    let licensed = birth.adding(years: 26)
    // Nurses and village doctors register anew every five years, physicians never.
    let end =
      profession == .physician ? nil : ending.adding(months: staffCount * 11 % 60 - 1)
    add(
      .resource(
        "Practitioner", id,
        [
          "identifier": [["system": System.practitioner, "value": .string(id)]],
          "active": true, "name": name.humanNames, "gender": .string(sex.gender),
          "birthDate": .day(birth),
          "qualification": [
            .element([
              "extension": specialty.map {
                [["url": .string(RegistrySystem.practiceScope), "valueCodeableConcept": $0]]
              },
              "identifier": [["value": .string("139999" + padded(staffCount, 9))]],
              "code": .words(profession.licence),
              "period": .period(
                .day(end.map { $0.adding(years: -5) } ?? licensed), end.map(JSON.day)),
            ])
          ],
        ]))
    let title = Self.title(of: profession, born: birth)
    add(
      .resource(
        "PractitionerRole", id,
        [
          "active": true, "practitioner": .reference("Practitioner/" + id, name.text),
          "organization": .reference("Organization/" + organization),
          "code": [.concept(System.title, title.0, title.1)], "specialty": specialty.map { [$0] },
          "location": [.reference("Location/" + institution + "-site")],
        ]))
    return Staff(
      id: id, reference: .reference("Practitioner/" + id, name.text), name: name.text)
  }

  /// GB/T 8561: the older the higher.
  private static func title(of profession: Profession, born birth: Day) -> (String, String) {
    let rank = min(max((birth.year - 1965) / 9, 0), 3)
    switch profession {
    case .physician:
      return [("231", "主任医师"), ("232", "副主任医师"), ("233", "主治医师"), ("234", "医师")][rank]
    case .nurse:
      return [("252", "副主任护师"), ("253", "主管护师"), ("254", "护师"), ("255", "护士")][rank]
    case .villageDoctor: return ("235", "医士")
    }
  }
}
