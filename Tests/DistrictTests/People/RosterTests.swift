import FHIR
import Testing

@testable import District

struct RosterTests {
  private func households() throws -> [Household] {
    let ending = Day(year: 2026, month: 11, day: 21)
    let setting = try Setting(residents: 900, seed: 5, endingOn: ending, years: 6, density: 1)
    var settlement = try Settlement(setting)
    var found: [Household] = []
    while settlement.persons < 900, let next = settlement.next(limit: 900) { found.append(next) }
    return found
  }

  @Test func `everybody belongs to one household, which one of the living heads`() throws {
    for household in try households() {
      let rows = household.group["member"]?.items ?? []
      #expect(rows.count == household.members.count)
      let heads = rows.filter {
        $0["extension"]?[0]?["valueCodeableConcept"]?["coding"]?[0]?["code"] == "02"
          && $0["inactive"] == false
      }
      let living = household.members.contains { $0.death == nil }
      #expect(heads.count == (living ? 1 : 0), "\(household.groupID)")
    }
  }

  @Test func `who died has left the household on that day`() throws {
    var dead = 0
    for household in try households() {
      for (person, row) in zip(household.members, household.group["member"]?.items ?? []) {
        guard let death = person.death else { continue }
        dead += 1
        #expect(row["inactive"] == true && row["period"]?["end"]?.string == death.text)
      }
    }
    #expect(dead > 0)
  }
}
