/// A birth date as it was sent, packed into one integer: 8 decimal digits, unknown parts zero.
///
/// A date that cannot be, such as 1945-92-31, is kept as digits: a slip of the pen is still near
/// the true date, and is compared by its digits.
struct BirthDate: Hashable, Sendable {
  /// `yyyymmdd`; 0 when nothing is known.
  let digits: UInt32

  init(digits: UInt32) { self.digits = digits }

  var year: Int { Int(digits / 10_000) }
  var month: Int { Int(digits / 100 % 100) }
  var day: Int { Int(digits % 100) }

  /// Whether there is such a day.
  var exists: Bool { Self.exists(year: year, month: month, day: day) }

  /// Years before this and after are taken for a slip.
  static let firstYear = 1850
  static let lastYear = 2150

  static func exists(year: Int, month: Int, day: Int) -> Bool {
    (firstYear...lastYear).contains(year) && (1...12).contains(month) && day >= 1
      && day <= days(inMonth: month, of: year)
  }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Reads `1975-03-03`, `19750303`, `1975/3/3`, `1975年3月3日`, `1975-03` and `1975`.
  ///
  /// - Parameter text: folded bytes, so that digits are ASCII.
  init?(folded text: [UInt8]) {
    var parts: [UInt32] = []
    var lengths: [Int] = []
    var isInside = false
    for byte in text {
      // A time of day that follows is no part of the date.
      if byte == UInt8(ascii: "t") || byte == UInt8(ascii: ":") { break }
      guard byte >= 0x30, byte <= 0x39 else {
        isInside = false
        continue
      }
      if !isInside {
        parts.append(0)
        lengths.append(0)
        isInside = true
      }
      guard lengths[lengths.count - 1] < 8 else { return nil }
      parts[parts.count - 1] = parts[parts.count - 1] * 10 + UInt32(byte & 0x0F)
      lengths[lengths.count - 1] += 1
    }
    switch (parts.count, lengths.first ?? 0) {
    case (1, 8): digits = parts[0]
    case (1, 6): digits = parts[0] * 100
    case (1, 4): digits = parts[0] * 10_000
    case (2, 4) where parts[1] < 100: digits = parts[0] * 10_000 + parts[1] * 100
    case (3..., 4) where parts[1] < 100 && parts[2] < 100:
      digits = parts[0] * 10_000 + parts[1] * 100 + parts[2]
    default: return nil
    }
    if digits == 0 { return nil }
  }

  /// Month and day in order of size, so that both ways of writing them give the same.
  var unordered: UInt32 {
    let (low, high) = (min(month, day), max(month, day))
    return digits / 10_000 * 10_000 + UInt32(low * 100 + high)
  }

  /// Days since a fixed day, for the days that exist.
  /// <https://howardhinnant.github.io/date_algorithms.html>
  var ordinal: Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  }
}
