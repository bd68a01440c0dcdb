import FHIR

/// A pregnancy, ended by birth or under way.
private struct Pregnancy {
  let lastPeriod: Day
  /// Day of birth; nil while expecting.
  let birth: Day?
  let isTwin: Bool
}

extension Chart {
  /// Weeks of the visits that the 孕产期保健工作规范 asks for.
  static let antenatalWeeks = [11, 17, 23, 28, 33, 38]

  /// Pregnancies of the children of the household, and now and then one that is under way.
  mutating func followPregnancies() {
    guard person.sex == .female else { return }
    var pregnancies: [Pregnancy] = []
    for child in household.members where child.mother == place && child.twin != 2 {
      let weeks = child.twin == nil ? 39 : 37
      pregnancies.append(
        Pregnancy(
          lastPeriod: child.birth - weeks * 7 - Int(child.seed % 9), birth: child.birth,
          isTwin: child.twin != nil))
    }
    let years = person.birth.years(to: lastDay)
    let youngest = pregnancies.compactMap(\.birth).max()
    if (21...39).contains(years), person.spouse != nil, person.death == nil,
      youngest.map({ setting.ending - $0 > 500 }) ?? true, chance.happens(0.09)
    {
      let lastPeriod = setting.ending - chance.within(80...265)
      pregnancies.append(Pregnancy(lastPeriod: lastPeriod, birth: nil, isTwin: false))
    }
    for pregnancy in pregnancies where (pregnancy.birth ?? lastDay) > firstDay + 40 {
      follow(pregnancy)
    }
  }

  /// The Condition of a pregnancy, its antenatal visits and, when it is over, the delivery.
  private mutating func follow(_ pregnancy: Pregnancy) {
    let recorded = max(pregnancy.lastPeriod + 70, firstDay)
    guard recorded <= lastDay else { return }
    let isOver = pregnancy.birth != nil
    let code: JSON = pregnancy.isTwin ? Self.twinPregnancy : Self.pregnancy
    add(
      .resource(
        "Condition", nextID(),
        [
          "clinicalStatus": isOver ? Status.resolved : Status.active,
          "verificationStatus": Status.confirmed, "category": Status.problem, "code": code,
          "subject": person.reference, "onsetDateTime": .day(pregnancy.lastPeriod),
          "abatementDateTime": pregnancy.birth.map { .day($0) },
          "recordedDate": .day(recorded), "recorder": home.doctor.reference,
          "note": [
            [
              "text": .string(
                "末次月经\(pregnancy.lastPeriod.text)，预产期\((pregnancy.lastPeriod + 280).text)")
            ]
          ],
        ]))
    if !isOver, person.birth.years(to: lastDay) >= 35 { warnOfAge(since: recorded) }
    for week in Self.antenatalWeeks {
      let day = pregnancy.lastPeriod + week * 7 + chance.below(6)
      guard day >= firstDay, day <= lastDay, day < pregnancy.birth ?? setting.ending + 1 else {
        continue
      }
      attend(week: week, on: day, reason: code)
    }
    if let birth = pregnancy.birth, birth > firstDay, birth + 6 <= lastDay {
      deliver(on: birth, isTwin: pregnancy.isTwin)
    }
  }

  /// 孕产妇妊娠风险评估 yellow: age of 35 and over.
  private mutating func warnOfAge(since: Day) {
    add(
      .resource(
        "Flag", nextID(),
        [
          "status": "active", "code": .words("妊娠风险：黄色（高龄）"), "subject": person.reference,
          "period": .period(.day(since), nil), "author": home.doctor.reference,
        ]))
  }

  /// One antenatal visit with the tests of its week.
  private mutating func attend(week: Int, on day: Day, reason: JSON) {
    let institution =
      week == 11 || chance.happens(0.5) ? home.centre : setting.county.maternal
    let appointed = appointment(.outpatient, at: institution, department: "obstetrics")
    let start = consultingHour(day)
    let visit = open(appointed, from: start, to: start + 30, type: "产前检查", reason: reason)
    measureBloodPressure(at: visit)
    measureBody(at: visit, withHeight: week == 11)
    add(
      .resource(
        "Observation", nextID(),
        [
          "status": "final", "category": Category.exam, "code": Self.gestation,
          "subject": person.reference, "encounter": visit.reference,
          "effectiveDateTime": visit.startText,
          "valueQuantity": .quantity(.number(week), "wk", shown: "周"),
        ]))
    switch week {
    case 11:
      for panel in ["cbc", "urine", "liver", "renal", "hbv"] { run(panel, at: visit) }
      prescribe("folic-acid", at: visit, reason: reason)
    case 23: image("fetus-us", at: visit, isAbnormal: false)
    case 28: run("glucose", at: visit)
    default: run("urine", at: visit)
    }
  }

  /// Delivery in the maternal hospital, and the two visits after it.
  private mutating func deliver(on birth: Day, isTwin: Bool) {
    let isCaesarean = chance.happens(isTwin ? 0.8 : 0.38)
    let reason = isCaesarean ? Self.caesarean : Self.spontaneous
    let appointed = appointment(.inpatient, at: setting.county.maternal, department: "obstetrics")
    let stay = isCaesarean ? 5 : 3
    let conditionID = nextID()
    let visit = open(
      appointed, from: Moment(birth, hour: 0, minute: 10),
      to: Moment(birth + stay, hour: 10, minute: 0), type: "住院分娩", reason: reason,
      diagnosis: conditionID)
    add(
      .resource(
        "Condition", conditionID,
        [
          "clinicalStatus": Status.resolved, "verificationStatus": Status.confirmed,
          "category": Status.encounterDiagnosis, "code": reason, "subject": person.reference,
          "encounter": visit.reference, "onsetDateTime": .day(birth),
          "abatementDateTime": .day(birth + stay), "recordedDate": visit.startText,
        ]))
    if let procedure = setting.medicine.procedures[isCaesarean ? "74.1" : "73.59"] {
      add(
        .resource(
          "Procedure", nextID(),
          [
            "status": "completed", "code": procedure, "subject": person.reference,
            "encounter": visit.reference, "performedDateTime": .moment(visit.start + 50),
            "performer": [["actor": visit.doctor.reference]],
          ]))
    }
    run("cbc", at: visit)
    for (days, type) in [(stay + chance.within(3...6), "产后访视"), (42, "产后42天健康检查")]
    where birth + days <= lastDay {
      let after = openAtHomeClinic(on: birth + days, type: type)
      measureTemperature(at: after, isFeverish: false)
      measureBloodPressure(at: after)
    }
  }

  private static let pregnancy: JSON = .concept(System.icd10, "Z34.9", "正常妊娠监督")
  private static let twinPregnancy: JSON = .concept(System.icd10, "O30.0", "双胎妊娠")
  private static let spontaneous: JSON = .concept(System.icd10, "O80.0", "头位顺产")
  private static let caesarean: JSON = .concept(System.icd10, "O82.0", "经选择性剖宫产术分娩")
  private static let gestation: JSON = [
    "coding": [.coding(System.loinc, "18185-9")], "text": "孕周",
  ]
}
