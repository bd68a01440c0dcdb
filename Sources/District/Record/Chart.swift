import FHIR

/// What is written about one resident, resource by resource; what a resource refers to stands
/// before it or in the same household.
struct Chart {
  let person: Person
  /// The person's place in the household.
  let place: Int
  let household: Household
  let setting: Setting
  var chance: Chance
  var state: BodyState
  private(set) var resources: [JSON] = []
  /// How many ids were given.
  private(set) var count = 0
  /// ATC classes not to be given.
  var avoided: [String] = []
  /// The first and the last day on which the person may be treated.
  let firstDay: Day
  let lastDay: Day

  init(_ place: Int, of household: Household, in setting: Setting) {
    let person = household.members[place]
    self.person = person
    self.place = place
    self.household = household
    self.setting = setting
    chance = Chance(seed: person.seed)
    firstDay = max(person.birth, setting.beginning)
    lastDay = min(setting.ending, person.death.map { $0 - 1 } ?? setting.ending)
    state = BodyState(person)
    resources.reserveCapacity(128)
  }

  var home: Village { household.village }

  /// The next id of the person's resources.
  mutating func nextID() -> String {
    count += 1
    return person.id + "-" + String(count)
  }

  mutating func add(_ resource: JSON) { resources.append(resource) }

  /// A level of the person's own that never changes, near the standard normal distribution.
  func trait(_ number: Int) -> Double {
    var chance = Chance(seed: person.seed, part: number + 1)
    return chance.normal()
  }

  /// Writes the person's years.
  mutating func write() {
    guard firstDay <= lastDay else { return recordDeath() }
    recordCoverage()
    recordAllergies()
    recordFamilyHistory()
    recordHabits()
    recordBirth()
    vaccinate()
    checkChild()
    followPregnancies()
    manageLongIllnesses()
    examineYearly()
    fallIll()
    recordDeath()
  }

  /// A day of the range, at hours of practice.
  mutating func consultingHour(_ day: Day) -> Moment {
    Moment(day, hour: chance.within(8...16), minute: chance.below(12) * 5)
  }
}

/// The body of a person as far as measurements show it.
struct BodyState: Sendable {
  private let illnesses: [(code: String, since: Day)]
  /// From 0, mild, to 1, severe.
  private let severity: Double
  private let birth: Day
  private let systolic: Double

  init(_ person: Person) {
    illnesses = person.illnesses.map { ($0.illness.code, $0.since) }
    var chance = Chance(seed: person.seed ^ 0x5EED)
    severity = chance.unit()
    systolic = 113 + 7 * chance.normal()
    birth = person.birth
  }

  private func years(of codes: [String], on day: Day) -> Double? {
    illnesses.first { codes.contains($0.code) && $0.since <= day }.map {
      Double(day - $0.since) / 365
    }
  }

  /// Whether the person has the long illness on the day.
  func has(_ code: String, on day: Day) -> Bool { years(of: [code], on: day) != nil }

  /// How many standard deviations long illness moves what the mover moves.
  func shift(_ mover: Analyte.Mover, on day: Day) -> Double {
    switch mover {
    case .glucose:
      guard let years = years(of: ["E11.9"], on: day) else {
        return birth.years(to: day) > 45 ? severity * 0.9 : 0
      }
      return 2.4 + 5 * severity * severity + 2.2 * max(0, 1 - years) + min(years, 12) * 0.06
    case .kidney:
      return years(of: ["N18.3"], on: day).map { 4.4 + min($0, 10) * 0.35 } ?? 0
    case .liver:
      return years(of: ["B18.1", "K76.0"], on: day).map { _ in 1.1 + 3 * severity } ?? 0
    case .fat:
      if let years = years(of: ["E78.5"], on: day) { return 2.2 - min(years, 3) * 0.5 }
      return years(of: ["I25.1", "I69.3"], on: day) == nil ? 0.3 * severity : -0.7
    case .none, .anaemia, .infection, .urate: return 0
    }
  }

  /// Systolic and diastolic pressure, mmHg.
  func bloodPressure(on day: Day, _ chance: inout Chance) -> (systolic: Int, diastolic: Int) {
    let age = Double(birth.years(to: day))
    var value = systolic + max(0, age - 30) * 0.32 - max(0, 16 - age) * 1.6
    if let years = years(of: ["I10"], on: day) {
      value += 9 + 13 * severity + 14 * max(0, 1 - years * 0.9)
    }
    value += 6 * chance.normal()
    let diastolic = 28 + value * 0.38 + 4 * chance.normal() - max(0, age - 60) * 0.2
    return (
      Int(min(max(value, 72), 215).rounded()), Int(min(max(diastolic, 42), 124).rounded())
    )
  }
}
