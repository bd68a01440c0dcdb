/// Which records have a key: sorted by key, so that a key's records lie together.
struct Postings: Sendable {
  /// By blocking key: hashes in order, and the record of each.
  private var hashes: [[UInt32]]
  private var records: [[UInt32]]
  private var newer: [UInt64: [UInt32]] = [:]
  private var newerCount = 0

  init(_ packing: Packing) {
    let keys = Blocks.keys(packing)
    (hashes, records) = ([], [])
    keys.withUnsafeBufferPointer { keys in
      for key in BlockingKey.allCases {
        let entries = key.first == nil ? Blocks.sorted(key, keys, packing.count) : []
        hashes.append(entries.map { UInt32(truncatingIfNeeded: $0 >> 32) })
        records.append(entries.map { UInt32(truncatingIfNeeded: $0) })
      }
    }
  }

  private static let fewest = 4_096

  /// Whether so many records are new that sorting anew pays.
  var shouldSort: Bool {
    newerCount > Self.fewest && newerCount > (records.map(\.count).max() ?? 0) / 8
  }

  mutating func add(_ record: UInt32, _ keys: [UInt32]) {
    newerCount += 1
    for key in BlockingKey.allCases where keys[key.rawValue] != 0 {
      newer[Self.entry(key.first ?? key, keys[key.rawValue]), default: []].append(record)
    }
  }

  private static func entry(_ key: BlockingKey, _ hash: UInt32) -> UInt64 {
    UInt64(key.rawValue) << 32 | UInt64(hash)
  }

  /// The records that share a key, those of the rarest keys first, each once.
  func records(of keys: [UInt32]) -> [UInt32] {
    var groups: [(key: Int, range: Range<Int>, newer: [UInt32])] = []
    for key in BlockingKey.allCases where keys[key.rawValue] != 0 {
      let place = (key.first ?? key).rawValue
      let range = range(of: keys[key.rawValue], in: hashes[place])
      let newer =
        newer.isEmpty ? [] : newer[Self.entry(key.first ?? key, keys[key.rawValue])] ?? []
      if range.isEmpty, newer.isEmpty { continue }
      groups.append((place, range, newer))
    }
    groups.sort {
      ($0.range.count + $0.newer.count, $0.key) < ($1.range.count + $1.newer.count, $1.key)
    }
    var found: Set<UInt32> = []
    var list: [UInt32] = []
    for group in groups {
      let size = group.range.count + group.newer.count
      if size > MatchIndex.groupLimit, !list.isEmpty { break }
      for place in group.range.prefix(MatchIndex.groupLimit) {
        let record = records[group.key][place]
        if found.insert(record).inserted { list.append(record) }
      }
      for record in group.newer.suffix(MatchIndex.groupLimit)
      where found.insert(record).inserted {
        list.append(record)
      }
      if list.count >= MatchIndex.recordsCompared { break }
    }
    return list
  }

  /// Where a hash lies. Hashes are spread evenly, so its place is nearly known.
  private func range(of hash: UInt32, in hashes: [UInt32]) -> Range<Int> {
    hashes.withUnsafeBufferPointer { hashes in
      let count = hashes.count
      var low = 0
      var high = count
      var guess = Int(UInt64(hash) * UInt64(count) >> 32)
      var step = 16
      // Widens around the guess until the first entry not below the hash is inside.
      if guess < count, hashes[guess] < hash {
        low = guess
        while guess < count, hashes[guess] < hash {
          low = guess
          guess += step
          step *= 2
        }
        high = min(guess, count)
      } else {
        high = min(guess, count)
        while guess > 0, hashes[min(guess, count) - 1] >= hash {
          high = guess
          guess = max(0, guess - step)
          step *= 2
        }
        low = guess
      }
      while low < high {
        let middle = (low + high) / 2
        if hashes[middle] < hash { low = middle + 1 } else { high = middle }
      }
      var end = low
      while end < count, hashes[end] == hash { end += 1 }
      return low..<end
    }
  }
}
