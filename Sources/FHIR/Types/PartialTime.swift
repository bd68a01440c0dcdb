/// A time of day that says as much as was written, from the hour to a fraction of a second.
///
/// <https://hl7.org/fhir/R4/datatypes.html#time>
package struct PartialTime: Hashable, Sendable {
  package var hour = 0
  package var minute = 0
  /// 60 is a leap second.
  package var second = 0
  /// The fraction of the second, without what lies beyond nine digits.
  package var nanosecond = 0
  /// How many digits of the fraction were written, at most nine.
  package var fractionDigits = 0
  /// From `.hour` on.
  package var precision = PartialDate.Precision.hour

  package init() {}

  package init(
    nanosecondOfDay: Int64, precision: PartialDate.Precision, fractionDigits: Int = 0
  ) {
    hour = min(Int(nanosecondOfDay / 3_600_000_000_000), 23)
    let rest = nanosecondOfDay - Int64(hour) * 3_600_000_000_000
    minute = min(Int(rest / 60_000_000_000), 59)
    let seconds = rest - Int64(minute) * 60_000_000_000
    second = Int(seconds / 1_000_000_000)
    nanosecond = Int(seconds % 1_000_000_000)
    self.fractionDigits = fractionDigits
    self.precision = precision
  }

  static let nanosecondsInDay: Int64 = 86_400_000_000_000

  package var nanosecondOfDay: Int64 {
    Int64(hour * 3_600 + minute * 60 + second) * 1_000_000_000 + Int64(nanosecond)
  }

  /// How long the moment lasts that the written digits stand for; never less than a millisecond.
  package var spanInMilliseconds: Int64 {
    switch precision {
    case .year, .month, .day, .hour: 3_600_000
    case .minute: 60_000
    case .second: 1_000
    case .fraction: fractionDigits == 1 ? 100 : fractionDigits == 2 ? 10 : 1
    }
  }

  /// How two times are ordered; nil where one is written less precisely than needed to tell.
  package func order(_ other: PartialTime) -> Order? {
    if hour != other.hour { return hour < other.hour ? .before : .after }
    let shared = min(precision, other.precision)
    if shared >= .minute, minute != other.minute {
      return minute < other.minute ? .before : .after
    }
    if shared >= .second {
      let left = second * 1_000_000_000 + nanosecond
      let right = other.second * 1_000_000_000 + other.nanosecond
      return left == right ? .same : left < right ? .before : .after
    }
    return precision == other.precision ? .same : nil
  }
}
