/// A date, dateTime or instant that says as much as was written: a year, a month, a day, or down to
/// a fraction of a second.
///
/// <https://hl7.org/fhir/R4/datatypes.html#dateTime>
package struct PartialDate: Hashable, Sendable {
  /// The finest component written.
  package enum Precision: UInt8, Comparable, Sendable {
    case year, month, day, hour, minute, second, fraction

    package static func < (left: Precision, right: Precision) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// 1 to 9999.
  package var year: Int
  /// Components finer than the precision have their lowest value: month and day 1, the others 0.
  package var month: Int
  package var day: Int
  package var time: PartialTime
  package var precision: Precision
  /// Minutes east of UTC; nil where no zone was written.
  package var offsetInMinutes: Int?

  package init(
    year: Int, month: Int = 1, day: Int = 1, time: PartialTime = PartialTime(),
    precision: Precision, offsetInMinutes: Int? = nil
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.time = time
    self.precision = precision
    self.offsetInMinutes = offsetInMinutes
  }

  /// The instant, in milliseconds since 1970 UTC, as a dateTime with three digits behind the
  /// second.
  package init(milliseconds: Int64, offsetInMinutes: Int = 0) {
    let local = milliseconds &+ Int64(offsetInMinutes) &* 60_000
    let limited = min(max(local, Calendar.firstMillisecond), Calendar.lastMillisecond)
    let day = Int(limited.flooredDivision(by: Calendar.millisecondsInDay))
    let (year, month, dayOfMonth) = Calendar.date(ofDay: day)
    self.init(
      year: year, month: month, day: dayOfMonth,
      time: PartialTime(
        nanosecondOfDay: (limited - Int64(day) * Calendar.millisecondsInDay) * 1_000_000,
        precision: .fraction, fractionDigits: 3),
      precision: .fraction, offsetInMinutes: offsetInMinutes)
  }

  /// The first millisecond that the value may mean, UTC, and the first that it no longer may.
  ///
  /// - Parameter defaultOffsetInMinutes: for values without a zone, as dates always are.
  package func range(defaultOffsetInMinutes: Int = 0) -> Range<Int64> {
    let offset = Int64(offsetInMinutes ?? defaultOffsetInMinutes) &* 60_000
    let midnight = Int64(Calendar.day(year, month, day)) &* Calendar.millisecondsInDay &- offset
    switch precision {
    case .year:
      let end = Int64(Calendar.day(year + 1, 1, 1)) &* Calendar.millisecondsInDay &- offset
      return midnight..<end
    case .month:
      let days = Int64(Calendar.daysInMonth(year, month))
      return midnight..<midnight &+ days &* Calendar.millisecondsInDay
    case .day: return midnight..<midnight &+ Calendar.millisecondsInDay
    case .hour, .minute, .second, .fraction:
      let start = midnight &+ time.nanosecondOfDay / 1_000_000
      return start..<start &+ time.spanInMilliseconds
    }
  }

  /// The first millisecond that the value may mean.
  package func start(defaultOffsetInMinutes: Int = 0) -> Int64 {
    range(defaultOffsetInMinutes: defaultOffsetInMinutes).lowerBound
  }
}

extension PartialDate {
  /// The same moment written in UTC; values without hours or without a zone stay as they are.
  package var inUTC: PartialDate {
    guard let offset = offsetInMinutes, offset != 0, precision >= .hour else { return self }
    let nanosecond = time.nanosecondOfDay - Int64(offset) * 60_000_000_000
    let shift = nanosecond.flooredDivision(by: PartialTime.nanosecondsInDay)
    let (year, month, day) = Calendar.date(ofDay: Calendar.day(year, month, day) + Int(shift))
    var utc = self
    utc.year = year
    utc.month = month
    utc.day = day
    utc.time = PartialTime(
      nanosecondOfDay: nanosecond - shift * PartialTime.nanosecondsInDay,
      precision: max(time.precision, offset % 60 == 0 ? .hour : .minute),
      fractionDigits: time.fractionDigits)
    utc.offsetInMinutes = 0
    return utc
  }

  /// How two values are ordered; nil where one is written less precisely than needed to tell.
  ///
  /// <https://hl7.org/fhirpath/N1/#comparison>: seconds and their fraction count as one precision.
  /// - Parameter defaultOffsetInMinutes: for a value without a zone against one that has it;
  /// without it, nil.
  package func order(_ other: PartialDate, defaultOffsetInMinutes: Int? = nil) -> Order? {
    var left = self
    var right = other
    if left.precision >= .hour, right.precision >= .hour {
      if (left.offsetInMinutes == nil) != (right.offsetInMinutes == nil) {
        guard let offset = defaultOffsetInMinutes else { return nil }
        left.offsetInMinutes = left.offsetInMinutes ?? offset
        right.offsetInMinutes = right.offsetInMinutes ?? offset
      }
      left = left.inUTC
      right = right.inUTC
    }
    let shared = min(left.precision, right.precision)
    if left.year != right.year { return left.year < right.year ? .before : .after }
    if shared >= .month, left.month != right.month {
      return left.month < right.month ? .before : .after
    }
    if shared >= .day, left.day != right.day { return left.day < right.day ? .before : .after }
    if shared >= .hour { return left.time.order(right.time) }
    return left.precision == right.precision ? .same : nil
  }
}

/// How two values stand to each other.
package enum Order: Hashable, Sendable {
  case before, same, after
}
