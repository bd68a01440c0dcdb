/// Compares packed records, trait by trait, and gives the levels of nearness.
///
/// Symmetric: the order of the two records does not matter. Holds pointers only, so that the inner
/// loop counts no references; they are good while `over` runs.
struct Comparison {
  private let texts: UnsafePointer<Texts>
  let nameTexts: Texts
  let reading: UnsafePointer<UInt32>
  let isHan: UnsafePointer<Bool>
  private let lists: UnsafeBufferPointer<UInt32>

  /// The texts of one lexicon.
  struct Texts {
    let bytes: UnsafeBufferPointer<UInt8>
    let ends: UnsafePointer<UInt32>

    /// The text of a number above 0.
    @inline(__always)
    subscript(number: UInt32) -> UnsafeBufferPointer<UInt8> {
      let start = Int(ends[Int(number) - 1])
      return UnsafeBufferPointer(rebasing: bytes[start..<Int(ends[Int(number)])])
    }
  }

  /// Texts less alike than this are different.
  static let leastLikeness: Float = 0.70

  /// Runs `body` with a comparison of records that use this vocabulary.
  static func over<Result>(_ vocabulary: Vocabulary, _ body: (Comparison) -> Result) -> Result {
    var texts: [Texts] = []
    func next(_ lexicons: ArraySlice<Lexicon>) -> Result {
      guard let lexicon = lexicons.first else {
        return texts.withUnsafeBufferPointer { texts in
          vocabulary.reading.withUnsafeBufferPointer { reading in
            vocabulary.isHan.withUnsafeBufferPointer { isHan in
              vocabulary.lists.withUnsafeBufferPointer { lists in
                guard let texts = texts.baseAddress, let reading = reading.baseAddress,
                  let isHan = isHan.baseAddress
                else { preconditionFailure("a vocabulary has its number 0") }
                return body(
                  Comparison(
                    texts: texts, nameTexts: texts[Trait.surname.rawValue], reading: reading,
                    isHan: isHan, lists: lists))
              }
            }
          }
        }
      }
      return lexicon.bytes.withUnsafeBufferPointer { bytes in
        lexicon.ends.withUnsafeBufferPointer { ends in
          guard let ends = ends.baseAddress else {
            preconditionFailure("a lexicon has its number 0")
          }
          texts.append(Texts(bytes: bytes, ends: ends))
          return next(lexicons.dropFirst())
        }
      }
    }
    return next(vocabulary.lexicons[...])
  }

  typealias Row = UnsafePointer<UInt32>

  /// The levels of all traits of a pair.
  func pattern(_ one: Row, _ other: Row, _ memory: LevelMemory) -> Pattern {
    var pattern = Pattern()
    compareNames(one, other, memory, &pattern)
    pattern.set(.birth, Self.birth(one[Trait.birth.rawValue], other[Trait.birth.rawValue]))
    let (gender, otherGender) = (one[Trait.gender.rawValue], other[Trait.gender.rawValue])
    if gender != 0, otherGender != 0 {
      pattern.set(.gender, gender == otherGender ? Level.exact : Level.different)
    }
    for trait in Self.single {
      let (a, b) = (one[trait.rawValue], other[trait.rawValue])
      guard a != 0, b != 0 else { continue }
      let areUnlike = Self.areUnlike(trait.rawValue, one, other)
      if trait == .nationalNumber, Self.areProven(one, other) {
        // Two numbers whose check digits hold are two numbers, however near.
        pattern.set(trait, a == b ? Level.proven : Level.different)
      } else if areUnlike {
        pattern.set(trait, trait == .nationalNumber ? Level.distant : Level.different)
      } else {
        pattern.set(trait, level(trait, a, b, memory))
      }
    }
    return pattern
  }

  private static let single: [Trait] = [
    .nationalNumber, .card, .phone, .area, .postalCode, .locality, .street, .building,
    .houseNumber, .household, .mother, .father,
  ]

  /// Whether the check digits of both records' national numbers hold.
  @inline(__always)
  static func areProven(_ one: Row, _ other: Row) -> Bool {
    let place = Trait.count + Trait.nationalNumber.rawValue
    return Signature.areProven(one[place], other[place])
  }

  /// Whether the signatures say that two values of a trait differ; if not, they must be read.
  @inline(__always)
  static func areUnlike(_ trait: Int, _ one: Row, _ other: Row) -> Bool {
    guard one[trait] != other[trait], (one[trait] | other[trait]) & Vocabulary.listBit == 0 else {
      return false
    }
    let (a, b) = (one[Trait.count + trait], other[Trait.count + trait])
    switch trait {
    case Trait.gender.rawValue: return true
    case Trait.locality.rawValue, Trait.street.rawValue, Trait.building.rawValue,
      Trait.mother.rawValue, Trait.father.rawValue:
      return !Signature.mayBeAlike(a, b)
    case Trait.nationalNumber.rawValue:
      return Signature.areProven(a, b) || !Signature.mayBeNear(a, b, edits: 2)
    case Trait.card.rawValue:
      return !Signature.saysKind(a, b) && !Signature.mayBeNear(a, b, edits: 2)
    case Trait.postalCode.rawValue, Trait.household.rawValue:
      return !Signature.mayBeNear(a, b, edits: 2)
    case Trait.phone.rawValue, Trait.houseNumber.rawValue:
      return Signature.length(a) == Signature.length(b)
        && !Signature.mayBeNear(a, b, edits: 1)
    default: return false
    }
  }

