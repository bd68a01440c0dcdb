/// The distinct values of every trait, by number.
struct Vocabulary: Sendable {
  /// One lexicon per trait; given names are in that of surnames, since the two are swapped.
  var lexicons = [Lexicon](repeating: Lexicon(), count: Trait.count)
  /// Names of places; an area is three of their numbers.
  var places = Lexicon()
  /// Readings of names; `reading[n]` is the number of name n's.
  var readings = Lexicon()
  private(set) var reading: [UInt32] = [0]
  /// Whether a name has Han characters.
  private(set) var isHan: [Bool] = [false]
  /// Further values of records that have several: a count, then the values.
  var lists: [UInt32] = []

  /// Marks a value as the place of a list.
  static let listBit: UInt32 = 0x8000_0000

  subscript(trait: Trait) -> Lexicon {
    _read { yield lexicons[trait.rawValue] }
    _modify { yield &lexicons[trait.rawValue] }
  }

  /// The number of a name that stands in the place of a surname or of a given name.
  mutating func name(_ folded: [UInt8], isSurname: Bool) -> UInt32 {
    let number = self[.surname].intern(folded)
    guard Int(number) == reading.count else { return number }
    let scalars = folded.withUnsafeBufferPointer { $0.scalars }
    let hasHan = scalars.contains { $0 >= 0x3400 }
    isHan.append(hasHan)
    reading.append(
      readings.intern(hasHan ? Self.read(scalars, isSurname: isSurname) : Self.plain(folded)))
    return number
  }

  /// The first readings of all characters; a surname by its reading as one.
  private static func read(_ scalars: [UInt32], isSurname: Bool) -> [UInt8] {
    let table = HanReading.shared
    if isSurname, let reading = table.surname(scalars) { return reading }
    var letters: [UInt8] = []
    for scalar in scalars {
      if let number = table.numbers(of: scalar).first {
        letters += table.syllables[Int(number)]
      } else if let scalar = Unicode.Scalar(scalar) {
        letters += Array(String(scalar).utf8)
      }
    }
    return letters
  }

  /// Pinyin as on passports (lyu, nyu) in the form of the table.
  private static func plain(_ folded: [UInt8]) -> [UInt8] {
    guard folded.count >= 3, folded[1] == UInt8(ascii: "y"), folded[2] == UInt8(ascii: "u"),
      folded[0] == UInt8(ascii: "l") || folded[0] == UInt8(ascii: "n")
    else { return folded }
    return [folded[0], UInt8(ascii: "v")] + folded[3...]
  }

  /// Takes the values of some traits, which must not have any here yet.
  mutating func adopt(_ other: Vocabulary, _ traits: [Trait]) {
    for trait in traits { lexicons[trait.rawValue] = other.lexicons[trait.rawValue] }
    (places, lists) = (other.places, other.lists)
  }

  /// How much there was at one time, to go back to it.
  struct Mark: Sendable {
    fileprivate var counts: [Int]
    fileprivate var places: Int
    fileprivate var readings: Int
    fileprivate var lists: Int
  }

  var mark: Mark {
    Mark(
      counts: lexicons.map(\.count), places: places.count, readings: readings.count,
      lists: lists.count)
  }

  /// Forgets all values that came after the mark.
  mutating func forget(after mark: Mark) {
    for (place, count) in mark.counts.enumerated() { lexicons[place].forget(downTo: count) }
    places.forget(downTo: mark.places)
    readings.forget(downTo: mark.readings)
    reading.removeLast(reading.count - self[.surname].count)
    isHan.removeLast(isHan.count - self[.surname].count)
    lists.removeLast(lists.count - mark.lists)
  }
}
