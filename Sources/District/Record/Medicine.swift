import FHIR

/// The medical tables of the district, read once, their coded elements made once.
struct Medicine: Sendable {
  let longIllnesses: [LongIllness]
  let drugs: [String: Drug]
  let panels: [String: Panel]
  let imaging: [String: Imaging]
  let procedures: [String: JSON]
  let allergies: [Allergy]
  let doses: [Dose]
  let growth: [Growth]
  private let illnesses: [Lot<Illness>]
  private let causes: [Lot<Cause>]

  init() throws(Anomaly) {
    longIllnesses = try Table("chronic.tsv").rows.mapping(LongIllness.init)
    drugs = try Self.keyed("drugs.tsv", Drug.init)
    imaging = try Self.keyed("imaging.tsv", Imaging.init)
    allergies = try Table("allergies.tsv").rows.mapping(Allergy.init)
    doses = try Table("vaccines.tsv").rows.mapping(Dose.init)
    growth = try Table("growth.tsv").rows.mapping(Growth.init)
    var procedures: [String: JSON] = [:]
    for row in try Table("procedures.tsv").rows {
      let code = try row.text("code")
      procedures[code] = .concept(System.icd9, code, try row.text("display"))
    }
    self.procedures = procedures
    let analytes = try Table("laboratory.tsv").rows.enumerated().mapping {
      number, row throws(Anomaly) in
      try Analyte(row, number: number)
    }
    panels = try Self.keyed("panels.tsv") { row throws(Anomaly) in try Panel(row, of: analytes) }
    let all = try Table("diagnoses.tsv").rows.mapping(Illness.init)
    var lots: [Lot<Illness>] = []
    for sex in [Sex.male, .female] {
      for band in AgeBand.allCases {
        for month in 0..<12 {
          let fitting = all.filter { $0.sex == nil || $0.sex == sex }
          lots.append(
            Lot(fitting.map { ($0, $0.rates[band.rawValue] * $0.months[month] / 12_000) }))
        }
      }
    }
    illnesses = lots
    let rows = try Table("causes.tsv").rows
    causes = try ["w0", "w18", "w45", "w65"].mapping { column throws(Anomaly) in
      Lot(try rows.mapping { row throws(Anomaly) in (try Cause(row), try row.number(column)) })
    }
  }

  private static func keyed<Value>(
    _ table: String, _ make: (Table.Row) throws(Anomaly) -> Value
  ) throws(Anomaly) -> [String: Value] {
    var values: [String: Value] = [:]
    for row in try Table(table).rows { values[try row.text("key")] = try make(row) }
    return values
  }

  /// The illnesses of a month (1 … 12); the lot's total is the number of cases a person-month
  /// expects.
  func illnesses(sex: Sex, band: AgeBand, month: Int) -> Lot<Illness> {
    illnesses[((sex == .male ? 0 : 5) + band.rawValue) * 12 + month - 1]
  }

  func causes(at years: Int) -> Lot<Cause> {
    causes[years < 18 ? 0 : years < 45 ? 1 : years < 65 ? 2 : 3]
  }
}
