import Testing

@testable import District

struct HouseholdTests {
  @Test(arguments: HouseholdKind.allCases)
  func `parents are older than their children and husbands are not wives`(kind: HouseholdKind) {
    var chance = Chance(seed: 99)
    for _ in 0..<300 {
      let roles = kind.roles(twins: false, childYears: nil, &chance)
      #expect(!roles.isEmpty)
      for role in roles {
        if let mother = role.mother {
          #expect(roles[mother].sex == .female)
          #expect(roles[mother].years - role.years >= 16)
        }
        if let father = role.father {
          #expect(roles[father].sex == .male)
          #expect(roles[father].years - role.years >= 18)
        }
        if let spouse = role.spouse { #expect(roles[spouse].sex != role.sex) }
      }
    }
  }

  @Test func `twins are born on one day`() {
    var chance = Chance(seed: 4)
    let roles = HouseholdKind.family.roles(twins: true, childYears: 3, &chance)
    let twins = roles.filter { $0.twin != nil }
    #expect(twins.count >= 2)
    #expect(twins[0].years == twins[1].years && twins[0].days == twins[1].days)
  }

  @Test func `the ages make the pyramid of a Chinese county`() throws {
    let ending = Day(year: 2026, month: 11, day: 21)
    let setting = try Setting(residents: 5000, seed: 5, endingOn: ending, years: 6, density: 1)
    var settlement = try Settlement(setting)
    var ages: [Int] = []
    while ages.count < 5000, let household = settlement.next(limit: 5000) {
      ages += household.members.map { $0.birth.years(to: ending) }
    }
    func share(_ years: Range<Int>) -> Double {
      Double(ages.count { years.contains($0) }) / Double(ages.count)
    }
    #expect((0.13...0.24).contains(share(0..<15)))
    #expect((0.55...0.70).contains(share(15..<60)))
    #expect((0.13...0.24).contains(share(60..<120)))
  }
}
