import Testing

@testable import District

struct CalendarTests {
  @Test func `every day of two centuries goes to its date and back`() {
    var day = Day(year: 1900, month: 1, day: 1)
    let end = Day(year: 2100, month: 1, day: 1)
    var wrong = 0
    while day < end {
      let (year, month, date) = day.date
      if Day(year: year, month: month, day: date) != day { wrong += 1 }
      day = day + 1
    }
    #expect(wrong == 0)
    #expect(Day(year: 1970, month: 1, day: 1).number == 0)
    #expect(Day(year: 2000, month: 3, day: 1).number == 11_017)
  }

  @Test func `months are added as the civil code counts them`() {
    #expect(Day(year: 2024, month: 1, day: 31).adding(months: 1).text == "2024-02-29")
    #expect(Day(year: 2024, month: 2, day: 29).adding(years: 1).text == "2025-02-28")
    #expect(Day(year: 2024, month: 11, day: 30).adding(months: 3).text == "2025-02-28")
    #expect(Day(year: 2000, month: 5, day: 6).years(to: Day(year: 2020, month: 5, day: 5)) == 19)
  }

  @Test func `a date that is none is refused`() {
    #expect(Day("2023-02-29") == nil)
    #expect(Day("2024-02-29")?.text == "2024-02-29")
    #expect(
      Moment(Day(year: 2024, month: 2, day: 29), hour: 23, minute: 50).text
        == "2024-02-29T23:50:00+08:00")
    #expect(
      (Moment(Day(year: 2024, month: 2, day: 29), hour: 23, minute: 50) + 15).day.text
        == "2024-03-01")
  }
}
