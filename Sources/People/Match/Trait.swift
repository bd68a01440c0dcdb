/// What two records are compared by; each is one column of the packed records.
enum Trait: Int, CaseIterable, Sendable {
  case surname, given, birth, gender, nationalNumber, card, phone, area
  case postalCode, locality, street, building, houseNumber, household, mother, father

  static let count = allCases.count
}

/// How near two values are, from 0 (one is not known) and 1 (they differ) upwards.
///
/// The numbers are shared by all traits so that a pattern of levels fits in 64 bits; each trait
/// uses some of them, and what each is worth is learnt per trait.
enum Level {
  static let unknown: UInt8 = 0
  static let different: UInt8 = 1
  static let distant: UInt8 = 2
  static let alike: UInt8 = 3
  static let close: UInt8 = 4
  static let near: UInt8 = 5
  static let exact: UInt8 = 6
  /// An exact value whose check digit holds too.
  static let proven: UInt8 = 7
  /// Another character or spelling of the same reading.
  static let sameReading: UInt8 = 8
  /// Surname and given name, or month and day, in each other's place.
  static let swapped: UInt8 = 9
  /// A day of the Chinese calendar written as if of the Gregorian one.
  static let lunar: UInt8 = 10

  static let count = 16
  static let bits = 4
}

/// The levels of all traits of one pair, four bits each.
struct Pattern: Hashable, Sendable {
  var bits: UInt64 = 0

  @inline(__always)
  mutating func set(_ trait: Trait, _ level: UInt8) {
    bits |= UInt64(level) << UInt64(trait.rawValue * Level.bits)
  }

  @inline(__always)
  subscript(trait: Trait) -> UInt8 { self[trait.rawValue] }

  @inline(__always)
  subscript(place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: bits >> UInt64(place * Level.bits)) & 0x0F
  }
}
