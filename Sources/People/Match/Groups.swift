/// The records that share a value of one key, group after group.
struct Groups: Sendable {
  private(set) var members: [UInt32] = []
  /// Where each group ends in `members`.
  private(set) var ends: [UInt32] = []
  private var hashes: [UInt32] = []
  private var slots: [Int] = []

  init() {}

  /// Gathers entries that are in order; the keys of groups too large are put to 0.
  init(_ entries: [UInt64], _ keys: UnsafeMutableBufferPointer<UInt32>, _ key: BlockingKey) {
    slots = key.slots
    var start = 0
    while start < entries.count {
      let hash = entries[start] >> 32
      var end = start + 1
      while end < entries.count, entries[end] >> 32 == hash { end += 1 }
      let records = entries[start..<end].lazy.map { UInt32(truncatingIfNeeded: $0) }
      if end - start > Blocks.groupLimit {
        Self.clear(records, UInt32(truncatingIfNeeded: hash), slots, keys)
      } else if end - start > 1 {
        members.append(contentsOf: records)
        ends.append(UInt32(members.count))
        hashes.append(UInt32(truncatingIfNeeded: hash))
      }
      start = end
    }
  }

  private static func clear(
    _ records: some Sequence<UInt32>, _ hash: UInt32, _ slots: [Int],
    _ keys: UnsafeMutableBufferPointer<UInt32>
  ) {
    for record in records {
      for slot in slots where keys[Int(record) * BlockingKey.count + slot] == hash {
        keys[Int(record) * BlockingKey.count + slot] = 0
      }
    }
  }

  func forEachSize(_ body: (Int) -> Void) {
    var start = 0
    for end in ends {
      body(Int(end) - start)
      start = Int(end)
    }
  }

  var pairCount: Int {
    var pairs = 0
    forEachSize { pairs += $0 * ($0 - 1) / 2 }
    return pairs
  }

  /// Leaves out the groups of more records.
  mutating func keep(upTo largest: Int, _ keys: UnsafeMutableBufferPointer<UInt32>) {
    var (kept, keptEnds): ([UInt32], [UInt32]) = ([], [])
    var start = 0
    for (group, end) in ends.enumerated() {
      let records = members[start..<Int(end)]
      start = Int(end)
      if records.count > largest {
        Self.clear(records, hashes[group], slots, keys)
      } else {
        kept += records
        keptEnds.append(UInt32(kept.count))
      }
    }
    (members, ends, hashes) = (kept, keptEnds, [])
  }
}
