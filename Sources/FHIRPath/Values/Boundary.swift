import FHIR

/// The least and the greatest value that what was written may mean.
///
/// <https://hl7.org/fhirpath/#lowboundaryprecision-integer-decimal--date--datetime--time>
enum Boundary {
  case low, high

  /// More digits than this are no precision of a decimal.
  static let decimalDigitsLimit = 31
  static let decimalDigitsDefault = 8

  /// Nil where the value has no such precision.
  func of(_ value: Value, digits: Int?) -> Value? {
    switch value {
    case .integer, .decimal:
      return value.decimal.flatMap { of($0, digits) }.map { .decimal($0) }
    case .quantity(let quantity):
      return of(quantity.value, digits).map {
        .quantity(Quantity(value: $0, unit: quantity.unit))
      }
    case .date(let date):
      let digits = digits ?? 8
      return of(date, digits).map { digits > 8 ? .dateTime($0) : .date($0) }
    case .dateTime(let date): return of(date, digits ?? 17).map { .dateTime($0) }
    case .time(let time): return of(time, digits ?? 9).map { .time($0) }
    default: return nil
    }
  }

  private func of(_ value: ExactDecimal, _ digits: Int?) -> ExactDecimal? {
    let digits = digits ?? Boundary.decimalDigitsDefault
    guard (0...Boundary.decimalDigitsLimit).contains(digits), let bounds = value.bounds else {
      return nil
    }
    switch self {
    case .low: return bounds.low.rounded(to: digits, .down)
    case .high: return bounds.high.rounded(to: digits, .up)
    }
  }

  private static let datePrecisions: [Int: PartialDate.Precision] = [
    4: .year, 6: .month, 8: .day, 10: .hour, 12: .minute, 14: .second, 17: .fraction,
  ]

  private func of(_ date: PartialDate, _ digits: Int) -> PartialDate? {
    guard let precision = Boundary.datePrecisions[digits] else { return nil }
    var result = date
    if self == .high {
      if date.precision < .month { result.month = 12 }
      if date.precision < .day {
        result.day = Calendar.daysInMonth(result.year, result.month)
      }
    }
    result.time = completed(date.time, from: date.precision)
    result.precision = precision
    if precision >= .hour {
      result.time.precision = precision
      // Somewhere on Earth it is that early, or that late.
      result.offsetInMinutes = date.offsetInMinutes ?? (self == .low ? 14 * 60 : -12 * 60)
    } else {
      result.offsetInMinutes = nil
    }
    return result
  }

  private func of(_ time: PartialTime, _ digits: Int) -> PartialTime? {
    guard digits % 2 == 0 || digits == 9, digits <= 9,
      let precision = Boundary.datePrecisions[digits + 8], precision >= .hour
    else { return nil }
    var result = completed(time, from: time.precision)
    result.precision = precision
    return result
  }

  private func completed(_ time: PartialTime, from precision: PartialDate.Precision) -> PartialTime
  {
    var time = time
    if self == .high {
      if precision < .hour { time.hour = 23 }
      if precision < .minute { time.minute = 59 }
      if precision < .second { time.second = 59 }
      if precision < .fraction { time.nanosecond = 999_000_000 }
    }
    time.fractionDigits = max(time.fractionDigits, 3)
    return time
  }

  /// How many digits a value was written with, <https://hl7.org/fhirpath/#precision--integer>.
  static func precision(of value: Value) -> Int? {
    func digits(_ precision: PartialDate.Precision) -> Int {
      datePrecisions.first { $0.value == precision }?.key ?? 0
    }
    switch value {
    case .integer: return 0
    case .decimal(let value): return max(0, value.scale)
    case .date(let date), .dateTime(let date): return digits(date.precision)
    case .time(let time): return digits(time.precision) - 8
    default: return nil
    }
  }
}
