import FHIR

/// A span of time to add to a date, <https://hl7.org/fhirpath/N1/#datetime-arithmetic>.
struct Duration {
  let unit: CalendarUnit
  let value: ExactDecimal

  /// Nil where the quantity is no time, or a year or month of UCUM, which have no calendar.
  init?(_ quantity: Quantity) {
    value = quantity.value
    switch quantity.unit {
    case .calendar(let unit): self.unit = unit
    case .ucum(let code):
      let exact: [CalendarUnit] = [.week, .day, .hour, .minute, .second, .millisecond]
      guard let unit = exact.first(where: { $0.ucum == code }) else { return nil }
      self.unit = unit
    case .other: return nil
    }
  }

  /// Whole units; what is behind the point counts only below the minute.
  private var whole: Int? {
    value.rounded(to: 0, .towardZero).flatMap { Int(exactly: $0.significand) }
      .flatMap { $0.magnitude < 100_000_000_000_000 ? $0 : nil }
  }

  fileprivate var nanoseconds: Int64? {
    let factor: Int64
    switch unit {
    case .second, .millisecond:
      let scaled = value.multiplied(by: ExactDecimal(unit.milliseconds * 1_000_000))
      return scaled?.rounded(to: 0, .towardZero).flatMap { Int64(exactly: $0.significand) }
    case .hour, .minute: factor = Int64(unit.milliseconds) * 1_000_000
    default: return nil
    }
    guard let whole else { return nil }
    let (product, overflow) = Int64(whole).multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  fileprivate var days: Int? {
    switch unit {
    case .week: return whole.map { $0 * 7 }
    case .day: return whole
    default: return nanoseconds.map { Int($0 / 86_400_000_000_000) }
    }
  }

  fileprivate var months: Int? {
    switch unit {
    case .year: return whole.flatMap { $0.magnitude < 100_000 ? $0 * 12 : nil }
    case .month: return whole
    default: return days.map { $0 / 30 }
    }
  }

  fileprivate var years: Int? {
    switch unit {
    case .year: return whole
    case .month: return whole.map { $0 / 12 }
    default: return days.map { $0 / 365 }
    }
  }
}

extension PartialDate {
  /// The date so much later, as precise as before; nil outside of the years 1 to 9999.
  func adding(_ duration: Duration) -> PartialDate? {
    switch precision {
    case .year: return duration.years.flatMap { adding(months: $0, times: 12) }
    case .month: return duration.months.flatMap { adding(months: $0, times: 1) }
    default: break
    }
    if !duration.unit.hasFixedLength {
      return duration.months.flatMap { adding(months: $0, times: 1) }
    }
    if precision == .day || duration.unit == .week || duration.unit == .day {
      return duration.days.flatMap { adding(days: $0) }
    }
    guard let nanoseconds = duration.nanoseconds, nanoseconds.magnitude < Int64.max / 2 else {
      return nil
    }
    let total = time.nanosecondOfDay + nanoseconds
    let length: Int64 = 86_400_000_000_000
    let days = total >= 0 ? total / length : (total + 1) / length - 1
    var moved = adding(days: Int(days))
    moved?.time = time.moved(to: total - days * length)
    if let moved { return PartialDate(moved, precision: moved.time.precision) }
    return nil
  }

  private init(_ other: PartialDate, precision: Precision) {
    self = other
    self.precision = precision
  }

  private func adding(months: Int, times: Int) -> PartialDate? {
    let (product, overflow) = months.multipliedReportingOverflow(by: times)
    guard !overflow, product.magnitude < 1_000_000 else { return nil }
    let total = year * 12 + month - 1 + product
    guard total >= 12, total < 10_000 * 12 else { return nil }
    var moved = self
    moved.year = total / 12
    moved.month = total % 12 + 1
    moved.day = min(day, Calendar.daysInMonth(moved.year, moved.month))
    return moved
  }

  private func adding(days: Int) -> PartialDate? {
    guard days.magnitude < 10_000_000 else { return nil }
    let date = Calendar.date(ofDay: Calendar.day(year, month, day) + days)
    guard (1...9999).contains(date.year) else { return nil }
    var moved = self
    (moved.year, moved.month, moved.day) = date
    return moved
  }
}

extension PartialTime {
  /// The time so much later, around midnight if need be; nil for units of days and more.
  func adding(_ duration: Duration) -> PartialTime? {
    guard let nanoseconds = duration.nanoseconds else { return nil }
    let length: Int64 = 86_400_000_000_000
    let total = (nanosecondOfDay + nanoseconds % length) % length
    return moved(to: total < 0 ? total + length : total)
  }

  /// Another time of the same precision; a fraction of the second is kept.
  fileprivate func moved(to nanosecondOfDay: Int64) -> PartialTime {
    let hasFraction = precision >= .second && nanosecondOfDay % 1_000_000_000 != 0
    var time = PartialTime(
      nanosecondOfDay: nanosecondOfDay, precision: hasFraction ? .fraction : precision,
      fractionDigits: hasFraction ? max(fractionDigits, 3) : fractionDigits)
    if precision < .minute { time.minute = 0 }
    if precision < .second {
      time.second = 0
      time.nanosecond = 0
    }
    return time
  }
}
