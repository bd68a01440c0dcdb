/// A citizen's identity number by GB 11643-1999 that can be no real person's.
///
/// Six digits of division, eight of birth, three of sequence (odd for men), one check digit by
/// ISO 7064 MOD 11-2. The division always ends in `9999`: GB/T 2260 has never numbered a
/// prefecture 99, so no office could issue it.
package struct IdentityNumber: Hashable, Sendable {
  /// The eighteen characters.
  package let text: String

  /// - Parameter sequence: 0 … 499, unique among persons of one division, birthday and sex.
  package init(province: String, birth: Day, sex: Sex, sequence: Int) {
    let serial = sequence % 500 * 2 + (sex == .male ? 1 : 0)
    let body = province + Self.fictitiousDivision + birth.digits + padded(serial, 3)
    text = body + Self.check(body)
  }

  /// What follows the province in every division of the district's numbers.
  package static let fictitiousDivision = "9999"

  /// The number of fifteen digits that was issued until 1999, without century and check digit.
  package var old: String {
    let characters = Array(text)
    return String(characters[0..<6] + characters[8..<17])
  }

  /// The check character of seventeen digits.
  package static func check(_ body: String) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    var sum = 0
    for (digit, weight) in zip(body.utf8, weights) { sum += Int(digit &- 48) * weight }
    let characters = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"]
    return characters[sum % 11]
  }
}

/// Sex as registered, GB/T 2261.1.
package enum Sex: Hashable, Sendable {
  case male, female

  /// <https://hl7.org/fhir/R4/valueset-administrative-gender.html>
  package var gender: String { self == .male ? "male" : "female" }
}

/// Hands out sequences so that no two persons of the district share an identity number.
///
/// It counts per birthday and sex, some hundred thousand bytes however large the district is.
package struct Registry: Sendable {
  private static let first = Day(year: 1900, month: 1, day: 1)
  private static let days = 150 * 366
  private var counts = [UInt16](repeating: 0, count: days * 2)

  package init() {}

  /// The next number of the birthday; the sequences are spread so that they do not count up.
  package mutating func number(province: String, birth: Day, sex: Sex) -> IdentityNumber {
    let day = min(max(birth - Self.first, 0), Self.days - 1)
    let place = day * 2 + (sex == .male ? 1 : 0)
    let count = Int(counts[place])
    counts[place] &+= 1
    let start = day * 61
    return IdentityNumber(
      province: province, birth: birth, sex: sex, sequence: (start + count * 137) % 500)
  }
}
