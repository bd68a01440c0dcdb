import FHIR

/// How many die, by age and sex.
enum Death {
  /// Deaths in 1,000 person-years, of the order of the census of 2020.
  static func rate(years: Int, _ sex: Sex) -> Double {
    let rate =
      switch years {
      case ..<1: 3.5
      case ..<45: 0.6
      case ..<65: 4.0
      case ..<75: 16.0
      case ..<85: 46.0
      default: 130.0
      }
    return sex == .male ? rate * 1.25 : rate * 0.8
  }

  /// The day of death if the person dies within the years of the district.
  static func draw(for person: Person, _ setting: Setting, _ chance: inout Chance) -> Day? {
    for year in setting.beginning.year...setting.ending.year {
      let day = Day(year: year, month: 1, day: 1) + chance.below(365)
      guard day > setting.beginning, day < setting.ending, day > person.birth + 30 else {
        continue
      }
      let years = person.birth.years(to: day)
      if chance.happens(rate(years: years, person.sex) / 1000) { return day }
    }
    return nil
  }

  static func moment(_ day: Day, of person: Person) -> Moment {
    let minutes = Int(person.seed % 600) + 720
    return Moment(day, hour: minutes / 60, minute: minutes % 60)
  }
}

extension Chart {
  /// The last illness: for half of the dead a stay in hospital, and the cause as a Condition.
  mutating func recordDeath() {
    guard let death = person.death,
      let cause = setting.medicine.causes(at: person.birth.years(to: death)).draw(&chance)
    else { return }
    let moment = Death.moment(death, of: person)
    var encounter: JSON?
    let admitted = max(death - chance.within(1...9), person.birth)
    if admitted < death, chance.happens(0.5) {
      let appointed = appointment(
        .inpatient, at: setting.county.hospital, department: "internal")
      let visit = open(
        appointed, from: Moment(admitted, hour: 9, minute: 20), to: moment, reason: cause.concept,
        disposition: Self.died)
      recordSigns(at: visit, isFeverish: false)
      encounter = visit.reference
    }
    add(
      .resource(
        "Condition", nextID(),
        [
          "clinicalStatus": Status.active, "verificationStatus": Status.confirmed,
          "category": encounter == nil ? Status.problem : Status.encounterDiagnosis,
          "code": cause.concept, "subject": person.reference, "encounter": encounter,
          "recordedDate": .moment(moment), "note": [["text": "根本死因"]],
        ]))
  }

  private static let died: JSON = .concept(System.discharge, "5", "死亡")
}
