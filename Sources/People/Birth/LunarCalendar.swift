import FHIR

/// The Chinese calendar (农历, GB/T 33661-2017) from 1900: what a day is called in it.
///
/// Many birth dates on paper are days of this calendar written as if of the Gregorian one.
struct LunarCalendar: Sendable {
  static let shared = LunarCalendar()

  private struct Year {
    /// `BirthDate.ordinal` of the first day.
    var start: Int
    var leapMonth: Int
    /// Days of each month in order.
    var lengths: [Int]
  }

  private let first: Int
  private let years: [Year]

  private init() {
    var first = 0
    var years: [Year] = []
    EmbeddedTable("people/lunar.tsv").forEachRow(columns: 4) { row in
      guard let year = UInt32(row[0].text), let day = UInt32(row[1].text),
        let leap = Int(row[2].text)
      else { preconditionFailure("lunar.tsv: \(row[0].text)") }
      if years.isEmpty { first = Int(year) }
      years.append(
        Year(
          start: BirthDate(digits: year * 10_000 + day).ordinal, leapMonth: leap,
          lengths: row[3].map { $0 == UInt8(ascii: "1") ? 30 : 29 }))
    }
    self.first = first
    self.years = years
  }

  /// The digits under which a Gregorian day is known in this calendar; nil outside the table.
  func digits(of date: BirthDate) -> UInt32? {
    guard date.exists, !years.isEmpty else { return nil }
    let ordinal = date.ordinal
    var place = date.year - first
    if place >= 0, place < years.count, years[place].start > ordinal { place -= 1 }
    guard place >= 0, place < years.count else { return nil }
    var rest = ordinal - years[place].start
    for (index, length) in years[place].lengths.enumerated() {
      guard rest >= length else {
        let leap = years[place].leapMonth
        let month = leap > 0 && index >= leap ? index : index + 1
        return UInt32((first + place) * 10_000 + month * 100 + rest + 1)
      }
      rest -= length
    }
    return nil
  }

  /// The calendar lags the Gregorian one by so many days.
  static let lagInDays = 17...53

  /// Whether one date is the other's day of this calendar, written as if of the Gregorian one.
  func slips(_ one: BirthDate, _ other: BirthDate) -> Bool {
    // The written day may be one that the Gregorian calendar has not, such as 30 February.
    let days = abs(one.year - other.year) * 372 + abs(one.month - other.month) * 31
    guard days <= 372 + 2 * 31 else { return false }
    return digits(of: one) == other.digits || digits(of: other) == one.digits
  }
}
