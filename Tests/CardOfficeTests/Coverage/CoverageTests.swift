import CardOffice
import Credentials
import FHIR
import RecordStore
import Testing

@Suite("Coverage on record") struct CoverageTests {
  private func office() async throws -> Office {
    let office = try Office()
    let residents: [(id: String, born: String, sex: String, area: String?)] = [
      ("a", "1950-01-01", "female", "429900101001"), ("b", "1990-03-07", "male", "429900101002"),
      ("c", "2024-05-01", "male", "429900102001"), ("d", "1985-01-01", "female", nil),
    ]
    for person in residents {
      try await office.resident(
        person.id, number: nil, name: "居民\(person.id)", born: person.born, sex: person.sex,
        area: person.area)
    }
    return office
  }

  private func person(_ id: String) throws -> ResourceKey {
    try #require(ResourceKey(reference: "Patient/\(id)"))
  }

  @Test func `holders are counted by area and group, and each number opens to its people`()
    async throws
  {
    let office = try await office()
    _ = try await office.apply(.electronic, for: person("a"))
    _ = try await office.apply(.resident, for: person("b"))
    let coverage = try await office.registry.coverage(by: .township, .age)
    let whole = try #require(coverage.rows.last)
    #expect(whole.residents == 4)
    #expect(whole.holders == 1, "a card that is only applied for covers nobody")
    #expect(coverage.people(area: nil, group: nil, isHolder: true).map(\.id) == ["a"])
    let town = coverage.rows.first { $0.area == "429900101" && $0.group == nil }
    #expect(town?.residents == 2)
    #expect(town?.holdersPerThousand == 500)
    let missing = coverage.people(area: "429900101", group: nil, isHolder: false)
    #expect(missing.map(\.id) == ["b"])
    #expect(
      coverage.people(area: CardCoverage.unknownArea, group: nil, isHolder: nil).map(\.id) == ["d"])
    #expect(coverage.people(area: nil, group: "65-79", isHolder: nil).map(\.id) == ["a"])
  }

  @Test func `a lost card and a dead holder cover nobody`() async throws {
    let office = try await office()
    let card = try await office.apply(.electronic, for: person("a"))
    try await office.carryOut(.reportLoss, because: .lost, on: card)
    _ = try await office.apply(.electronic, for: person("b"))
    var patient = try await office.read("Patient/b")
    patient["deceasedBoolean"] = true
    try await office.put(patient)
    let whole = try await office.registry.coverage(by: .county, .sex).rows.last
    #expect(whole?.residents == 3)
    #expect(whole?.holders == 0)
  }

  @Test func `figures are counted again when anything was written`() async throws {
    let office = try await office()
    let tally = CoverageTally(office.registry)
    #expect(try await tally.coverage(by: .county, .sex).rows.last?.holders == 0)
    let made = try await tally.coverage(by: .county, .sex).made
    #expect(try await tally.coverage(by: .county, .sex).made == made)
    _ = try await office.apply(.electronic, for: person("c"))
    #expect(try await tally.coverage(by: .county, .sex).rows.last?.holders == 1)
  }
}
