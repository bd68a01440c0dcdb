import FHIR

/// What all charts of a district share: its tables, county, seed and years.
final class Setting: Sendable {
  let seed: UInt64
  /// Begins every id, so that districts of different seeds do not overwrite one another.
  let prefix: String
  let beginning: Day
  let ending: Day
  /// Multiplies the number of illnesses.
  let density: Double
  let naming: Naming
  let medicine: Medicine
  let county: County

  init(
    residents: Int, seed: UInt64, endingOn ending: Day, years: Int, density: Double
  ) throws(Anomaly) {
    self.seed = seed
    prefix = "k" + String(seed, radix: 36)
    self.ending = ending
    beginning = ending.adding(years: -years)
    self.density = density
    naming = try Naming()
    medicine = try Medicine()
    var chance = Chance(seed: seed, part: 0)
    county = try County(
      residents: residents, prefix: prefix, naming: naming, endingOn: ending, &chance)
  }
}
