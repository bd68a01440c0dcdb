import FHIR

/// `Sun, 06 Nov 1994 08:49:37 GMT`. <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Writes milliseconds since 1970; what is below a second is cut off.
  static func format(_ milliseconds: Int64) -> String {
    let seconds = max(0, Int(milliseconds / 1_000))
    let day = seconds / 86_400
    let date = Calendar.date(ofDay: day)
    let time = seconds % 86_400
    return "\(days[day % 7]), \(two(date.day)) \(months[date.month - 1]) \(date.year) "
      + "\(two(time / 3_600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
  }

  /// Seconds since 1970 of an IMF-fixdate; nil for anything else, which a server then ignores.
  static func parse(_ text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
      (1970...9999).contains(year), (1...Calendar.daysInMonth(year, month + 1)).contains(day)
    else { return nil }
    let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let time = hour * 3_600 + minute * 60 + second
    return Int64(Calendar.day(year, month + 1, day) * 86_400 + time)
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
