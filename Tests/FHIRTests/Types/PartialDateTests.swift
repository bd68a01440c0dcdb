import FHIR
import Testing

@Suite("Dates and times") struct PartialDateTests {
  @Test(arguments: [
    "2015", "2015-02", "2015-02-28", "2016-02-29", "2015-02-07T13:28:17Z",
    "2015-02-07T13:28:17.239-05:00", "2016-12-31T23:59:60Z", "1999-12-31T00:00:00+14:00",
  ])
  func `a dateTime of the standard prints as it was written`(text: String) {
    #expect(PartialDate(text, as: .dateTime)?.description == text)
  }

  @Test(arguments: [
    "", "15", "0000", "2015-13", "2015-00", "2015-02-29", "2015-2-7", "2015-02-07T",
    "2015-02-07T24:00:00Z", "2015-02-07T13:28Z", "2015-02-07T13:28:17", "2015-02-07T13:28:61Z",
    "2015-02-07T13:28:17+14:01", "2015-02-07T13:28:17.Z", "2015-02T13:28:17Z", "2015-02-07 ",
    "2015-02-07T13:28:17Z+", "2015-02-07T13:28:17+1400",
  ])
  func `what is no dateTime is refused`(text: String) {
    #expect(PartialDate(text, as: .dateTime) == nil)
  }

  @Test func `each form allows what its grammar allows`() {
    #expect(PartialDate("2015-02-07T13:28:17Z", as: .date) == nil)
    #expect(PartialDate("2015-02-07", as: .instant) == nil)
    #expect(PartialDate("2015-02-07T13:28", as: .search)?.precision == .minute)
    #expect(PartialDate("2015-02-07T13", as: .search) == nil)
    #expect(PartialDate("2015-02-07T13", as: .path)?.precision == .hour)
    #expect(PartialDate("2015T", as: .path)?.precision == .year)
    #expect(PartialTime("13:28", as: .dateTime) == nil)
    #expect(PartialTime("13:28:17.50")?.description == "13:28:17.50")
  }

  @Test func `a date lasts as long as its precision`() throws {
    let year = try #require(PartialDate("1970", as: .date))
    #expect(year.range() == 0..<365 * 86_400_000)
    let month = try #require(PartialDate("2024-02", as: .date)).range()
    #expect(month.upperBound - month.lowerBound == 29 * 86_400_000)
    let day = try #require(PartialDate("1970-01-01", as: .date))
    #expect(day.range(defaultOffsetInMinutes: 480).lowerBound == -8 * 3_600_000)
    let instant = try #require(PartialDate("1970-01-01T08:00:00.5+08:00", as: .instant))
    #expect(instant.range(defaultOffsetInMinutes: 60) == 500..<600)
  }

  @Test func `days and dates agree over four hundred years`() {
    var day = Calendar.day(1900, 1, 1)
    for year in 1900..<2300 {
      for month in 1...12 {
        for dayOfMonth in 1...Calendar.daysInMonth(year, month) {
          #expect(Calendar.day(year, month, dayOfMonth) == day)
          let date = Calendar.date(ofDay: day)
          #expect(date == (year, month, dayOfMonth))
          day += 1
        }
      }
    }
  }

  @Test func `milliseconds become an instant and return`() {
    for milliseconds: Int64 in [0, -1, 1_700_000_000_123, -62_135_596_800_000] {
      for offset in [0, 480, -330] {
        let date = PartialDate(milliseconds: milliseconds, offsetInMinutes: offset)
        guard milliseconds > -62_000_000_000_000 else { continue }
        #expect(date.start() == milliseconds)
      }
    }
    #expect(PartialDate(milliseconds: .max).year == 9999)
    #expect(PartialDate(milliseconds: 0).description == "1970-01-01T00:00:00.000Z")
  }

  func order(_ left: String, _ right: String, offset: Int? = nil) throws -> Order? {
    let left = try #require(PartialDate(left, as: .path))
    let right = try #require(PartialDate(right, as: .path))
    return left.order(right, defaultOffsetInMinutes: offset)
  }

  @Test func `the order is told where the precision suffices`() throws {
    #expect(try order("2012", "2013") == .before)
    #expect(try order("2012", "2012-01") == nil)
    #expect(try order("2012-02", "2012-01-15") == .after)
    #expect(try order("2012-01-01T10:30", "2012-01-01T10:30:15") == nil)
    #expect(try order("2012-01-01T10:30:31", "2012-01-01T10:30:31.0") == .same)
    #expect(try order("2012-01-01T10:30:31.1", "2012-01-01T10:30:31") == .after)
  }

  @Test func `zones are taken into account`() throws {
    #expect(try order("2017-11-05T01:30:00.0-04:00", "2017-11-05T01:15:00.0-05:00") == .before)
    #expect(try order("2017-11-05T01:30:00-04:00", "2017-11-05T00:30:00-05:00") == .same)
    #expect(try order("2017-11-05T23:30:00-04:00", "2017-11-06T03:30:00Z") == .same)
    #expect(try order("2017-11-05T10:00:00", "2017-11-05T10:00:00Z") == nil)
    #expect(try order("2017-11-05T10:00:00", "2017-11-05T10:00:00Z", offset: 480) == .before)
  }
}
