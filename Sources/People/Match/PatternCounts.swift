/// Counts how many pairs have each pattern of levels.
struct PatternCounts: Sendable {
  /// Open addressing; a free slot has no count.
  private var keys = [UInt64](repeating: 0, count: 1 << 12)
  private var counts = [UInt32](repeating: 0, count: 1 << 12)
  private var used = 0

  @inline(__always)
  mutating func add(_ pattern: Pattern, _ count: UInt32 = 1) {
    var slot = Int(truncatingIfNeeded: Hashing.mix(pattern.bits)) & (keys.count - 1)
    while counts[slot] != 0, keys[slot] != pattern.bits { slot = (slot + 1) & (keys.count - 1) }
    if counts[slot] == 0 {
      keys[slot] = pattern.bits
      used += 1
    }
    counts[slot] &+= count
    if used * 2 > keys.count { grow() }
  }

  private mutating func grow() {
    let (oldKeys, oldCounts) = (keys, counts)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 4)
    counts = [UInt32](repeating: 0, count: oldKeys.count * 4)
    used = 0
    for slot in oldKeys.indices where oldCounts[slot] != 0 {
      add(Pattern(bits: oldKeys[slot]), oldCounts[slot])
    }
  }

  mutating func add(_ other: PatternCounts) {
    for slot in other.keys.indices where other.counts[slot] != 0 {
      add(Pattern(bits: other.keys[slot]), other.counts[slot])
    }
  }

  /// All patterns in a fixed order, whatever order they were counted in.
  var tally: Learning.Tally {
    keys.indices.filter { counts[$0] != 0 }
      .map { (Pattern(bits: keys[$0]), Double(counts[$0])) }
      .sorted { $0.0.bits < $1.0.bits }
  }
}
