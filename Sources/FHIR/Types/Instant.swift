/// A moment in milliseconds since 1970 UTC, as `meta.lastUpdated` tells it.
/// <https://hl7.org/fhir/R4/datatypes.html#instant>
package struct Instant: Hashable, Sendable {
  package let milliseconds: Int64

  /// Moments outside of the years 0001 to 9999 are moved to their bounds.
  package init(milliseconds: Int64) {
    self.milliseconds = min(
      max(milliseconds, Calendar.firstMillisecond), Calendar.lastMillisecond)
  }

  /// Such as `2026-11-21T10:32:38.123Z`.
  package var text: String {
    var out: [UInt8] = []
    write(into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends the text, 24 bytes.
  package func write(into out: inout [UInt8]) {
    let day = milliseconds.flooredDivision(by: Calendar.millisecondsInDay)
    let date = Calendar.date(ofDay: Int(day))
    let timeOfDay = Int(milliseconds - day * Calendar.millisecondsInDay)
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
}
