extension Comparison {
  /// Surname and given name, as they stand or in each other's place, whichever fits better.
  func compareNames(_ one: Row, _ other: Row, _ memory: LevelMemory, _ pattern: inout Pattern) {
    let (surname, given) = (one[Trait.surname.rawValue], one[Trait.given.rawValue])
    let (otherSurname, otherGiven) = (other[Trait.surname.rawValue], other[Trait.given.rawValue])
    let (ofSurname, ofGiven) = (Trait.surname.rawValue, Trait.given.rawValue)
    // Latin names are most often told apart by their signatures.
    func level(_ a: UInt32, _ b: UInt32, _ left: Int, _ right: Int) -> UInt8 {
      Self.areUnlikeNames(one, left, other, right) ? Level.different : nameLevel(a, b, memory)
    }
    let surnames = level(surname, otherSurname, ofSurname, ofSurname)
    let givens = level(given, otherGiven, ofGiven, ofGiven)
    if surnames <= Level.alike, givens <= Level.alike {
      let crossed = level(surname, otherGiven, ofSurname, ofGiven)
      let back = level(given, otherSurname, ofGiven, ofSurname)
      // One of the two may be unknown, not both, and none may differ.
      if crossed != Level.different, back != Level.different, max(crossed, back) >= Level.near,
        crossed == Level.unknown || crossed >= Level.close,
        back == Level.unknown || back >= Level.close
      {
        pattern.set(.surname, Level.swapped)
        return
      }
    }
    pattern.set(.surname, surnames)
    pattern.set(.given, givens)
  }

  /// The level of two parts of names.
  func nameLevel(_ a: UInt32, _ b: UInt32, _ memory: LevelMemory) -> UInt8 {
    guard a != 0, b != 0 else { return Level.unknown }
    guard a != b else { return Level.exact }
    let (low, high) = (min(a, b), max(a, b))
    return memory.level(of: .surname, low, high) { differingNames(low, high) }
  }

  private func differingNames(_ a: UInt32, _ b: UInt32) -> UInt8 {
    if reading[Int(a)] == reading[Int(b)] { return Level.sameReading }
    let (one, other) = (nameTexts[a], nameTexts[b])
    switch (isHan[Int(a)], isHan[Int(b)]) {
    case (false, false): return Self.latin(one, other)
    case (true, true): return Self.han(one.scalars, other.scalars)
    case (true, false): return Self.mixed(han: one, latin: other)
    case (false, true): return Self.mixed(han: other, latin: one)
    }
  }

  private static func latin(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> UInt8 {
    let likeness = Spelling.jaroWinkler(one, other)
    if likeness >= 0.92 { return Level.near }
    if likeness >= 0.88 { return Level.close }
    if likeness >= 0.80 { return Level.alike }
    return likeness >= leastLikeness ? Level.distant : Level.different
  }

  /// Characters: all read alike, heard alike, all but one the same, or one of several the same.
  private static func han(_ one: [UInt32], _ other: [UInt32]) -> UInt8 {
    let table = HanReading.shared
    guard one.count == other.count else {
      let (short, long) = one.count < other.count ? (one, other) : (other, one)
      return short.allSatisfy(long.contains) ? Level.alike : Level.different
    }
    let pairs = zip(one, other)
    if pairs.allSatisfy({ $0 == $1 || table.sharesReading($0, $1) }) { return Level.sameReading }
    if pairs.allSatisfy({ $0 == $1 || table.soundsAlike($0, $1) }) { return Level.near }
    if one.count > 1, one.sorted() == other.sorted() { return Level.near }
    let same = pairs.count { $0 == $1 }
    if same * 2 > one.count { return Level.close }
    return same > 0 ? Level.alike : Level.different
  }

  private static func mixed(
    han: UnsafeBufferPointer<UInt8>, latin: UnsafeBufferPointer<UInt8>
  ) -> UInt8 {
    let table = HanReading.shared
    let scalars = han.scalars
    let letters = Array(latin)
    if table.reads(scalars[...], as: letters[...]) { return Level.sameReading }
    let initials = scalars.map { scalar in
      table.numbers(of: scalar).first.flatMap { table.syllables[Int($0)].first } ?? 0
    }
    if initials == letters { return Level.close }
    let reading = scalars.flatMap { scalar in
      table.numbers(of: scalar).first.map { table.syllables[Int($0)] } ?? []
    }
    let likeness = reading.withUnsafeBufferPointer { Spelling.jaroWinkler($0, latin) }
    return likeness >= 0.92 ? Level.near : likeness >= 0.80 ? Level.alike : Level.different
  }
}

extension HanReading {
  /// Whether many speakers hear no difference: zh and z, ch and c, sh and s, -ng and -n, l and n.
  func soundsAlike(_ one: UInt32, _ other: UInt32) -> Bool {
    numbers(of: one).contains { left in
      numbers(of: other).contains { right in
        Self.blurred(syllables[Int(left)]) == Self.blurred(syllables[Int(right)])
      }
    }
  }

  private static func blurred(_ syllable: [UInt8]) -> [UInt8] {
    var letters = syllable
    if letters.count > 2, letters[1] == UInt8(ascii: "h") { letters.remove(at: 1) }
    if letters.first == UInt8(ascii: "n") { letters[0] = UInt8(ascii: "l") }
    if letters.count > 2, letters.last == UInt8(ascii: "g") { letters.removeLast() }
    return letters
  }
}

extension Comparison {
  /// The level of two birth dates, 0 for one that is not known.
  static func birth(_ a: UInt32, _ b: UInt32) -> UInt8 {
    guard a != 0, b != 0 else { return Level.unknown }
    guard a != b else { return Level.exact }
    let (one, other) = (BirthDate(digits: a), BirthDate(digits: b))
    if one.day == 0 || other.day == 0 {
      guard one.year == other.year else { return Level.different }
      return one.month == 0 || other.month == 0 || one.month == other.month
        ? Level.close : Level.different
    }
    if one.unordered == other.unordered { return Level.swapped }
    let differing = Spelling.distance(ofDates: a, b)
    if differing == 1 { return Level.near }
    if one.exists, other.exists, abs(one.ordinal - other.ordinal) <= 1 { return Level.near }
    if a % 10_000 == b % 10_000 { return Level.close }
    if LunarCalendar.shared.slips(one, other) { return Level.lunar }
    if differing == 2 { return Level.alike }
    return one.year == other.year || one.month == other.month && one.day == other.day
      ? Level.distant : Level.different
  }
}
