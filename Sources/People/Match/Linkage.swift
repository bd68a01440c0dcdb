/// All records of a batch compared with each other: who is one person, who may be, who is not.
package struct Linkage: Sendable {
  /// Two records, by their places, and log₂ odds that they are one person.
  package struct Pair: Hashable, Sendable {
    package var left: UInt32
    package var right: UInt32
    package var score: Float
    /// Whether a person has to decide, whatever the score.
    package var isHeld = false

    package var probability: Double { MatchModel.probability(score) }
  }

  let packing: Packing
  let blocks: Blocks
  package let model: MatchModel
  let rareness: Rareness
  /// Pairs that are, or may be, one person, the likeliest first.
  package private(set) var candidates: [Pair] = []
  /// How many pairs were compared and scored.
  package private(set) var compared = 0
  package private(set) var secondsOfComparing = 0.0
  package let zones: Zones

  /// Pairs less likely than this are not kept: 2⁻¹⁰.
  static let leastScore: Float = -10

  init(_ packing: Packing) {
    self.packing = packing
    let blocks = Blocks(packing)
    self.blocks = blocks
    model = Self.learn(packing, blocks)
    rareness = Rareness(packing, model)
    let start = ContinuousClock.now
    (candidates, compared) = Self.score(packing, blocks, model, rareness)
    let passed = (ContinuousClock.now - start).components
    secondsOfComparing = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
    zones = Zones(candidates)
  }

  private static func learn(_ packing: Packing, _ blocks: Blocks) -> MatchModel {
    let stride = UInt64(max(1, blocks.pairCount / Learning.pairsSampled))
    let portions = blocks.portions()
    let together = packing.compare(portions: portions.count, PatternCounts()) { work, portion in
      blocks.forEachPair(of: portions[portion].key, groups: portions[portion].groups) {
        stride == 1 || Hashing.mix(UInt64($0)) % stride == 0
      } _: { one, other in
        work.found.add(work.pattern(one, other))
      }
    }
    let pairs = Double(packing.count) * Double(max(0, packing.count - 1)) / 2
    return Learning(
      together: merged(together), scale: Double(stride), random: random(packing, pairs),
      pairs: pairs
    ).learn()
  }

  /// Patterns of all pairs where they are few, else of pairs drawn by a fixed sequence.
  private static func random(_ packing: Packing, _ pairs: Double) -> Learning.Tally {
    let count = packing.count
    guard count > 1 else { return [] }
    let takesAll = pairs <= Double(Learning.pairsSampled)
    let draws = takesAll ? count : Learning.pairsSampled
    let portions = 16
    return merged(
      packing.compare(portions: portions, PatternCounts()) { work, portion in
        for draw in draws * portion / portions..<draws * (portion + 1) / portions {
          if takesAll {
            for other in (draw + 1)..<max(draw + 1, count) {
              work.found.add(work.pattern(UInt32(draw), UInt32(other)))
            }
          } else {
            let one = UInt32(Hashing.mix(UInt64(draw) &* 2 &+ 1) % UInt64(count))
            let other = UInt32(Hashing.mix(UInt64(draw) &* 2 &+ 2) % UInt64(count))
            if one != other { work.found.add(work.pattern(one, other)) }
          }
        }
      })
  }

  private static func merged(_ counts: [PatternCounts]) -> Learning.Tally {
    var all = PatternCounts()
    for part in counts { all.add(part) }
    return all.tally
  }

  private static func score(
    _ packing: Packing, _ blocks: Blocks, _ model: MatchModel, _ rareness: Rareness
  ) -> ([Pair], Int) {
    let portions = blocks.portions()
    let ceiling = Ceiling(model, rareness)
    let parts = packing.compare(portions: portions.count, Scored()) { work, portion in
      blocks.forEachPair(of: portions[portion].key, groups: portions[portion].groups) { _ in
        true
      } _: { one, other in
        work.found.compared += 1
        guard ceiling.score(work.row(one), work.row(other)) >= leastScore else { return }
        let pattern = work.pattern(one, other)
        let (score, isHeld) = model.judged(
          pattern, rareness.adjustment(pattern, work.row(one)))
        if score >= leastScore || isHeld {
          work.found.pairs.append(
            Pair(
              left: min(one, other), right: max(one, other), score: score, isHeld: isHeld))
        }
      }
    }
    var found = parts.flatMap(\.pairs)
    found.sort { ($1.score, $0.left, $0.right) < ($0.score, $1.left, $1.right) }
    // Records with several values of one kind can meet twice.
    var pairs: [Pair] = []
    pairs.reserveCapacity(found.count)
    for pair in found where pairs.last != pair { pairs.append(pair) }
    return (pairs, parts.reduce(0) { $0 + $1.compared })
  }

  /// What one thread has found.
  private struct Scored: Sendable {
    var pairs: [Pair] = []
    var compared = 0
  }

  /// The score of any two records, whether or not blocking brings them together.
  func score<Found>(_ one: UInt32, _ other: UInt32, _ work: Comparing<Found>) -> Float {
    judged(one, other, work).score
  }

  func judged<Found>(
    _ one: UInt32, _ other: UInt32, _ work: Comparing<Found>
  ) -> (score: Float, isHeld: Bool) {
    let pattern = work.pattern(one, other)
    return model.judged(pattern, rareness.adjustment(pattern, work.row(one)))
  }
}
