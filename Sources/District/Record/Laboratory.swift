import FHIR

/// An analyte: a row of `laboratory.tsv`, with its coded elements for men and for women.
struct Analyte: Sendable {
  /// What of the body moves the value away from the healthy mean.
  enum Mover: String, Sendable {
    case none = "-"
    case glucose, anaemia, infection, fat, kidney, liver, urate
  }

  /// What differs between the sexes.
  struct Side: Sendable {
    let mean: Double
    let low: Double
    let high: Double
    let referenceRange: JSON
  }

  /// Its place in the table.
  let number: Int
  let panel: String
  let name: String
  let code: JSON
  /// The UCUM unit; nil for a finding.
  let unit: String?
  /// The unit as people write it.
  let shownUnit: String?
  let deviation: Double
  let decimals: Int
  let mover: Mover
  let men: Side
  let women: Side

  init(_ row: Table.Row, number: Int) throws(Anomaly) {
    self.number = number
    panel = try row.text("panel")
    name = try row.text("name")
    code = .element([
      "coding": [.coding(System.loinc, try row.text("loinc"))], "text": .string(name),
    ])
    let unit = try row.keys("unit").first
    self.unit = unit
    let shownUnit = unit.map { Self.shownUnits[$0] ?? $0 }
    self.shownUnit = shownUnit
    deviation = try row.number("sd")
    let decimals = try row.whole("decimals")
    self.decimals = decimals
    guard let mover = Mover(rawValue: try row.text("moved")) else {
      throw .fault("district/laboratory.tsv: nothing known moves “\(name)”.")
    }
    self.mover = mover
    func side(_ sex: String) throws(Anomaly) -> Side {
      let (low, high) = (try row.number("low" + sex), try row.number("high" + sex))
      let range: JSON
      if let unit {
        range = .element([
          "low": low > 0 ? .quantity(.decimal(low, decimals), unit, shown: shownUnit) : nil,
          "high": .quantity(.decimal(high, decimals), unit, shown: shownUnit),
        ])
      } else {
        range = ["text": "阴性"]
      }
      return Side(mean: try row.number("mean" + sex), low: low, high: high, referenceRange: [range])
    }
    men = try side("M")
    women = try side("F")
  }

  private static let shownUnits = [
    "10*9/L": "10⁹/L", "10*12/L": "10¹²/L", "umol/L": "μmol/L", "m[IU]/L": "mIU/L", "[pH]": "pH",
    "{ratio}": "比值",
  ]
}

/// A set of analytes reported together: a row of `panels.tsv`.
struct Panel: Sendable {
  let name: String
  let code: JSON
  let specimen: String
  let analytes: [Analyte]

  init(_ row: Table.Row, of all: [Analyte]) throws(Anomaly) {
    let key = try row.text("key")
    name = try row.text("name")
    code = .element([
      "coding": [.coding(System.loinc, try row.text("loinc"))], "text": .string(name),
    ])
    specimen = try row.text("specimen")
    analytes = all.filter { $0.panel == key }
  }
}

