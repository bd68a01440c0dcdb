import FHIR

/// The ages by which illness, habit and death differ.
enum AgeBand: Int, CaseIterable, Sendable {
  case infant, school, adult, middle, elder

  init(years: Int) {
    switch years {
    case ..<6: self = .infant
    case ..<18: self = .school
    case ..<45: self = .adult
    case ..<65: self = .middle
    default: self = .elder
    }
  }
}

/// An illness for which residents come: a row of `diagnoses.tsv`.
struct Illness: Sendable {
  let code: String
  let display: String
  let concept: JSON
  let department: String
  let sex: Sex?
  /// Cases in 1,000 person-years by age band.
  let rates: [Double]
  /// Weight of each month, mean 1.
  let months: [Double]
  let lastsInDays: Int
  let emergency: Double
  let inpatient: Double
  let panels: [String]
  let drugs: [String]
  let imaging: String?
  let procedure: String?
  let complaint: String
  /// Whether the body fights an infection, which laboratory values show.
  let isInfection: Bool

  init(_ row: Table.Row) throws(Anomaly) {
    code = try row.text("code")
    display = try row.text("display")
    concept = .concept(System.icd10, code, display)
    department = try row.text("department")
    let sex = try row.text("sex")
    self.sex = sex == "M" ? .male : sex == "F" ? .female : nil
    rates = [
      try row.number("r0"), try row.number("r6"), try row.number("r18"), try row.number("r45"),
      try row.number("r65"),
    ]
    let weights = try row.words("months").compactMap(Double.init)
    let mean = weights.reduce(0, +) / 12
    months = weights.count == 12 ? weights.map { $0 / mean } : Array(repeating: 1, count: 12)
    lastsInDays = try row.whole("days")
    emergency = try row.number("emergency") / 100
    inpatient = try row.number("inpatient") / 100
    panels = try row.keys("panels")
    drugs = try row.keys("drugs")
    imaging = try row.keys("imaging").first
    procedure = try row.keys("procedure").first
    complaint = try row.text("complaint")
    let infections = ["J0", "J1", "J20", "A", "B0", "B2", "K35", "N39", "R50", "H66"]
    let code = code
    isInfection = infections.contains { code.hasPrefix($0) }
  }
}

/// A long illness under care: a row of `chronic.tsv`.
struct LongIllness: Sendable {
  /// What a follow-up measures.
  enum FollowUp: String, Sendable { case bp, glucose, breath, visit }

  let code: String
  let display: String
  let concept: JSON
  /// Per cent of those 18–44, 45–64 and 65 and over.
  let prevalence: [Double]
  let followUp: FollowUp
  let drugs: [String]
  let panels: [String]
  let plan: String?

  init(_ row: Table.Row) throws(Anomaly) {
    code = try row.text("code")
    display = try row.text("display")
    concept = .concept(System.icd10, code, display)
    prevalence = [try row.number("p18"), try row.number("p45"), try row.number("p65")]
    guard let followUp = FollowUp(rawValue: try row.text("follow")) else {
      throw .fault("district/chronic.tsv knows no follow-up for \(code).")
    }
    self.followUp = followUp
    drugs = try row.keys("drugs")
    panels = try row.keys("panels")
    plan = try row.keys("plan").first
  }
}

/// An underlying cause of death: a row of `causes.tsv`.
struct Cause: Sendable {
  let code: String
  let display: String
  let concept: JSON

  init(_ row: Table.Row) throws(Anomaly) {
    code = try row.text("code")
    display = try row.text("display")
    concept = .concept(System.icd10, code, display)
  }
}

extension Table.Row {
  /// The keys of a cell, none where it is `-`.
  func keys(_ column: String) throws(Anomaly) -> [String] {
    try words(column).filter { $0 != "-" }
  }
}
