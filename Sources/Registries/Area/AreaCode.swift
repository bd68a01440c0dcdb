package import FHIR

/// The code of a division of the country, at most twelve digits.
///
/// Province 2, prefecture 2, county 2 (GB/T 2260), township 3 (GB/T 10114), village 3 (统计用区划代码).
package struct AreaCode: Hashable, Sendable, CustomStringConvertible {
  /// How far down a code reaches.
  package enum Level: Int, Comparable, Sendable, CaseIterable {
    case province, prefecture, county, township, village

    /// The digits that a code of the level has.
    package var digits: Int { [2, 4, 6, 9, 12][rawValue] }

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  package static let digits = 12

  /// The digits down to the level, without zeros behind.
  package let text: String
  package let level: Level

  /// Reads 2, 4, 6, 9 or 12 digits, full-width ones too; zeros behind a level are left out.
  package init(_ typed: String) throws(Anomaly) {
    let plain = PersonEntry.plain(typed).filter { $0 != " " }
    guard plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      Level.allCases.contains(where: { $0.digits == plain.utf8.count })
    else {
      throw .incorrect(
        "A code of a division has 2, 4, 6, 9 or 12 digits, not '\(typed)'",
        chinese: "行政区划代码为2、4、6、9或12位数字，而不是“\(typed)”", code: .value)
    }
    guard AreaEditions.names[String(plain.prefix(2))] != nil else {
      throw .incorrect(
        "\(plain.prefix(2)) is no province", chinese: "前两位\(plain.prefix(2))不是省级代码",
        code: .value)
    }
    var level = Level.allCases.first { $0.digits == plain.utf8.count } ?? .province
    while level > .province, let above = Level(rawValue: level.rawValue - 1),
      plain.prefix(level.digits).dropFirst(above.digits).allSatisfy({ $0 == "0" })
    {
      level = above
    }
    text = String(plain.prefix(level.digits))
    self.level = level
  }

  /// The code in twelve digits, zeros behind its level.
  package var padded: String {
    text + String(repeating: "0", count: max(0, Self.digits - text.utf8.count))
  }

  /// The part of the code down to a level; nil when it does not reach so far.
  package subscript(level: Level) -> String? {
    self.level < level ? nil : String(text.prefix(level.digits))
  }

  /// Whether the other lies within this division or is it.
  package func contains(_ other: AreaCode) -> Bool { other.text.hasPrefix(text) }

  package var description: String { padded }
}
