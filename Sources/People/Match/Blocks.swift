import Dispatch
import Synchronization

/// The groups of records that share a key, as far as they are small enough to be compared in pairs.
///
/// Never quadratic: the size up to which groups are compared is chosen so that the pairs of all
/// groups stay within a number per record. What a large group misses, a rarer key of the same
/// records finds.
struct Blocks: Sendable {
  /// Keys of a record by which its pairs are known to have met: 0 for those of groups too large.
  private var met: [SIMD16<UInt32>] = []
  /// Vectors of `met` a record, and in which lane of them a key is.
  private var vectors = 1
  private var lane = [Int](repeating: -1, count: BlockingKey.count)
  /// By key: the records of all its groups, one group after another.
  private(set) var members: [[UInt32]]
  /// By key: where each group ends in `members`.
  private(set) var ends: [[UInt32]]
  /// The pairs of all groups; a pair that shares several keys counts several times.
  private(set) var pairCount = 0
  private(set) var largestGroup = 0

  /// So many pairs a record are compared at most, and so many at least where records are few.
  static let pairsPerRecord = 8
  static let pairsOfFewRecords = 3_000_000
  static let groupLimit = 1_000

  init(_ packing: Packing) {
    var keys = Self.keys(packing)
    members = [[UInt32]](repeating: [], count: BlockingKey.count)
    ends = members
    var groups = [Groups](repeating: Groups(), count: BlockingKey.count)
    let count = packing.count
    keys.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let keys = buffer
      groups.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let groups = buffer
        DispatchQueue.concurrentPerform(iterations: BlockingKey.count) { place in
          guard let key = BlockingKey(rawValue: place), key.first == nil else { return }
          groups[place] = Groups(Self.sorted(key, UnsafeBufferPointer(keys), count), keys, key)
        }
      }
      largestGroup = Self.limit(groups, count)
      for place in groups.indices { groups[place].keep(upTo: largestGroup, keys) }
    }
    for (place, group) in groups.enumerated() {
      members[place] = group.members
      ends[place] = group.ends
      pairCount += group.pairCount
    }
    gather(keys, count)
  }

  /// Puts the keys that bring anybody together side by side.
  private mutating func gather(_ keys: [UInt32], _ count: Int) {
    let used = ends.indices.filter { !ends[$0].isEmpty }
    for (place, key) in used.enumerated() { lane[key] = place }
    let width = max(1, (used.count + Self.lanes - 1) / Self.lanes)
    vectors = width
    met = [SIMD16<UInt32>](unsafeUninitializedCapacity: count * width) { buffer, written in
      nonisolated(unsafe) let met = buffer
      keys.withUnsafeBufferPointer { keys in
        nonisolated(unsafe) let keys = keys
        Slices(of: count).forEachAtOnce { range in
          for place in range.lowerBound * width..<range.upperBound * width {
            met.initializeElement(at: place, to: SIMD16<UInt32>())
          }
          for (place, key) in used.enumerated() {
            for record in range {
              met[record * width + place / Self.lanes][place % Self.lanes] =
                keys[record * BlockingKey.count + key]
            }
          }
        }
      }
      written = count * width
    }
  }

  private static let lanes = 16

  /// Which records have met under an earlier key.
  private struct Meetings {
    let met: UnsafeBufferPointer<SIMD16<UInt32>>
    let vectors: Int
    /// The vectors whose keys are all earlier, and which keys of the next one are.
    let whole: Int
    let earlier: SIMDMask<SIMD16<Int32>>

    @inline(__always)
    func contains(_ one: UInt32, _ other: UInt32) -> Bool {
      let (a, b) = (Int(one) * vectors, Int(other) * vectors)
      for vector in 0..<whole where any(same(met[a + vector], met[b + vector])) { return true }
      return any(same(met[a + whole], met[b + whole]) .& earlier)
    }

    @inline(__always)
    private func same(
      _ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>
    ) -> SIMDMask<SIMD16<Int32>> {
      (a .== b) .& (a .!= SIMD16<UInt32>())
    }
  }

  private func meetings(
    before key: Int, _ met: UnsafeBufferPointer<SIMD16<UInt32>>
  ) -> Meetings {
    var earlier = SIMDMask<SIMD16<Int32>>(repeating: false)
    for place in 0..<lane[key] % Self.lanes { earlier[place] = true }
    return Meetings(
      met: met, vectors: vectors, whole: lane[key] / Self.lanes, earlier: earlier)
  }

  static func keys(_ packing: Packing) -> [UInt32] {
    let count = packing.count
    let vocabulary = packing.vocabulary
    return [UInt32](unsafeUninitializedCapacity: count * BlockingKey.count) { buffer, written in
      nonisolated(unsafe) let keys = buffer
      packing.rows.withUnsafeBufferPointer { rows in
        nonisolated(unsafe) let rows = rows
        Slices(of: count).forEachAtOnce { range in
          for record in range {
            guard let row = rows.baseAddress, let base = keys.baseAddress else { return }
            BlockingKey.write(
              row + record * Packing.width, vocabulary, to: base + record * BlockingKey.count)
          }
        }
      }
      written = count * BlockingKey.count
    }
  }

  /// Key and record in one number, in the order of the keys.
  static func sorted(
    _ key: BlockingKey, _ keys: UnsafeBufferPointer<UInt32>, _ count: Int
  ) -> [UInt64] {
    var entries: [UInt64] = []
    for slot in key.slots {
      for record in 0..<count {
        let hash = keys[record * BlockingKey.count + slot]
        if hash != 0 { entries.append(UInt64(hash) << 32 | UInt64(record)) }
      }
    }
    Radix.sort(&entries)
    return entries
  }

  /// The largest size of group for which all pairs stay within bounds.
  private static func limit(_ groups: [Groups], _ count: Int) -> Int {
    var sizes = [Int](repeating: 0, count: groupLimit + 1)
    for group in groups { group.forEachSize { sizes[$0] += 1 } }
    let bound = max(pairsOfFewRecords, count * pairsPerRecord)
    var pairs = 0
    for size in 2...groupLimit {
      pairs += sizes[size] * (size * (size - 1) / 2)
      // Groups of two and three are the pairs that are looked for; they are few in any case.
      if pairs > bound, size > 3 { return size - 1 }
    }
    return groupLimit
  }

  /// Calls `body` with each pair of records that share a key, once for their first common key.
  ///
  /// - Parameter takes: whether the pairs of a record with those behind it are wanted.
  @inline(__always)
  func forEachPair(
    of key: Int, groups: Range<Int>, where takes: (UInt32) -> Bool,
    _ body: (UInt32, UInt32) -> Void
  ) {
    members[key].withUnsafeBufferPointer { members in
      ends[key].withUnsafeBufferPointer { ends in
        met.withUnsafeBufferPointer { met in
          let meetings = meetings(before: key, met)
          for group in groups {
            let start = group == 0 ? 0 : Int(ends[group - 1])
            let end = Int(ends[group])
            for left in start..<end where takes(members[left]) {
              let one = members[left]
              for right in (left + 1)..<end {
                let other = members[right]
                if one != other, !meetings.contains(one, other) {
                  body(one, other)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Parts of the work: a key and some of its groups, with about as many pairs each.
  func portions(pairs wanted: Int = 1 << 16) -> [(key: Int, groups: Range<Int>)] {
    var portions: [(key: Int, groups: Range<Int>)] = []
    for key in 0..<BlockingKey.count {
      var (first, pairs, start) = (0, 0, 0)
      for (group, end) in ends[key].enumerated() {
        let size = Int(end) - start
        start = Int(end)
        pairs += size * (size - 1) / 2
        if pairs >= wanted {
          portions.append((key, first..<group + 1))
          (first, pairs) = (group + 1, 0)
        }
      }
      if first < ends[key].count { portions.append((key, first..<ends[key].count)) }
    }
    return portions
  }
}

/// Equal parts of a range of records, one for each core.
struct Slices: Sendable {
  let count: Int
  static let cores = max(1, min(64, Cores.active))

  init(of count: Int) { self.count = count }

  /// Runs the parts at once.
  func forEachAtOnce(_ body: @Sendable (Range<Int>) -> Void) {
    let parts = Self.cores * 4
    let count = count
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      body(count * part / parts..<count * (part + 1) / parts)
    }
  }
}

/// Sorting by the upper 32 bits, stable, in time proportional to the number.
enum Radix {
  private static let bits: UInt64 = 11

  static func sort(_ entries: inout [UInt64]) {
    var other = [UInt64](repeating: 0, count: entries.count)
    for pass in 0..<3 {
      let shift = 32 + UInt64(pass) * bits
      var starts = [Int](repeating: 0, count: (1 << Int(bits)) + 1)
      entries.withUnsafeBufferPointer { from in
        other.withUnsafeMutableBufferPointer { to in
          starts.withUnsafeMutableBufferPointer { starts in
            let mask = (UInt64(1) << bits) - 1
            for entry in from { starts[Int(entry >> shift & mask) + 1] += 1 }
            for place in 1..<starts.count { starts[place] += starts[place - 1] }
            for entry in from {
              let digit = Int(entry >> shift & mask)
              to[starts[digit]] = entry
              starts[digit] += 1
            }
          }
        }
      }
      swap(&entries, &other)
    }
  }
}