extension Chart {
  /// Runs a panel: an Observation for each analyte and a DiagnosticReport over them.
  mutating func run(_ key: String, at visit: Visit, infected: Bool = false, anaemic: Bool = false) {
    guard let panel = setting.medicine.panels[key] else { return }
    let taken = visit.start + 20
    let issued = taken + chance.within(40...180)
    guard issued.day <= lastDay else { return }
    let takenText = JSON.moment(taken)
    var results: [JSON] = []
    var remarks: [String] = []
    for analyte in panel.analytes {
      let side = person.sex == .male ? analyte.men : analyte.women
      let value = value(of: analyte, side, on: visit.day, infected: infected, anaemic: anaemic)
      let flag = Flag(value, low: side.low, high: side.high, isFinding: analyte.unit == nil)
      if let remark = flag.remark { remarks.append(analyte.name + remark) }
      let id = nextID()
      results.append(.reference("Observation/" + id))
      add(
        .resource(
          "Observation", id,
          [
            "status": "final", "category": Category.laboratory, "code": analyte.code,
            "subject": person.reference, "encounter": visit.reference,
            "effectiveDateTime": takenText,
            "valueQuantity": analyte.unit.map {
              .quantity(.decimal(value, analyte.decimals), $0, shown: analyte.shownUnit)
            },
            "valueCodeableConcept": analyte.unit == nil ? flag.finding : nil,
            "interpretation": flag.interpretation, "referenceRange": side.referenceRange,
          ]))
    }
    let id = nextID()
    add(
      .resource(
        "DiagnosticReport", id,
        [
          "identifier": [["system": System.laboratoryReport, "value": .string(id)]],
          "status": "final", "category": Category.laboratoryReport, "code": panel.code,
          "subject": person.reference, "encounter": visit.reference,
          "effectiveDateTime": takenText, "issued": .moment(issued),
          "performer": [visit.institution.laboratory], "result": .array(results),
          "conclusion": .string(
            remarks.isEmpty ? "未见明显异常" : remarks.joined(separator: "，")),
        ]))
  }

  /// A value of the person's own level, moved by illness and time.
  private mutating func value(
    of analyte: Analyte, _ side: Analyte.Side, on day: Day, infected: Bool, anaemic: Bool
  ) -> Double {
    var away = 0.75 * trait(analyte.number) + 0.45 * chance.normal()
    switch analyte.mover {
    case .none: break
    case .infection: if infected { away += 1.2 + 1.6 * chance.unit() }
    case .anaemia: if anaemic { away -= 3.2 }
    default: away += state.shift(analyte.mover, on: day)
    }
    let value = side.mean + away * analyte.deviation
    return max(value, analyte.unit == nil ? 0 : side.mean * 0.12)
  }
}

/// How a value stands to its limits.
/// <https://hl7.org/fhir/R4/valueset-observation-interpretation.html>
private enum Flag {
  case normal, low, high, negative, positive

  init(_ value: Double, low: Double, high: Double, isFinding: Bool) {
    if isFinding {
      self = value >= high ? .positive : .negative
    } else {
      self = value < low ? .low : value > high ? .high : .normal
    }
  }

  var remark: String? {
    switch self {
    case .normal, .negative: nil
    case .low: "偏低"
    case .high: "偏高"
    case .positive: "阳性"
    }
  }

  var interpretation: JSON {
    switch self {
    case .normal: Self.codes[0]
    case .low: Self.codes[1]
    case .high: Self.codes[2]
    case .negative: Self.codes[3]
    case .positive: Self.codes[4]
    }
  }

  var finding: JSON { self == .positive ? Self.positiveFinding : Self.negativeFinding }

  private static let positiveFinding: JSON = .words("阳性")
  private static let negativeFinding: JSON = .words("阴性")
  private static let codes: [JSON] = [
    ("N", "Normal"), ("L", "Low"), ("H", "High"), ("NEG", "Negative"), ("POS", "Positive"),
  ].map { code, display in
    let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    return [["coding": [.coding(system, code, display)]]]
  }
}

/// The categories of observations and reports.
enum Category {
  private static let system = "http://terminology.hl7.org/CodeSystem/observation-category"
  static let laboratory: JSON = [.concept(system, "laboratory", "Laboratory")]
  static let vitalSigns: JSON = [.concept(system, "vital-signs", "Vital Signs")]
  static let survey: JSON = [.concept(system, "survey", "Survey")]
  static let social: JSON = [.concept(system, "social-history", "Social History")]
  static let exam: JSON = [.concept(system, "exam", "Exam")]
  private static let service = "http://terminology.hl7.org/CodeSystem/v2-0074"
  static let laboratoryReport: JSON = [.concept(service, "LAB", "Laboratory")]
  static let radiologyReport: JSON = [.concept(service, "RAD", "Radiology")]
}
