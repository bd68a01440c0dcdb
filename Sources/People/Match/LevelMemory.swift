/// Remembers the levels of pairs of values: names and streets recur, and comparing letters is dear.
///
/// One of these belongs to one thread.
final class LevelMemory {
  private let entries: UnsafeMutablePointer<UInt64>
  private let remembers: Bool
  private static let size = 1 << 15
  /// Numbers of values take 28 bits each, the trait four, the level four.
  private static let numberBits: UInt64 = 28
  private static let largestNumber: UInt32 = (1 << 28) - 1

  /// - Parameter remembers: false where so few pairs are compared that nothing recurs.
  init(remembers: Bool = true) {
    self.remembers = remembers
    let count = remembers ? Self.size : 1
    entries = .allocate(capacity: count)
    entries.initialize(repeating: 0, count: count)
  }

  deinit { entries.deallocate() }

  /// The remembered level of two different values, or that of `compare`.
  @inline(__always)
  func level(
    of trait: Trait, _ low: UInt32, _ high: UInt32, _ compare: () -> UInt8
  ) -> UInt8 {
    guard remembers, high <= Self.largestNumber else { return compare() }
    let key =
      (UInt64(low) << Self.numberBits | UInt64(high)) << 4 | UInt64(trait.rawValue)
    let place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 49)
    if entries[place] >> 4 == key { return UInt8(entries[place] & 0x0F) }
    let level = compare()
    entries[place] = key << 4 | UInt64(level)
    return level
  }
}
