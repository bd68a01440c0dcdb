import FHIR

/// What an Observation found: its value as written, what is usual, and how the one stands to the
/// other.
struct Finding: Sendable {
  /// How a value stands to its reference range.
  ///
  /// <https://hl7.org/fhir/R4/valueset-observation-interpretation.html>
  enum Flag: String, Sendable {
    case normal, high, low, criticalHigh, criticalLow, abnormal

    var isAbnormal: Bool { self != .normal }

    init?(code: String) {
      switch code {
      case "N", "NEG", "ND", "NR": self = .normal
      case "H", "HU", ">": self = .high
      case "L", "LU", "<": self = .low
      case "HH": self = .criticalHigh
      case "LL": self = .criticalLow
      case "A", "AA", "POS", "DET", "RR": self = .abnormal
      default: return nil
      }
    }

    /// Beside the words, so that colour is never all that tells.
    var arrow: String {
      switch self {
      case .normal: ""
      case .high: "↑"
      case .low: "↓"
      case .criticalHigh: "↑↑"
      case .criticalLow: "↓↓"
      case .abnormal: "!"
      }
    }

    var style: String {
      switch self {
      case .normal: ""
      case .high, .criticalHigh, .abnormal: "high"
      case .low, .criticalLow: "low"
      }
    }
  }

  let value: String
  let unit: String?
  let number: Double?
  let low: Double?
  let high: Double?
  /// Such as `3.9–6.1` or `< 5.2`.
  let range: String?
  let flag: Flag?

  /// The value of an Observation or of one of its components.
  init(_ observation: JSONCursor) {
    let quantity = observation.member("valueQuantity")
    let written = quantity?.text("value")
    let (value, unit) = Self.value(observation)
    self.value = value
    self.unit = unit
    number = written.flatMap { ExactDecimal($0)?.double }
    let ranges = observation.all("referenceRange")
    let usual = ranges.first { ($0.text("type", "coding", "code") ?? "normal") == "normal" }
    low = usual?.text("low", "value").flatMap { ExactDecimal($0)?.double }
    high = usual?.text("high", "value").flatMap { ExactDecimal($0)?.double }
    range = usual.flatMap(Self.range)
    flag = Self.flag(observation) ?? Self.flag(number, low, high)
  }

  private static func value(_ observation: JSONCursor) -> (String, String?) {
    guard let (type, value) = observation.choice("value") else {
      let parts = observation.all("component").compactMap { part -> String? in
        let finding = Finding(part)
        return finding.value.isEmpty ? nil : finding.value
      }
      if !parts.isEmpty {
        let unit = observation.all("component").lazy.compactMap { Finding($0).unit }.first
        return (parts.joined(separator: "/"), unit)
      }
      return (CodeText.text(observation.member("dataAbsentReason")) ?? "", nil)
    }
    switch type {
    case "Quantity":
      let comparator = value.text("comparator").map { $0 + " " } ?? ""
      let number = value.text("value").map(shortened) ?? ""
      return (comparator + number, unit(value))
    case "CodeableConcept": return (CodeText.text(value) ?? "", nil)
    case "Range":
      let ends = [value.text("low", "value"), value.text("high", "value")].map { $0 ?? "" }
      return (ends.joined(separator: "–"), value.first("low").flatMap(unit))
    case "Ratio":
      let parts = [value.text("numerator", "value"), value.text("denominator", "value")]
      return (parts.map { $0 ?? "" }.joined(separator: ":"), nil)
    case "Boolean": return (value.bool == true ? "+" : "−", nil)
    case "DateTime", "Period": return (Moment(observation, "value")?.text ?? "", nil)
    default: return (value.kind == .object ? "" : value.scalarText, nil)
    }
  }

  /// A unit as it is printed; curly annotations of UCUM are no unit.
  private static func unit(_ quantity: JSONCursor) -> String? {
    guard let unit = quantity.text("unit") ?? quantity.text("code") else { return nil }
    return unit.hasPrefix("{") || unit == "1" ? nil : unit
  }

  /// Digits that no measurement has, as machines write them, are cut to two behind the point.
  static func shortened(_ number: String) -> String {
    guard let point = number.firstIndex(of: "."),
      number.distance(from: point, to: number.endIndex) > 5,
      let value = ExactDecimal(number)?.double, abs(value) < 1e12, abs(value) >= 0.01
    else { return number }
    let hundredths = Int((abs(value) * 100).rounded())
    let sign = value < 0 && hundredths > 0 ? "-" : ""
    let rest = hundredths % 100
    return "\(sign)\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func range(_ usual: JSONCursor) -> String? {
    let low = usual.text("low", "value")
    let high = usual.text("high", "value")
    switch (low, high) {
    case (let low?, let high?): return "\(low)–\(high)"
    case (let low?, nil): return "≥ \(low)"
    case (nil, let high?): return "≤ \(high)"
    case (nil, nil): return usual.text("text")
    }
  }

  private static func flag(_ observation: JSONCursor) -> Flag? {
    for concept in observation.all("interpretation") {
      for coding in concept.all("coding") {
        if let code = coding.text("code"), let flag = Flag(code: code) { return flag }
      }
    }
    return nil
  }

  private static func flag(_ number: Double?, _ low: Double?, _ high: Double?) -> Flag? {
    guard let number, low != nil || high != nil else { return nil }
    if let high, number > high { return .high }
    if let low, number < low { return .low }
    return .normal
  }

  /// The values for templates; `flag` and its parts only when the value is not usual.
  func values(_ language: Language) -> [String: Any] {
    var values: [String: Any] = ["value": value]
    values["unit"] = unit
    values["range"] = range
    if let flag, flag.isAbnormal {
      values["flag"] =
        [
          "arrow": flag.arrow, "style": flag.style,
          "word": Texts.text("flag" + flag.rawValue, language),
        ] as [String: Any]
    }
    return values
  }
}
