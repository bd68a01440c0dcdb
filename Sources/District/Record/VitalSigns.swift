import FHIR

/// The codes of vital signs. <https://hl7.org/fhir/R4/observation-vitalsigns.html>
private enum Sign {
  static func code(_ loinc: String, _ name: String) -> JSON {
    ["coding": [.coding(System.loinc, loinc)], "text": .string(name)]
  }
  static let bloodPressure = code("85354-9", "血压")
  static let systolic = code("8480-6", "收缩压")
  static let diastolic = code("8462-4", "舒张压")
  static let temperature = code("8310-5", "体温")
  static let pulse = code("8867-4", "心率")
  static let weight = code("29463-7", "体重")
  static let height = code("8302-2", "身高")
  static let bodyMassIndex = code("39156-5", "体质指数")
  static let head = code("9843-4", "头围")
  static let saturation = code("2708-6", "血氧饱和度")
}

extension Chart {
  /// A measurement of the category vital signs.
  mutating func measure(
    _ code: JSON, _ value: JSON, _ unit: String, shown: String? = nil, at visit: Visit
  ) {
    add(
      .resource(
        "Observation", nextID(),
        [
          "status": "final", "category": Category.vitalSigns, "code": code,
          "subject": person.reference, "encounter": visit.reference,
          "effectiveDateTime": visit.startText,
          "valueQuantity": .quantity(value, unit, shown: shown),
        ]))
  }

  /// Temperature, pressure and pulse as far as taken at a consultation.
  mutating func recordSigns(at visit: Visit, isFeverish: Bool) {
    let years = person.birth.years(to: visit.day)
    let isThorough = visit.kind == .inpatient || visit.kind == .emergency
    if isThorough || isFeverish && chance.happens(0.7) {
      measureTemperature(at: visit, isFeverish: isFeverish)
    }
    if years >= 18, isThorough || chance.happens(0.3) { measureBloodPressure(at: visit) }
    if isThorough {
      let pulse = 74 + (years < 6 ? 34 : years < 14 ? 14 : 0) + chance.within(-9...12)
      measure(Sign.pulse, .number(pulse), "/min", shown: "次/分", at: visit)
      if visit.kind == .inpatient {
        measure(Sign.saturation, .number(chance.within(93...99)), "%", at: visit)
      }
    }
  }

  mutating func measureTemperature(at visit: Visit, isFeverish: Bool) {
    let celsius = isFeverish ? 37.2 + 2.1 * chance.unit() : 36.2 + 0.8 * chance.unit()
    measure(Sign.temperature, .decimal(celsius, 1), "Cel", shown: "℃", at: visit)
  }

  /// Blood pressure; gives the systolic value.
  @discardableResult
  mutating func measureBloodPressure(at visit: Visit) -> Int {
    let (systolic, diastolic) = state.bloodPressure(on: visit.day, &chance)
    func component(_ code: JSON, _ value: Int) -> JSON {
      ["code": code, "valueQuantity": .quantity(.number(value), "mm[Hg]", shown: "mmHg")]
    }
    add(
      .resource(
        "Observation", nextID(),
        [
          "status": "final", "category": Category.vitalSigns, "code": Sign.bloodPressure,
          "subject": person.reference, "encounter": visit.reference,
          "effectiveDateTime": visit.startText,
          "component": [
            component(Sign.systolic, systolic), component(Sign.diastolic, diastolic),
          ],
        ]))
    return systolic
  }

  /// Height, weight and body mass index of an adult, drifting with the years.
  mutating func measureBody(at visit: Visit, withHeight: Bool) {
    let age = Double(person.birth.years(to: visit.day))
    let height =
      (person.sex == .male ? 169.5 : 158.0) + 5.5 * trait(901) - max(0, age - 60) * 0.1
    let index = 23.2 + 2.6 * trait(902) + (age - 45) * 0.03 * trait(903) + 0.25 * chance.normal()
    let weight = max(index, 15) * height * height / 10_000
    if withHeight { measure(Sign.height, .decimal(height, 1), "cm", at: visit) }
    measure(Sign.weight, .decimal(weight, 1), "kg", at: visit)
    measure(
      Sign.bodyMassIndex, .decimal(weight * 10_000 / (height * height), 1), "kg/m2", at: visit)
  }

  /// Weight and length of a child, by the growth standard; the head until three years.
  mutating func measureGrowth(months: Int, at visit: Visit) {
    guard let median = Growth.median(months: months, person.sex, setting.medicine.growth) else {
      return
    }
    let weight = median.weight * (1 + 0.1 * trait(904) + 0.015 * chance.normal())
    let length = median.length * (1 + 0.033 * trait(905) + 0.004 * chance.normal())
    measure(Sign.weight, .decimal(weight, 1), "kg", at: visit)
    measure(Sign.height, .decimal(length, 1), "cm", at: visit)
    if months <= 36 {
      let head = median.head * (1 + 0.025 * trait(906))
      measure(Sign.head, .decimal(head, 1), "cm", at: visit)
    }
  }
}

/// Medians of growth at an age: a row of `growth.tsv`.
struct Growth: Sendable {
  /// Weight in kilograms, length and head in centimetres.
  struct Median {
    var weight: Double
    var length: Double
    var head: Double
  }

  let months: Int
  private let men: Median
  private let women: Median

  init(_ row: Table.Row) throws(Anomaly) {
    func median(_ sex: String) throws(Anomaly) -> Median {
      Median(
        weight: try row.number("weight" + sex), length: try row.number("length" + sex),
        head: try row.number("head" + sex))
    }
    months = try row.whole("months")
    men = try median("M")
    women = try median("F")
  }

  /// The medians at an age, between two rows in proportion; nil beyond the table.
  static func median(months: Int, _ sex: Sex, _ table: [Growth]) -> Median? {
    guard let upper = table.firstIndex(where: { $0.months >= months }) else { return nil }
    let lower = max(upper - 1, 0)
    let high = sex == .male ? table[upper].men : table[upper].women
    let low = sex == .male ? table[lower].men : table[lower].women
    let span = table[upper].months - table[lower].months
    let part = span == 0 ? 1 : Double(months - table[lower].months) / Double(span)
    return Median(
      weight: low.weight + (high.weight - low.weight) * part,
      length: low.length + (high.length - low.length) * part,
      head: low.head + (high.head - low.head) * part)
  }
}
