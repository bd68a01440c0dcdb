import FHIR

/// People of one address, as at the last day; who died in the years before is still among them.
struct Household: Sendable {
  let village: Village
  let address: JSON
  let phone: String
  var members: [Person]
}

/// How people live together.
enum HouseholdKind: CaseIterable, Sendable {
  case elderAlone, elderCouple, couple, family, threeGenerations, single, oneParent
  case grandparents, foster

  /// Of how many households in 1,000, after the census of 2020 (第七次全国人口普查), adjusted for a county.
  static let lot = Lot<HouseholdKind>([
    (.elderAlone, 85), (.elderCouple, 105), (.couple, 155), (.family, 330),
    (.threeGenerations, 165), (.single, 85), (.oneParent, 25), (.grandparents, 40), (.foster, 10),
  ])

  /// What even the smallest district shows: household by household, kind, ethnic group, and twins.
  static let shown: [(kind: HouseholdKind, group: String, hasTwins: Bool, childYears: Int?)] = [
    (.threeGenerations, "01", false, 1), (.family, "01", true, 2), (.elderCouple, "01", false, nil),
    (.family, "05", false, 4), (.grandparents, "07", false, 6), (.foster, "01", false, nil),
    (.elderAlone, "01", false, nil), (.family, "01", false, 0), (.couple, "04", false, nil),
    (.family, "02", false, 9), (.elderAlone, "17", false, nil), (.threeGenerations, "01", true, 1),
  ]
}

/// A plan of one member before name and number are given.
struct Role: Sendable {
  var kin: Kin
  var sex: Sex
  var years: Int
  var days: Int
  var marital: Marital
  var father: Int?
  var mother: Int?
  var spouse: Int?
  var twin: Int?
}

extension HouseholdKind {
  /// Twin births in 1,000.
  static let twinShare = 0.016

  /// The members by kind; references among them are places in the list.
  func roles(twins: Bool, childYears: Int?, _ chance: inout Chance) -> [Role] {
    var plan = Plan()
    switch self {
    case .elderAlone:
      let sex: Sex = chance.happens(0.6) ? .female : .male
      plan.add(.head, sex, chance.within(66...93), .widowed, &chance)
    case .elderCouple:
      plan.addCouple(chance.within(61...86), .head, .wife, &chance)
    case .couple:
      let years = chance.happens(0.35) ? chance.within(23...33) : chance.within(46...61)
      plan.addCouple(years, .head, .wife, &chance)
    case .family:
      let eldest = childYears ?? chance.within(0...21)
      let couple = plan.addCouple(eldest + chance.within(23...33), .head, .wife, &chance)
      plan.addChildren(
        of: couple, eldest: eldest, twins: twins, isNewborn: childYears == 0, kin: nil, &chance)
    case .threeGenerations:
      let eldest = childYears ?? chance.within(0...17)
      let years = eldest + chance.within(22...31)
      let couple = plan.addCouple(years, .head, .wife, &chance)
      let elder = years + chance.within(22...30)
      if chance.happens(0.65) {
        let parents = plan.addCouple(elder, .father, .mother, &chance)
        plan.roles[couple.father].father = parents.father
        plan.roles[couple.father].mother = parents.mother
      } else {
        let mother = plan.add(.mother, .female, elder, .widowed, &chance)
        plan.roles[couple.father].mother = mother
      }
      plan.addChildren(
        of: couple, eldest: eldest, twins: twins, isNewborn: childYears == 0, kin: nil, &chance)
    case .single:
      let sex: Sex = chance.happens(0.58) ? .male : .female
      let marital: Marital = chance.happens(0.15) ? .divorced : .single
      plan.add(.head, sex, chance.within(20...52), marital, &chance)
    case .oneParent:
      let eldest = chance.within(3...17)
      let sex: Sex = chance.happens(0.7) ? .female : .male
      let parent = plan.add(.head, sex, eldest + chance.within(23...33), .divorced, &chance)
      plan.add(.son, .male, eldest, .single, &chance)
      if sex == .female {
        plan.roles[parent + 1].mother = parent
      } else {
        plan.roles[parent + 1].father = parent
      }
    case .grandparents:
      let eldest = childYears ?? chance.within(2...14)
      plan.addCouple(eldest + chance.within(46...56), .head, .wife, &chance)
      plan.addChildren(
        of: nil, eldest: eldest, twins: twins, isNewborn: false, kin: .grandchild, &chance)
    case .foster:
      plan.addCouple(chance.within(40...58), .head, .wife, &chance)
      let sex: Sex = chance.happens(0.5) ? .female : .male
      plan.add(.foster, sex, chance.within(4...15), .single, &chance)
    }
    return plan.roles
  }
}

/// The members of a household while they are thought out.
private struct Plan {
  var roles: [Role] = []

  @discardableResult
  mutating func add(
    _ kin: Kin, _ sex: Sex, _ years: Int, _ marital: Marital, _ chance: inout Chance
  ) -> Int {
    roles.append(
      Role(kin: kin, sex: sex, years: years, days: chance.below(365), marital: marital))
    return roles.count - 1
  }

  @discardableResult
  mutating func addCouple(
    _ years: Int, _ husband: Kin, _ wife: Kin, _ chance: inout Chance
  ) -> (father: Int, mother: Int) {
    let father = add(husband, .male, years, .married, &chance)
    let mother = add(wife, .female, max(years - chance.within(0...4), 20), .married, &chance)
    roles[father].spouse = mother
    roles[mother].spouse = father
    return (father, mother)
  }

  /// One to three children from the eldest down, some of them twins.
  mutating func addChildren(
    of couple: (father: Int, mother: Int)?, eldest: Int, twins: Bool, isNewborn: Bool,
    kin: Kin?, _ chance: inout Chance
  ) {
    let wish = chance.unit()
    let number = wish < 0.48 ? 1 : wish < 0.9 ? 2 : 3
    var years = eldest
    for birth in 0..<number where years >= 0 {
      let isTwin = birth == 0 && twins || chance.happens(HouseholdKind.twinShare)
      let days = birth == 0 && isNewborn ? chance.within(8...10) : chance.below(365)
      for order in 1...(isTwin ? 2 : 1) {
        let sex: Sex = chance.happens(0.525) ? .male : .female
        let child = add(
          kin ?? (sex == .male ? .son : .daughter), sex, years, .single, &chance)
        roles[child].days = days
        roles[child].father = couple?.father
        roles[child].mother = couple?.mother
        roles[child].twin = isTwin ? order : nil
      }
      years -= chance.within(2...6)
    }
  }
}
