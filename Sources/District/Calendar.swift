/// A day of the Gregorian calendar, counted from 1970-01-01.
package struct Day: Hashable, Comparable, Sendable {
  package var number: Int

  package init(number: Int) { self.number = number }

  /// The day of a date; months beyond 1 … 12 move the year, days beyond the month's end are its
  /// end.
  package init(year: Int, month: Int, day: Int) {
    let months = year * 12 + month - 1
    let year = months >= 0 ? months / 12 : (months - 11) / 12
    let month = months - year * 12 + 1
    let day = min(max(day, 1), Self.length(ofMonth: month, in: year))
    // Counts from 0000-03-01, so that the leap day is the last of a year.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = era * 146_097 + dayOfEra - 719_468
  }

  /// The day written as `2026-11-21`; nil when it is no date.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, let year = Int(parts[0]),
      let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
      (1...Self.length(ofMonth: month, in: year)).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package var date: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let moved = (5 * dayOfYear + 2) / 153
    let month = moved + (moved < 10 ? 3 : -9)
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * moved + 2) / 5 + 1
    )
  }

  package var year: Int { date.year }
  package var month: Int { date.month }

  package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
  package static func + (day: Day, days: Int) -> Day { Day(number: day.number + days) }
  package static func - (day: Day, days: Int) -> Day { Day(number: day.number - days) }
  package static func - (left: Day, right: Day) -> Int { left.number - right.number }

  package func adding(months: Int) -> Day {
    let (year, month, day) = date
    return Day(year: year, month: month + months, day: day)
  }

  package func adding(years: Int) -> Day { adding(months: years * 12) }

  /// Whole years from the day to another.
  package func years(to other: Day) -> Int { months(to: other) / 12 }

  /// Whole months from the day to another.
  package func months(to other: Day) -> Int {
    let (from, to) = (date, other.date)
    let months = (to.year - from.year) * 12 + to.month - from.month
    return to.day < from.day ? months - 1 : months
  }

  /// `2026-11-21`.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// `20261121`, as in identity numbers.
  package var digits: String {
    let (year, month, day) = date
    return padded(year, 4) + padded(month, 2) + padded(day, 2)
  }

  fileprivate var bytes: [UInt8] {
    let (year, month, day) = date
    var bytes: [UInt8] = []
    bytes.reserveCapacity(28)
    bytes.append(digits: year, 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: month, 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: day, 2)
    return bytes
  }
}

/// A minute of a day, in China's one time zone (GB/T 7408.1-2023).
package struct Moment: Hashable, Comparable, Sendable {
  package var minutes: Int

  package init(_ day: Day, hour: Int, minute: Int) {
    minutes = day.number * 1440 + hour * 60 + minute
  }

  private init(minutes: Int) { self.minutes = minutes }

  package var day: Day {
    Day(number: minutes >= 0 ? minutes / 1440 : (minutes - 1439) / 1440)
  }

  package static func < (left: Moment, right: Moment) -> Bool { left.minutes < right.minutes }
  package static func + (moment: Moment, minutes: Int) -> Moment {
    Moment(minutes: moment.minutes + minutes)
  }

  /// `2026-11-21T09:30:00+08:00`.
  package var text: String {
    let day = day
    let minute = minutes - day.number * 1440
    var bytes = day.bytes
    bytes.append(UInt8(ascii: "T"))
    bytes.append(digits: minute / 60, 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: minute % 60, 2)
    bytes.append(contentsOf: ":00+08:00".utf8)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Appends a number with leading zeros.
  fileprivate mutating func append(digits number: Int, _ width: Int) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}

/// A number with leading zeros.
package func padded(_ number: Int, _ width: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}
