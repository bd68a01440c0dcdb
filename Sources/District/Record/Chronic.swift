import FHIR

/// When long illness begins.
enum Onset {
  /// The long illnesses that a person of the age has by now, and since when.
  static func illnesses(
    of person: Person, _ setting: Setting, _ chance: inout Chance
  ) -> [(illness: LongIllness, since: Day)] {
    let years = person.birth.years(to: setting.ending)
    guard years >= 18 else { return [] }
    let band = years < 45 ? 0 : years < 65 ? 1 : 2
    var illnesses: [(illness: LongIllness, since: Day)] = []
    for illness in setting.medicine.longIllnesses
    where chance.happens(illness.prevalence[band] / 100) {
      let span = Double(min(max(years - 30, 1), 22)) * 365
      let back = Int(chance.unit() * span)
      illnesses.append((illness, setting.ending - back - 20))
    }
    return illnesses
  }
}

extension Chart {
  /// Follow-ups by the 国家基本公共卫生服务规范 (third edition, 2017): four a year, two weeks after a bad
  /// value.
  mutating func manageLongIllnesses() {
    let illnesses = person.illnesses.filter { $0.since <= lastDay }
    guard let first = illnesses.map({ max($0.since, firstDay) }).min() else { return }
    for (illness, since) in illnesses { record(illness, since: since) }
    var day = first + chance.below(40)
    var isSecond = false
    while day <= lastDay {
      let present = illnesses.filter { $0.since <= day }
      let isBad = followUp(present, on: day, isSecond: isSecond)
      let isManaged = present.contains { $0.illness.followUp != .visit }
      // Unsatisfied values bring the resident back within two weeks, once.
      isSecond = isBad && !isSecond && chance.happens(0.7)
      day = day + (isSecond ? chance.within(10...14) : isManaged ? chance.within(84...98) : 182)
    }
  }

  /// The Condition of a long illness and, where a programme manages it, its CarePlan.
  private mutating func record(_ illness: LongIllness, since: Day) {
    let id = nextID()
    add(
      .resource(
        "Condition", id,
        [
          "clinicalStatus": Status.active, "verificationStatus": Status.confirmed,
          "category": Status.problem, "code": illness.concept, "subject": person.reference,
          "onsetDateTime": .day(since), "recordedDate": .day(since),
          "recorder": home.doctor.reference,
        ]))
    guard let plan = illness.plan else { return }
    let start = max(since, firstDay)
    let isOver = person.death != nil
    add(
      .resource(
        "CarePlan", nextID(),
        [
          "status": isOver ? "completed" : "active", "intent": "plan", "title": .string(plan),
          "category": Self.managed, "subject": person.reference,
          "period": .period(.day(start), isOver ? .day(lastDay) : nil), "created": .day(start),
          "author": home.doctor.reference, "addresses": [.reference("Condition/" + id)],
          "activity": illness.followUp == .glucose
            ? Self.glucoseActivities : Self.followUpActivities,
        ]))
  }

  private static let managed: JSON = [.words("国家基本公共卫生服务慢性病管理")]
  private static func activity(_ text: String, times: Int) -> JSON {
    [
      "detail": [
        "status": "in-progress", "description": .string(text),
        "scheduledTiming": [
          "repeat": ["frequency": .number(times), "period": 1, "periodUnit": "a"]
        ],
      ]
    ]
  }
  private static let followUpActivities: JSON = [
    activity("面对面随访", times: 4), activity("健康体检", times: 1),
  ]
  private static let glucoseActivities: JSON = [
    activity("面对面随访", times: 4), activity("空腹血糖检测", times: 4), activity("健康体检", times: 1),
  ]

  /// One follow-up; tells whether a value was beyond its target.
  ///
  /// The second one, two weeks after an unsatisfied value, adds a drug; the others renew what is
  /// taken.
  private mutating func followUp(
    _ present: [(illness: LongIllness, since: Day)], on day: Day, isSecond: Bool
  ) -> Bool {
    guard let main = present.first else { return false }
    let visit = openAtHomeClinic(on: day, type: "慢病随访", reason: main.illness.concept)
    var isBad = false
    let systolic = measureBloodPressure(at: visit)
    if present.contains(where: { $0.illness.followUp == .bp }) {
      isBad = systolic >= (person.birth.years(to: day) >= 65 ? 150 : 140)
    }
    if present.contains(where: { $0.illness.followUp == .glucose }) {
      run("glucose", at: visit)
    }
    if isSecond {
      if let drug = main.illness.drugs.dropFirst().first {
        prescribe(drug, at: visit, days: 30, reason: main.illness.concept)
      }
      return isBad
    }
    for (illness, since) in present {
      for drug in illness.drugs.prefix(day - since > 700 ? 2 : 1) {
        prescribe(drug, at: visit, days: 90, reason: illness.concept)
      }
    }
    // The yearly examination goes with the first visit of a year.
    if day.month <= 3, chance.happens(0.85) {
      measureBody(at: visit, withHeight: false)
      for panel in Set(present.flatMap(\.illness.panels)).sorted() { run(panel, at: visit) }
    }
    return isBad
  }
}
