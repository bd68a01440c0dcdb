package import FHIR

/// A small Chinese district that never was: the same seed gives the same bytes, person by person.
///
/// Everybody is invented. Identity numbers have divisions that were never assigned, the county
/// does not exist, telephones begin with 199 00. One household is held in memory at a time.
package struct LivingDistrict: Sendable {
  /// The most residents, so that no two share an identity number (500 of one birthday and sex).
  package static let residentLimit = 5_000_000
  package static let yearLimit = 20
  package static let defaultYears = 6

  package let residents: Int
  private let setting: Setting

  /// - Parameters:
  ///   - residents: how many Patients, those who died in the years among them.
  ///   - ending: the last day on which anything happened.
  ///   - years: how many years of encounters precede it.
  ///   - density: multiplies the number of illnesses; 1 is a plausible county.
  package init(
    residents: Int, seed: UInt64, endingOn ending: Day, years: Int = defaultYears,
    density: Double = 1
  ) throws(Anomaly) {
    guard (1...Self.residentLimit).contains(residents) else {
      throw .incorrect(
        "A district has 1 to \(Self.residentLimit) residents, not \(residents).",
        chinese: "居民人数应为1至\(Self.residentLimit)，而不是\(residents)。")
    }
    guard (1...Self.yearLimit).contains(years), (0.0...10.0).contains(density) else {
      throw .incorrect(
        "A district has 1 to \(Self.yearLimit) years and a density of 0 to 10.",
        chinese: "年数应为1至\(Self.yearLimit)，密度应为0至10。")
    }
    self.residents = residents
    setting = try Setting(
      residents: residents, seed: seed, endingOn: ending, years: years, density: density)
  }

  /// Gives the shared resources in batches, then each household's, in an order that refers only
  /// back or within.
  package func forEachBundle(
    _ body: ([JSON]) throws(Anomaly) -> Void
  ) throws(Anomaly) {
    for batch in setting.county.batches { try body(batch) }
    var settlement = try Settlement(setting)
    while settlement.persons < residents {
      guard let household = settlement.next(limit: residents - settlement.persons) else { return }
      try body(household.resources(in: setting))
    }
  }
}