  /// Whether the signatures say that two parts of names differ.
  @inline(__always)
  static func areUnlikeNames(_ one: Row, _ left: Int, _ other: Row, _ right: Int) -> Bool {
    one[left] != other[right] && one[left] != 0 && other[right] != 0
      && !Signature.mayBeAlike(one[Trait.count + left], other[Trait.count + right])
  }

  /// The level of two known values of one trait; of several values, the nearest two count.
  private func level(_ trait: Trait, _ a: UInt32, _ b: UInt32, _ memory: LevelMemory) -> UInt8 {
    guard (a | b) & Vocabulary.listBit == 0 else {
      var best = Level.unknown
      for one in values(a) {
        for other in values(b) { best = max(best, level(trait, one, other, memory)) }
      }
      return best
    }
    if a == b { return trait == .area ? area(a, b) : Level.exact }
    let (low, high) = (min(a, b), max(a, b))
    return memory.level(of: trait, low, high) { differing(trait, low, high) }
  }

  private func values(_ value: UInt32) -> [UInt32] {
    guard value & Vocabulary.listBit != 0 else { return [value] }
    let place = Int(value & ~Vocabulary.listBit)
    return Array(lists[(place + 1)...(place + Int(lists[place]))])
  }

  /// The level of two values that are not the same.
  private func differing(_ trait: Trait, _ a: UInt32, _ b: UInt32) -> UInt8 {
    let texts = texts[trait.rawValue]
    let (one, other) = (texts[a], texts[b])
    switch trait {
    case .nationalNumber:
      let distance = Spelling.distance(one, other)
      return distance == 1 ? Level.near : distance == 2 ? Level.close : Level.distant
    case .area: return area(a, b)
    case .card: return Self.numbers(one, other)
    case .locality, .street, .building, .mother, .father:
      return Self.words(one, other)
    case .phone:
      if Spelling.distance(one, other) == 1 { return Level.near }
      return Self.endsAlike(one, other) ? Level.close : Level.different
    case .houseNumber:
      guard min(one.count, other.count) > 1 else { return Level.different }
      if Spelling.distance(one, other) == 1 { return Level.near }
      return one.starts(with: other) || other.starts(with: one) ? Level.close : Level.different
    default:
      let distance = Spelling.distance(one, other)
      return distance == 1 ? Level.near : distance == 2 ? Level.close : Level.different
    }
  }

  /// The last digits of a telephone number, without the area code.
  private static let localDigits = 7

  private static func endsAlike(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    one.count != other.count && min(one.count, other.count) >= localDigits
      && one.suffix(localDigits).elementsEqual(other.suffix(localDigits))
  }

  /// Numbers of two kinds say nothing about each other.
  ///
  /// Where the kind is known, near numbers say nothing either: one institution gives them to people
  /// who come together.
  private static func numbers(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> UInt8 {
    let mark = UInt8(ascii: ":")
    let distance = Spelling.distance(one, other)
    guard one.contains(mark) || other.contains(mark) else {
      return distance == 1 ? Level.near : distance == 2 ? Level.close : Level.different
    }
    guard let end = one.firstIndex(of: mark), let otherEnd = other.firstIndex(of: mark),
      one[..<end].elementsEqual(other[..<otherEnd]), distance > 2
    else { return Level.unknown }
    return Level.different
  }

  private static func words(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> UInt8 {
    let likeness = Spelling.jaroWinkler(one, other)
    if likeness >= 0.95 { return Level.near }
    if likeness >= 0.88 { return Level.close }
    if likeness >= 0.80 { return Level.alike }
    return likeness >= leastLikeness ? Level.distant : Level.different
  }

  /// The smallest area that both are in.
  private func area(_ a: UInt32, _ b: UInt32) -> UInt8 {
    let (one, other) = (texts[Trait.area.rawValue][a], texts[Trait.area.rawValue][b])
    func part(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt32 {
      UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
    }
    guard one.count == 12, other.count == 12 else { return Level.unknown }
    let (district, city, province) = (part(one, 2), part(one, 1), part(one, 0))
    if district != 0, district == part(other, 2) { return Level.exact }
    if city != 0, city == part(other, 1) { return Level.near }
    return province != 0 && province == part(other, 0) ? Level.close : Level.different
  }
}
