import FHIR

extension Person {
  /// The minute of birth; twins follow one another.
  var birthMoment: Moment {
    let minutes = Int((birth.number &* 7919) % 1100)
    return Moment(birth, hour: 1 + minutes / 60, minute: minutes % 60) + ((twin ?? 1) - 1) * 9
  }
}

extension Chart {
  /// Birth weight, length, gestation and Apgar scores of a child born in the years.
  mutating func recordBirth() {
    guard person.birth >= setting.beginning else { return }
    let appointed = appointment(.inpatient, at: setting.county.maternal, department: "pediatrics")
    let start = person.birthMoment
    let end = min(
      Moment(person.birth + 3, hour: 10, minute: 0), Moment(lastDay, hour: 23, minute: 50))
    guard start < end else { return }
    let visit = open(
      appointed, from: start, to: end, type: "新生儿住院",
      reason: person.twin == nil ? Self.liveborn : Self.livebornTwin)
    let isSmall = person.twin != nil
    let grams = (isSmall ? 2450 : 3300) + 380 * trait(907)
    measure(Self.weight, .decimal(max(grams, 1500), 0), "g", at: visit)
    measure(Self.length, .decimal((isSmall ? 47 : 50) + 1.6 * trait(905), 1), "cm", at: visit)
    score(Self.apgarOne, chance.within(8...9), minutes: 1, at: visit)
    score(Self.apgarFive, chance.within(9...10), minutes: 5, at: visit)
  }

  /// An Apgar score, minutes after birth.
  private mutating func score(_ code: JSON, _ value: Int, minutes: Int, at visit: Visit) {
    add(
      .resource(
        "Observation", nextID(),
        [
          "status": "final", "category": Category.survey, "code": code,
          "subject": person.reference, "encounter": visit.reference,
          "effectiveDateTime": .moment(visit.start + minutes),
          "valueQuantity": .quantity(.number(value), "{score}", shown: "分"),
        ]))
  }

  private static func code(_ loinc: String, _ name: String) -> JSON {
    ["coding": [.coding(System.loinc, loinc)], "text": .string(name)]
  }
  private static let weight = code("8339-4", "出生体重")
  private static let length = code("8302-2", "出生身长")
  private static let apgarOne = code("9272-6", "1分钟Apgar评分")
  private static let apgarFive = code("9274-2", "5分钟Apgar评分")
  private static let livebornTwin: JSON = .concept(System.icd10, "Z38.3", "双胎活产，在医院内出生")
  private static let liveborn: JSON = .concept(System.icd10, "Z38.0", "单胎活产，在医院内出生")

  /// Child health checks at the ages of the national specification, months.
  static let checkedAtMonths = [1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72]

  /// The checks of a child up to six years: growth, and haemoglobin at some ages.
  mutating func checkChild() {
    guard person.birth.months(to: firstDay) <= 72 else { return }
    for months in Self.checkedAtMonths {
      let day = person.birth.adding(months: months) + chance.below(10)
      guard day >= firstDay, day <= lastDay, chance.happens(0.9) else { continue }
      let appointed = appointment(.outpatient, at: home.centre, department: "childcare")
      let start = consultingHour(day)
      let visit = open(appointed, from: start, to: start + 30, type: "儿童健康检查")
      measureGrowth(months: months, at: visit)
      // Haemoglobin at 6 to 8, 18 and 30 months and yearly from four.
      if [8, 18, 30, 48, 60, 72].contains(months), chance.happens(0.6) { run("cbc", at: visit) }
    }
  }
}
