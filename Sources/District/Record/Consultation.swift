import FHIR

extension Chart {
  /// Illnesses month by month, as often as age, sex and season expect.
  mutating func fallIll() {
    // Some are often ill, some seldom.
    let frailty = (0.45 + 1.1 * chance.unit()) * setting.density
    var seen: Set<String> = []
    // Whoever lies in hospital does not come to the clinic.
    var admittedUntil = firstDay
    var month = Day(year: firstDay.year, month: firstDay.month, day: 1)
    while month <= lastDay {
      let next = month.adding(months: 1)
      let band = AgeBand(years: person.birth.years(to: max(month, firstDay)))
      let lot = setting.medicine.illnesses(sex: person.sex, band: band, month: month.month)
      for _ in 0..<chance.count(expected: lot.total * frailty) {
        guard let illness = lot.draw(&chance) else { continue }
        let day = month + chance.below(next - month)
        guard day > admittedUntil, day <= lastDay else { continue }
        if illness.lastsInDays >= 60, !seen.insert(illness.code).inserted { continue }
        if illness.code == "J44.1", !state.has("J44.9", on: day) { continue }
        let visit = consult(for: illness, on: day)
        if visit.kind == .inpatient { admittedUntil = max(admittedUntil, visit.end.day) }
      }
      month = next
    }
  }

  /// One illness seen: Encounter, Condition, signs, tests, images, prescriptions, summary.
  private mutating func consult(for illness: Illness, on day: Day) -> Visit {
    let years = person.birth.years(to: day)
    let draw = chance.unit()
    let stay = 3 + chance.below(9)
    let kind: Visit.Kind =
      draw < illness.inpatient && day + stay <= lastDay
      ? .inpatient : chance.happens(illness.emergency) ? .emergency : .outpatient
    let appointed = place(of: illness, kind: kind, years: years)
    var start = consultingHour(day)
    if kind == .emergency {
      start = Moment(day, hour: chance.below(24), minute: chance.below(60))
    }
    let end = kind == .inpatient ? Moment(day + stay, hour: 10, minute: 30) : start + 25
    let conditionID = nextID()
    let visit = open(
      appointed, from: start, to: min(end, Moment(lastDay, hour: 23, minute: 59)),
      reason: illness.concept, diagnosis: kind == .inpatient ? conditionID : nil)
    diagnose(illness, as: conditionID, at: visit)
    recordSigns(at: visit, isFeverish: illness.isInfection)
    let isAbnormal = chance.happens(0.8)
    for panel in illness.panels where kind == .inpatient || chance.happens(testing(at: visit)) {
      run(panel, at: visit, infected: illness.isInfection, anaemic: illness.code == "D50.9")
    }
    if let imaging = illness.imaging, visit.institution.departments["imaging"] != nil,
      kind == .inpatient || chance.happens(0.55)
    {
      image(imaging, at: visit, isAbnormal: isAbnormal)
    }
    let wanted = kind == .inpatient ? illness.drugs.count : chance.within(1...2)
    for drug in illness.drugs.prefix(wanted) {
      prescribe(drug, at: visit, reason: illness.concept)
    }
    if let procedure = illness.procedure,
      kind == .inpatient || illness.inpatient < 0.05 && chance.happens(0.5)
    {
      perform(procedure, at: visit, reason: illness.concept)
    }
    if kind == .inpatient { summarise(illness, of: visit, stayInDays: stay) }
    return visit
  }

  /// How likely a test is made.
  private func testing(at visit: Visit) -> Double {
    guard visit.institution.departments["laboratory"] != nil else { return 0 }
    return visit.kind == .emergency ? 0.6 : 0.3
  }

  /// Village or township for what is common, the county's hospitals for the rest.
  private mutating func place(
    of illness: Illness, kind: Visit.Kind, years: Int
  ) -> Appointment {
    let isCommon = ["general", "internal", "ent", "pediatrics", "dermatology"]
      .contains(illness.department)
    if kind == .outpatient, isCommon, illness.imaging == nil || chance.happens(0.3) {
      if chance.happens(0.5) {
        return Appointment(
          kind: kind, institution: home.clinic,
          department: home.clinic.departments["general"], doctor: home.doctor)
      }
      if chance.happens(0.6) {
        return appointment(kind, at: home.centre, department: "general")
      }
    }
    if years < 14, isCommon {
      let institution = chance.happens(0.4) ? setting.county.maternal : setting.county.hospital
      return appointment(kind, at: institution, department: "pediatrics")
    }
    let key =
      kind == .emergency
      ? "emergency"
      : ["general", "pediatrics"].contains(illness.department) ? "internal" : illness.department
    return appointment(kind, at: setting.county.hospital, department: key)
  }

  /// The Condition of a visit, over after the illness's days.
  private mutating func diagnose(_ illness: Illness, as id: String, at visit: Visit) {
    let over = visit.day + illness.lastsInDays
    let isOver = over <= lastDay
    let onset = max(person.birth, visit.day - chance.below(4))
    add(
      .resource(
        "Condition", id,
        [
          "clinicalStatus": isOver ? Status.resolved : Status.active,
          "verificationStatus": Status.confirmed, "category": Status.encounterDiagnosis,
          "code": illness.concept, "subject": person.reference, "encounter": visit.reference,
          "onsetDateTime": .day(onset), "abatementDateTime": isOver ? .day(over) : nil,
          "recordedDate": visit.startText, "recorder": visit.doctor.reference,
        ]))
  }

  /// A Procedure: at once, or on the second day in hospital.
  private mutating func perform(_ code: String, at visit: Visit, reason: JSON) {
    guard let procedure = setting.medicine.procedures[code] else { return }
    let isInpatient = visit.kind == .inpatient
    let start = isInpatient ? Moment(visit.day + 1, hour: 9, minute: 0) : visit.start + 10
    let end = start + (isInpatient ? chance.within(40...150) : 12)
    add(
      .resource(
        "Procedure", nextID(),
        [
          "status": "completed", "code": procedure, "subject": person.reference,
          "encounter": visit.reference, "performedPeriod": .period(.moment(start), .moment(end)),
          "performer": [["actor": visit.doctor.reference]], "reasonCode": [reason],
        ]))
  }
}

/// The states of a Condition.
enum Status {
  private static let clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
  static let active: JSON = .concept(clinical, "active", "Active")
  static let resolved: JSON = .concept(clinical, "resolved", "Resolved")
  static let confirmed: JSON = .concept(
    "http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed")
  private static let category = "http://terminology.hl7.org/CodeSystem/condition-category"
  static let encounterDiagnosis: JSON = [
    .concept(category, "encounter-diagnosis", "Encounter Diagnosis")
  ]
  static let problem: JSON = [.concept(category, "problem-list-item", "Problem List Item")]
}
