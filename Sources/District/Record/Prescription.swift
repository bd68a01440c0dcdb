import FHIR

/// A drug as prescribed: a row of `drugs.tsv`, with its coded elements.
struct Drug: Sendable {
  let atc: String
  let fromYears: Int
  let days: Int
  let medication: JSON
  /// The dosage of grown-ups, then that of children below 14, 8 and 3 years.
  private let dosages: [JSON]

  init(_ row: Table.Row) throws(Anomaly) {
    let name = try row.text("name")
    let strength = try row.text("strength")
    atc = try row.text("atc")
    fromYears = try row.whole("from")
    days = try row.whole("days")
    let text = "\(name)（\(try row.text("form"))，\(strength)）"
    let coding: JSON? = atc == "-" ? nil : [.coding(System.atc, atc, name)]
    medication = .element(["coding": coding, "text": .string(text)])
    let dose = try row.number("dose")
    let unit = try row.text("unit")
    let frequency = try Frequency(try row.text("frequency"))
    let way = try row.text("route")
    let route = try Route.name(way)
    dosages = Self.childShares.map { share in
      let dose = shortest(dose * share)
      return [
        "text": .string("每次\(dose)\(unit)，\(frequency.words)，\(route)"),
        "timing": [
          "repeat": [
            "frequency": .number(frequency.times), "period": .number(frequency.period),
            "periodUnit": "d",
          ],
          "code": .concept(
            System.frequency, frequency.code, frequency.abbreviation, text: frequency.words),
        ],
        "route": .concept(System.route, way, route),
        "doseAndRate": [["doseQuantity": .quantity(.number(dose), unit)]],
      ]
    }
  }

  /// The shares of a grown-up's dose for those of 14 and over, below 14, 8 and 3 years.
  private static let childShares = [1, 0.6, 0.4, 0.25]

  func dosage(years: Int) -> JSON {
    dosages[years < 3 ? 3 : years < 8 ? 2 : years < 14 ? 1 : 0]
  }
}

/// How often a drug is taken, CV06.00.228 of WS 364.
private struct Frequency {
  let code: String
  let abbreviation: String
  let words: String
  let times: Int
  let period: Int

  init(_ code: String) throws(Anomaly) {
    self.code = code
    switch code {
    case "01": (abbreviation, words, times, period) = ("bid", "每日两次", 2, 1)
    case "03": (abbreviation, words, times, period) = ("hs", "每晚一次", 1, 1)
    case "08": (abbreviation, words, times, period) = ("q8h", "每8小时一次", 3, 1)
    case "09": (abbreviation, words, times, period) = ("qd", "每日一次", 1, 1)
    case "10": (abbreviation, words, times, period) = ("qid", "每日四次", 4, 1)
    case "12": (abbreviation, words, times, period) = ("qw", "每周一次", 1, 7)
    case "99": (abbreviation, words, times, period) = ("其他", "每日三次", 3, 1)
    default: throw .fault("district/drugs.tsv: no frequency “\(code)” is known.")
    }
  }
}

/// The way a drug is given, CV06.00.102 of WS 364.
private enum Route {
  /// The name of a code; one that is unknown is a fault of the table.
  static func name(_ code: String) throws(Anomaly) -> String {
    switch code {
    case "1": return "口服"
    case "5": return "吸入"
    case "401": return "皮下注射"
    case "404": return "静脉注射或滴注"
    case "607": return "滴眼"
    case "608": return "滴鼻"
    case "612": return "擦皮肤"
    default: throw .fault("district/drugs.tsv: no route “\(code)” is known.")
    }
  }
}

extension Chart {
  /// Prescribes the drug unless the patient is too young for it or allergic to its class.
  mutating func prescribe(_ key: String, at visit: Visit, days: Int? = nil, reason: JSON? = nil) {
    guard let drug = setting.medicine.drugs[key],
      case let years = person.birth.years(to: visit.day), years >= drug.fromYears,
      !avoided.contains(where: { drug.atc.hasPrefix($0) })
    else { return }
    let days = days ?? drug.days
    let isOver = visit.day + days < setting.ending || person.death != nil
    let category: JSON = visit.kind == .inpatient ? Self.inpatientOrder : Self.outpatientOrder
    add(
      .resource(
        "MedicationRequest", nextID(),
        [
          "status": isOver ? "completed" : "active", "intent": "order", "category": category,
          "medicationCodeableConcept": drug.medication, "subject": person.reference,
          "encounter": visit.reference, "authoredOn": visit.startText,
          "requester": visit.doctor.reference, "reasonCode": reason.map { [$0] },
          "dosageInstruction": [drug.dosage(years: years)],
          "dispenseRequest": [
            "expectedSupplyDuration": .quantity(.number(days), "d", shown: "天")
          ],
        ]))
  }

  private static let inpatientOrder: JSON = [
    .concept(
      "http://terminology.hl7.org/CodeSystem/medicationrequest-category", "inpatient", "Inpatient")
  ]
  private static let outpatientOrder: JSON = [
    .concept(
      "http://terminology.hl7.org/CodeSystem/medicationrequest-category", "outpatient", "Outpatient"
    )
  ]
}
