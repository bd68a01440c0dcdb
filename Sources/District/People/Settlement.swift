import FHIR

/// The making of households one after the other, with the counts that keep numbers unique.
struct Settlement {
  private let setting: Setting
  private let places: Places
  private var registry = Registry()
  /// Health-record serials given in each village.
  private var serials: [Int]
  private var households = 0
  private(set) var persons = 0

  init(_ setting: Setting) throws(Anomaly) {
    self.setting = setting
    places = try Places()
    serials = Array(repeating: 0, count: setting.county.villages.count)
  }

  /// The next household, of no more than `limit` members; nil when the county has no village.
  mutating func next(limit: Int) -> Household? {
    guard !setting.county.villages.isEmpty else { return nil }
    var chance = Chance(seed: setting.seed, part: households + 1)
    let shown = HouseholdKind.shown
    let wish = households < shown.count ? shown[households] : nil
    let kind = wish?.kind ?? HouseholdKind.lot.draw(&chance) ?? .couple
    let village = setting.county.villages[
      wish == nil
        ? chance.below(setting.county.villages.count)
        : households % setting.county.villages.count]
    households += 1
    let group =
      setting.naming.allGroups.first { $0.code == wish?.group }
      ?? setting.naming.groups.draw(&chance) ?? setting.naming.allGroups[0]
    let isTwin = wish?.hasTwins ?? false
    let roles = kind.roles(twins: isTwin, childYears: wish?.childYears, &chance).prefix(limit)
    let house = places.house(in: village, &chance)
    let phone = phone(of: households)
    var members: [Person] = []
    var lines: [Name.Part?] = []
    for role in roles {
      let person = settle(
        role, group: group, in: village, phone: phone, beside: members, lines: &lines, &chance)
      members.append(person)
    }
    reconcile(&members)
    return Household(
      village: village, address: address(house, in: village), phone: phone, members: members)
  }

  /// No parent dies before a child's birth; who outlives the spouse is widowed.
  private func reconcile(_ members: inout [Person]) {
    for child in members {
      for place in [child.mother, child.father].compactMap(\.self)
      where members.indices.contains(place) {
        if let death = members[place].death, death <= child.birth + 60 {
          members[place].death = nil
        }
      }
    }
    for place in members.indices {
      if let spouse = members[place].spouse, members.indices.contains(spouse),
        members[spouse].death != nil, members[place].death == nil
      {
        members[place].marital = .widowed
      }
    }
  }

  /// Numbers of the range 199 0000 xxxx, continued where a district is larger.
  private func phone(of household: Int) -> String {
    "19900" + padded(household % 1_000_000, 6)
  }

  /// The member of a role, with name, numbers, long illnesses and, for some, a day of death.
  private mutating func settle(
    _ role: Role, group household: EthnicGroup, in village: Village, phone: String,
    beside members: [Person], lines: inout [Name.Part?], _ chance: inout Chance
  ) -> Person {
    persons += 1
    let birth = setting.ending.adding(years: -role.years) - role.days - (role.years > 0 ? 1 : 0)
    let marriesIn = role.kin == .wife || role.kin == .mother || role.kin == .daughterInLaw
    let isIncomer = marriesIn || role.kin == .foster
    let draws = isIncomer && household.custom == .han && chance.happens(0.06)
    let group = draws ? setting.naming.groups.draw(&chance) ?? household : household
    let line = line(of: role, group: group, isIncomer: isIncomer, lines: lines, &chance)
    lines.append(line)
    let fatherGiven = role.father.flatMap { place in
      members.indices.contains(place)
        ? Name.Part(
          text: members[place].name.given, sound: members[place].name.givenSound.lowercased())
        : nil
    }
    let isRare = persons % 199 == 5
    let name = setting.naming.name(
      group, sex: role.sex, born: birth, line: line, father: fatherGiven, isRare: isRare, &chance)
    let comesFromAfar = isIncomer ? chance.happens(0.2) : chance.happens(0.03)
    let others = ["14", "21", "22", "37", "41", "42", "43", "51", "61"]
    let province =
      comesFromAfar || group.province != County.province && role.years > 30
      ? (group.province != County.province ? group.province : chance.one(of: others) ?? "14")
      : County.province
    let ageInDays = setting.ending - birth
    let isNumbered = ageInDays > 40 || ageInDays > 10 && chance.happens(0.5)
    let id = "\(setting.prefix)-\(persons)"
    var person = Person(
      id: id, reference: .reference("Patient/" + id), seed: chance.next(), name: name,
      sex: role.sex, birth: birth, group: group, kin: role.kin, marital: role.marital,
      province: province,
      identity: isNumbered
        ? registry.number(province: province, birth: birth, sex: role.sex) : nil,
      death: nil,
      occupation: .draw(years: role.years, inTown: village.isUrban, &chance),
      phone: role.years < 12 ? nil : phone, father: role.father, mother: role.mother,
      spouse: role.spouse, twin: role.twin)
    person.recordNumber = recordNumber(in: village)
    person.illnesses = Onset.illnesses(of: person, setting, &chance)
    person.death = Death.draw(for: person, setting, &chance)
    return person
  }

  /// The surname a person bears: the father's line, else the household's, else one of its own.
  private func line(
    of role: Role, group: EthnicGroup, isIncomer: Bool, lines: [Name.Part?], _ chance: inout Chance
  ) -> Name.Part? {
    if isIncomer { return setting.naming.line(of: group, &chance) }
    if let father = role.father, lines.indices.contains(father) { return lines[father] }
    if let first = lines.first { return first }
    return setting.naming.line(of: group, &chance)
  }

  /// 健康档案编号: village code of twelve digits, then five of serial.
  private mutating func recordNumber(in village: Village) -> String {
    serials[village.number] += 1
    return village.code + padded(serials[village.number] % 100_000, 5)
  }

  /// The address down to village and house, with the twelve-digit code of the village.
  private func address(_ house: String, in village: Village) -> JSON {
    let tract = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-censusTract"
    let line = village.township + house
    return [
      "use": "home", "type": "physical", "text": .string(Founding.region + line),
      "line": [.string(line)],
      "_line": [["extension": [["url": .string(tract), "valueString": .string(village.code)]]]],
      "city": .string(County.names.city), "district": .string(County.names.district),
      "state": .string(County.names.state), "country": "CN",
    ]
  }
}
