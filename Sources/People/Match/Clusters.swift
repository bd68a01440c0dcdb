/// Records gathered into persons: pairs joined from the surest on, but only where all agree.
///
/// A chain is not enough. Two namesakes who each are near a third record do not become one person:
/// two groups are joined only when their records, each with each, are one person on the whole.
package struct Clusters: Sendable {
  /// By record: the place of the first record of its person.
  package private(set) var person: [UInt32]
  /// Links refused because the groups as wholes do not agree; a person has to look.
  package private(set) var refused: [Linkage.Pair] = []

  /// Of two groups, so many pairs are looked at to say whether they agree.
  static let pairsLookedAt = 256
  /// A single pair does not say more than this for or against a group.
  static let strongestInBits: Float = 20

  package init(_ linkage: Linkage) {
    person = Array(0..<UInt32(linkage.packing.count))
    var clusters = self
    linkage.packing.alone(()) { work in
      var members: [UInt32: [UInt32]] = [:]
      for pair in linkage.candidates where !pair.isHeld {
        guard pair.score >= linkage.zones.link else { break }
        clusters.join(pair, &members) { one, other in
          let (score, isHeld) = linkage.judged(one, other, work)
          return isHeld ? -Self.strongestInBits : score
        }
      }
    }
    self = clusters
  }

  private mutating func join(
    _ pair: Linkage.Pair, _ members: inout [UInt32: [UInt32]], _ score: (UInt32, UInt32) -> Float
  ) {
    let (one, other) = (person[Int(pair.left)], person[Int(pair.right)])
    guard one != other else { return }
    let left = members[one] ?? [one]
    let right = members[other] ?? [other]
    if left.count * right.count > 1, !Self.agree(left, right, score) {
      refused.append(pair)
      return
    }
    let (first, last) = (min(one, other), max(one, other))
    for record in last == one ? left : right { person[Int(record)] = first }
    members[first] = left + right
    members[last] = nil
  }

  private static func agree(
    _ left: [UInt32], _ right: [UInt32], _ score: (UInt32, UInt32) -> Float
  ) -> Bool {
    var sum: Float = 0
    let stride = max(1, left.count * right.count / pairsLookedAt)
    for place in Swift.stride(from: 0, to: left.count * right.count, by: stride) {
      let bits = score(left[place / right.count], right[place % right.count])
      sum += min(max(bits, -strongestInBits), strongestInBits)
    }
    return sum > 0
  }

  /// The records of each person, of those who have several.
  package var groups: [[UInt32]] {
    var groups: [UInt32: [UInt32]] = [:]
    for (record, person) in person.enumerated() where person != UInt32(record) {
      groups[person, default: [person]].append(UInt32(record))
    }
    return groups.values.sorted { $0[0] < $1[0] }
  }
}

extension Clusters {
  package var personCount: Int {
    person.enumerated().count { $0.offset == Int($0.element) }
  }

  /// How many pairs of records are of one person.
  package var pairCount: Int {
    var sizes: [UInt32: Int] = [:]
    for (record, first) in person.enumerated() where Int(first) != record {
      sizes[first, default: 1] += 1
    }
    return sizes.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }

  /// All pairs of one person with their scores, by place.
  package func pairs(_ linkage: Linkage) -> [Linkage.Pair] {
    linkage.packing.alone([]) { work in
      for group in groups {
        for (index, one) in group.enumerated() {
          for other in group[(index + 1)...] {
            let score = linkage.score(one, other, work)
            work.found.append(Linkage.Pair(left: one, right: other, score: score))
          }
        }
      }
    }
  }
}

extension Linkage {
  /// The pairs that a person has to look at: near the boundary, or against the rest of a group.
  package func review(_ clusters: Clusters) -> [Pair] {
    let near = candidates.filter {
      $0.isHeld || $0.score >= zones.ask && $0.score < zones.certain
    }
    let refused = clusters.refused.filter { $0.score >= zones.certain }
    return (near + refused).sorted { ($0.left, $0.right) < ($1.left, $1.right) }
  }
}
