import FHIR

extension Chart {
  /// The yearly examination of residents of 65 and over, section 4 of the national specification.
  mutating func examineYearly() {
    for year in firstDay.year...lastDay.year {
      let day = Day(year: year, month: 4, day: 1) + chance.below(150)
      guard day >= firstDay, day <= lastDay, person.birth.years(to: day) >= 65,
        chance.happens(0.72)
      else { continue }
      let appointed = appointment(.outpatient, at: home.centre, department: "general")
      let start = Moment(day, hour: 8, minute: chance.below(12) * 5)
      let visit = open(appointed, from: start, to: start + 90, type: "老年人健康体检")
      measureTemperature(at: visit, isFeverish: false)
      measureBloodPressure(at: visit)
      measureBody(at: visit, withHeight: true)
      for panel in ["cbc", "urine", "liver", "renal", "glucose", "lipid"] { run(panel, at: visit) }
    }
    warnOfRisks()
  }

  /// Risks that a treating person must see at once. <https://hl7.org/fhir/R4/flag.html>
  private mutating func warnOfRisks() {
    let isAlone = household.members.count == 1
    guard person.death == nil, person.birth.years(to: lastDay) >= (isAlone ? 75 : 85) else {
      return
    }
    let since = max(person.birth.adding(years: isAlone ? 75 : 85), firstDay)
    add(
      .resource(
        "Flag", nextID(),
        [
          "status": "active", "category": Self.safety,
          "code": .words(isAlone ? "独居高龄老人，跌倒风险" : "高龄，跌倒风险"),
          "subject": person.reference, "period": .period(.day(since), nil),
          "author": home.doctor.reference,
        ]))
  }

  private static let safety: JSON = [
    .concept("http://terminology.hl7.org/CodeSystem/flag-category", "safety", "Safety")
  ]

  /// Blood group and smoking, as the health record asks (WS 365-2011).
  mutating func recordHabits() {
    let years = person.birth.years(to: lastDay)
    guard years >= 18, chance.happens(0.6) else { return }
    let day = firstDay + chance.below(min(lastDay - firstDay + 1, 300))
    let visit = openAtHomeClinic(on: day, type: "建立健康档案")
    let groups = ["A型", "B型", "O型", "O型", "AB型", "A型", "B型"]
    note(Self.bloodGroup, .words(groups[Int(person.seed % 7)]), Category.laboratory, at: visit)
    let smokes = person.sex == .male ? 0.46 : 0.02
    let habit = chance.happens(smokes) ? "吸烟" : chance.happens(0.15) ? "已戒烟" : "从不吸烟"
    note(Self.smoking, .words(habit), Category.social, at: visit)
    measureBloodPressure(at: visit)
    measureBody(at: visit, withHeight: true)
  }

  private mutating func note(_ code: JSON, _ value: JSON, _ category: JSON, at visit: Visit) {
    add(
      .resource(
        "Observation", nextID(),
        [
          "status": "final", "category": category, "code": code, "subject": person.reference,
          "encounter": visit.reference, "effectiveDateTime": visit.startText,
          "valueCodeableConcept": value,
        ]))
  }

  private static let bloodGroup: JSON = [
    "coding": [.coding(System.loinc, "883-9")], "text": "ABO血型",
  ]
  private static let smoking: JSON = [
    "coding": [.coding(System.loinc, "72166-2")], "text": "吸烟状况",
  ]

  /// Who pays: 城镇职工 or 城乡居民基本医疗保险. <https://hl7.org/fhir/R4/coverage.html>
  mutating func recordCoverage() {
    let isEmployed = person.occupation.isEmployed || person.occupation == .retired
    let member = person.identity?.text ?? person.recordNumber
    add(
      .resource(
        "Coverage", nextID(),
        [
          "status": person.death == nil ? "active" : "cancelled",
          "type": isEmployed ? Self.employees : Self.residents,
          "subscriberId": .string(member), "beneficiary": person.reference,
          "relationship": Self.oneself,
          "period": .period(
            .day(max(Day(year: firstDay.year, month: 1, day: 1), person.birth)), nil),
          "payor": [setting.county.insurer.reference],
        ]))
  }

  private static let employees: JSON = .concept(System.insurance, "01", "城镇职工基本医疗保险")
  private static let residents: JSON = [
    "coding": [.coding(System.insurance, "02", "城镇居民基本医疗保险")], "text": "城乡居民基本医疗保险",
  ]
  private static let oneself: JSON = .concept(
    "http://terminology.hl7.org/CodeSystem/subscriber-relationship", "self", "Self")
}
