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
}
