import FHIR

/// A dose of the national programme: a row of `vaccines.tsv`.
struct Dose: Sendable {
  let vaccine: String
  let number: Int
  let series: Int
  let dueInMonths: Int
  let leastIntervalInDays: Int
  private let bornFrom: Day?
  private let bornTo: Day?
  private let from: Day?
  private let sex: Sex?
  let code: JSON
  let route: JSON
  let site: JSON?
  let volume: JSON?
  let protocolApplied: JSON

  init(_ row: Table.Row) throws(Anomaly) {
    vaccine = try row.text("vaccine")
    number = try row.whole("dose")
    series = try row.whole("series")
    dueInMonths = try row.whole("months")
    leastIntervalInDays = try row.whole("interval")
    bornFrom = Day(try row.text("bornFrom"))
    bornTo = Day(try row.text("bornTo"))
    from = Day(try row.text("from"))
    sex = try row.text("sex") == "F" ? .female : nil
    code = .concept(System.cvx, try row.text("cvx"), nil, text: try row.text("name"))
    let routes = [
      "IM": ("IM", "Injection, intramuscular"), "SC": ("SQ", "Injection, subcutaneous"),
      "ID": ("IDINJ", "Injection, intradermal"), "PO": ("PO", "Swallow, oral"),
    ]
    guard let (way, display) = routes[try row.text("route")] else {
      throw .fault("district/vaccines.tsv: the route of \(vaccine) is unknown.")
    }
    route = .concept("http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", way, display)
    site =
      way == "PO"
      ? nil : .concept("http://terminology.hl7.org/CodeSystem/v3-ActSite", "LA", "left arm")
    volume = try row.keys("volume").first.map { .quantity(.number($0), "mL", shown: "ml") }
    protocolApplied = [
      [
        "series": "国家免疫规划",
        "targetDisease": .array(
          try row.text("disease").split(separator: "、").map { .words(String($0)) }),
        "doseNumberPositiveInt": .number(number), "seriesDosesPositiveInt": .number(series),
      ]
    ]
  }

  /// Whether the rule of the row is for the child, given on the day.
  func concerns(_ person: Person, on day: Day) -> Bool {
    if let sex, sex != person.sex { return false }
    if let bornFrom, person.birth < bornFrom { return false }
    if let bornTo, person.birth > bornTo { return false }
    if let from, day < from { return false }
    return true
  }
}

extension Chart {
  /// The oldest age at which the record of childhood vaccination is still kept here.
  static let oldestVaccinatedInYears = 15

  /// Doses on their due days with small delays, never before the least age and interval.
  mutating func vaccinate() {
    guard person.birth.years(to: lastDay) <= Self.oldestVaccinatedInYears else { return }
    var given: [String: Day] = [:]
    var last = person.birth
    let doses = setting.medicine.doses
    var next = 0
    while next < doses.count {
      // All doses due at one age are given in one visit, so that live vaccines keep their distance.
      let age = doses[next].dueInMonths
      let end = doses[next...].firstIndex { $0.dueInMonths != age } ?? doses.count
      var day = person.birth.adding(months: age)
      if age > 0 {
        day = day + (chance.happens(0.08) ? chance.within(15...75) : chance.below(12))
        day = max(day, last + 28)
      }
      let due = doses[next..<end].filter {
        $0.concerns(person, on: day) && ($0.number == 1 || given[$0.vaccine] != nil)
      }
      for dose in due {
        if let before = given[dose.vaccine] { day = max(day, before + dose.leastIntervalInDays) }
      }
      next = end
      guard !due.isEmpty, age < 60 || chance.happens(0.96) else { continue }
      guard day <= lastDay else { return }
      for dose in due {
        given[dose.vaccine] = day
        give(dose, on: day)
      }
      last = day
    }
  }

  /// The Immunization of a dose. <https://hl7.org/fhir/R4/immunization.html>
  private mutating func give(_ dose: Dose, on day: Day) {
    // A lot serves a quarter of a year: vaccine, year, quarter.
    let quarter = (day.month - 1) / 3
    let lot =
      "\(dose.vaccine)\(day.year)\(padded(quarter * 3 + 1, 2))-\(padded(home.number % 7 + 1, 2))"
    let expiry = Day(year: day.year, month: quarter * 3 + 1, day: 1).adding(months: 20)
    let atBirth = dose.dueInMonths == 0
    let giver =
      atBirth
      ? setting.county.maternal.departments["obstetrics"]?.staff.first ?? home.doctor
      : home.centre.departments["prevention"]?.staff.first ?? home.doctor
    let at =
      atBirth
      ? person.birthMoment + 240
      : Moment(day, hour: chance.within(8...11), minute: chance.below(60))
    add(
      .resource(
        "Immunization", nextID(),
        [
          "status": "completed", "vaccineCode": dose.code, "patient": person.reference,
          "occurrenceDateTime": .moment(at), "recorded": .day(at.day), "primarySource": true,
          "lotNumber": .string(lot), "expirationDate": .day(expiry), "site": dose.site,
          "route": dose.route, "doseQuantity": dose.volume,
          "performer": [["actor": giver.reference]], "protocolApplied": dose.protocolApplied,
        ]))
  }
}
