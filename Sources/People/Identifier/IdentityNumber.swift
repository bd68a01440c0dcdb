/// A citizen identity number (公民身份号码) by GB 11643-1999: area, birth date, sequence, check digit.
///
/// A number of 15 digits, as issued until 1999, is brought to 18: the century 19 is put before the
/// year and the check digit behind.
package struct IdentityNumber: Hashable, Sendable {
  /// The 18 characters, `X` in capital.
  package let text: String

  /// Why a text is no identity number.
  package enum Defect: String, Sendable {
    case length, character, province, birthDate, checkDigit
  }

  static let digits = 18
  static let digitsUntil1999 = 15
  private static let weights: [Int] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  private static let checks = Array("10X98765432".utf8)
  /// First two digits by GB/T 2260: provinces, Taiwan, Hong Kong, Macao, residence permits.
  private static let provinces: Set<Int> = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91,
  ]

  /// Reads a number as people write it; full-width digits and spaces are tolerated.
  package init(_ text: String) throws(IdentityNumberError) {
    var folded: [UInt8] = []
    Array(text.utf8).withUnsafeBufferPointer { Folding.code($0, into: &folded) }
    if let defect = Self.complete(&folded) { throw IdentityNumberError(defect: defect) }
    self.text = String(decoding: folded, as: UTF8.self).uppercased()
  }

  /// 8 digits, as they stand in the number.
  package var birthDate: String { String(text.dropFirst(6).prefix(8)) }

  /// The sex that the sequence says: odd for men.
  package var isMale: Bool { (text.utf8.dropFirst(16).first ?? 0) & 1 == 1 }

  /// The 6 digits of the county where it was issued, by the edition of that time.
  package var area: String { String(text.prefix(6)) }

  /// Brings 15 digits to 18 in place and says what is wrong, nil when nothing is.
  static func complete(_ bytes: inout [UInt8]) -> Defect? {
    if bytes.count == digitsUntil1999, bytes.allSatisfy(isDigit) {
      bytes.insert(contentsOf: [UInt8(ascii: "1"), UInt8(ascii: "9")], at: 6)
      bytes.append(check(bytes) | 0x20)
    }
    guard bytes.count == digits else { return .length }
    guard bytes.dropLast().allSatisfy(isDigit) else { return .character }
    guard provinces.contains(number(bytes[0..<2])) else { return .province }
    let date = number(bytes[6..<14])
    guard BirthDate.exists(year: date / 10_000, month: date / 100 % 100, day: date % 100) else {
      return .birthDate
    }
    return check(bytes) | 0x20 == bytes[17] | 0x20 ? nil : .checkDigit
  }

  /// The check character of the first 17 digits: ISO 7064 MOD 11-2.
  private static func check(_ bytes: [UInt8]) -> UInt8 {
    var sum = 0
    for (byte, weight) in zip(bytes, weights) { sum += Int(byte & 0x0F) * weight }
    return checks[sum % checks.count]
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
  }
}

/// A text that is no identity number, and why.
package struct IdentityNumberError: Error, Hashable, Sendable {
  package let defect: IdentityNumber.Defect
}
