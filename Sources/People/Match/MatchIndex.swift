/// All persons, ready to be compared with one more: candidates are looked up, not searched for.
///
/// Records added later lie beside the sorted ones until there are many of them.
package struct MatchIndex: Sendable {
  private var packing: Packing
  private let model: MatchModel
  private let rareness: Rareness
  private let ceiling: Ceiling
  package let zones: Zones
  private var postings: Postings

  /// A person who may be the one asked for.
  package struct Candidate: Sendable {
    /// The place of the record, in the order in which records were added.
    package var record: Int
    /// log₂ odds that it is the same person.
    package var score: Float
    /// Whether a person has to decide, whatever the score.
    package var isHeld: Bool
    package var reasons: [MatchReason]

    package var probability: Double { MatchModel.probability(score) }
  }

  /// So many records are compared with one at most, those that share the rarest keys first.
  package static let recordsCompared = 64
  /// A key that more records have is no key.
  static let groupLimit = 128
  package static let candidatesGiven = 100

  /// The records of a batch, with the model learnt from them.
  package init(_ linkage: Linkage) {
    packing = linkage.packing
    model = linkage.model
    rareness = linkage.rareness
    ceiling = Ceiling(model, rareness)
    zones = linkage.zones
    postings = Postings(packing)
  }

  package var count: Int { packing.count }

  /// Adds a record; from now on it is found.
  @discardableResult
  package mutating func add(_ record: PersonRecord) -> Int {
    let place = packing.append(record)
    packing.forgetFindings()
    postings.add(UInt32(place), keys(ofRecord: place))
    if postings.shouldSort { postings = Postings(packing) }
    return place
  }

  /// The records that are, or may be, of the person, the likeliest first.
  package mutating func candidates(
    for record: PersonRecord, limit: Int = candidatesGiven
  ) -> [Candidate] {
    let mark = packing.vocabulary.mark
    let place = packing.append(record)
    let found = compared(place)
    packing.removeLast()
    packing.forgetFindings()
    packing.vocabulary.forget(after: mark)
    return Array(found.prefix(limit))
  }

  private func keys(ofRecord place: Int) -> [UInt32] {
    var keys = [UInt32](repeating: 0, count: BlockingKey.count)
    packing.rows.withUnsafeBufferPointer { rows in
      keys.withUnsafeMutableBufferPointer { keys in
        guard let row = rows.baseAddress, let base = keys.baseAddress else { return }
        BlockingKey.write(row + place * Packing.width, packing.vocabulary, to: base)
      }
    }
    return keys
  }

  private struct Scored {
    var record: UInt32
    var score: Float
    var isHeld: Bool
    var pattern: Pattern
  }

  private func compared(_ place: Int) -> [Candidate] {
    let candidates = postings.records(of: keys(ofRecord: place))
    var scored = packing.alone([] as [Scored], remembers: false) { work in
      for other in candidates {
        let most = ceiling.score(work.row(UInt32(place)), work.row(other))
        guard most >= zones.ask else { continue }
        let pattern = work.pattern(UInt32(place), other)
        let (score, isHeld) = model.judged(
          pattern, rareness.adjustment(pattern, work.row(other)))
        if score >= zones.ask || isHeld {
          work.found.append(
            Scored(record: other, score: score, isHeld: isHeld, pattern: pattern))
        }
      }
    }
    scored.sort { ($1.score, $0.record) < ($0.score, $1.record) }
    return scored.map {
      Candidate(
        record: Int($0.record), score: $0.score, isHeld: $0.isHeld,
        reasons: model.reasons($0.pattern))
    }
  }
}

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
