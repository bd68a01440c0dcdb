import FHIR

/// A day of the Gregorian calendar as registers write it, in China's one time zone.
package struct CivilDay: Hashable, Comparable, Sendable {
  /// China's time is eight hours east of UTC, GB/T 7408.1-2023.
  static let zoneInMinutes = 480

  package let year: Int
  package let month: Int
  package let day: Int

  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      (1...Calendar.daysInMonth(year, month)).contains(day)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day of an instant in China, milliseconds since 1970 UTC.
  package init(milliseconds: Int64) {
    self.init(PartialDate(milliseconds: milliseconds, offsetInMinutes: Self.zoneInMinutes))
  }

  /// The day of a FHIR date or dateTime; nil where no day is told.
  package init?(fhir text: String?) {
    guard let text, let date = PartialDate(text, as: .dateTime), date.precision >= .day else {
      return nil
    }
    guard date.precision >= .hour else {
      self.init(date)
      return
    }
    self.init(milliseconds: date.start(defaultOffsetInMinutes: Self.zoneInMinutes))
  }

  private init(_ date: PartialDate) {
    year = date.year
    month = date.month
    day = date.day
  }

  /// A day as people type it: `20261121`, `2026-11-21`, `2026年11月21日`, full-width digits as well.
  package init?(typed text: String) {
    var numbers: [Int] = []
    var lengths: [Int] = []
    var isWithin = false
    for character in text {
      if let digit = character.decimalDigit {
        if !isWithin {
          numbers.append(0)
          lengths.append(0)
        }
        isWithin = true
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + digit
        lengths[lengths.count - 1] += 1
        guard lengths[lengths.count - 1] <= 8 else { return nil }
      } else if "-/.年月日－．／ 　".contains(character) {
        isWithin = false
      } else {
        return nil
      }
    }
    if lengths == [8] {
      self.init(year: numbers[0] / 10_000, month: numbers[0] / 100 % 100, day: numbers[0] % 100)
    } else if lengths.count == 3, lengths[0] == 4 {
      self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    } else {
      return nil
    }
  }

  /// Days since 1970-01-01.
  package var number: Int { Calendar.day(year, month, day) }

  /// `2026-11-21`.
  package var text: String {
    PartialDate(year: year, month: month, day: day, precision: .day).description
  }

  package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

  /// So many days later.
  package func adding(days: Int) -> CivilDay {
    let limited = min(max(number &+ days, Calendar.day(1, 1, 1)), Calendar.day(9999, 12, 31))
    let date = Calendar.date(ofDay: limited)
    return CivilDay(
      PartialDate(year: date.year, month: date.month, day: date.day, precision: .day))
  }

  /// Whole years from this day to a later one.
  package func years(to other: CivilDay) -> Int {
    let years = other.year - year
    return (other.month, other.day) < (month, day) ? years - 1 : years
  }
}

extension Character {
  /// The digit, narrow or full-width.
  var decimalDigit: Int? {
    guard let scalar = unicodeScalars.first, unicodeScalars.count == 1 else { return nil }
    switch scalar.value {
    case 0x30...0x39: return Int(scalar.value) - 0x30
    case 0xFF10...0xFF19: return Int(scalar.value) - 0xFF10
    default: return nil
    }
  }
}
