/// A moment in milliseconds since 1970 UTC, as `meta.lastUpdated` tells it. <https://hl7.org/fhir/R4/datatypes.html#instant>
package struct Instant: Hashable, Sendable {
  package let milliseconds: Int64

  /// Moments outside of the years 0001 to 9999 are moved to their bounds.
  package init(milliseconds: Int64) {
    self.milliseconds = min(max(milliseconds, Instant.first), Instant.last)
  }

  /// 0001-01-01T00:00:00.000Z
  static let first: Int64 = -62_135_596_800_000
  /// 9999-12-31T23:59:59.999Z
  static let last: Int64 = 253_402_300_799_999

  static let millisecondsPerDay: Int64 = 86_400_000

  /// Such as `2026-11-21T10:32:38.123Z`.
  package var text: String {
    var out: [UInt8] = []
    write(into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends the text, 24 bytes.
  package func write(into out: inout [UInt8]) {
    let time = Int(milliseconds % Instant.millisecondsPerDay)
    let timeOfDay = time < 0 ? time + Int(Instant.millisecondsPerDay) : time
    let days = (Int(milliseconds) - timeOfDay) / Int(Instant.millisecondsPerDay)
    let date = Instant.civil(days)
    func digits(_ value: Int, _ count: Int, then mark: StaticString) {
      var divisor = count == 4 ? 1000 : count == 3 ? 100 : 10
      while divisor > 0 {
        out.append(UInt8(truncatingIfNeeded: 48 + value / divisor % 10))
        divisor /= 10
      }
      out.append(mark.utf8Start.pointee)
    }
    digits(date.year, 4, then: "-")
    digits(date.month, 2, then: "-")
    digits(date.day, 2, then: "T")
    digits(timeOfDay / 3_600_000, 2, then: ":")
    digits(timeOfDay / 60_000 % 60, 2, then: ":")
    digits(timeOfDay / 1000 % 60, 2, then: ".")
    digits(timeOfDay % 1000, 3, then: "Z")
  }

  /// The date of a day counted from 1970-01-01 in the proleptic Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day ends one; 400 of them are an era of 146,097 days.
  static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let sinceEra0 = days + 719_468
    let era = (sinceEra0 >= 0 ? sinceEra0 : sinceEra0 - 146_096) / 146_097
    let dayOfEra = sinceEra0 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
