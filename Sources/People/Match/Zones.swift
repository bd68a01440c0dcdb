/// From which score on two records are one person, and where a person is asked.
package struct Zones: Sendable {
  /// log₂ odds from which records are linked.
  package let link: Float
  /// log₂ odds from which, and below `certain`, a person is asked.
  package let ask: Float
  package let certain: Float

  /// A person is asked where the odds are less than 2⁴ to one either way of the boundary.
  static let widthInBits: Float = 4

  /// Zones around a boundary.
  init(link: Float) {
    self.link = link
    ask = link - Self.widthInBits
    certain = link + Self.widthInBits
  }

  /// What holds before there are records to learn a boundary from.
  static let shipped = Zones(link: 0)

  /// The boundary at which the expected F1 is greatest, by the probabilities alone, without truth.
  ///
  /// Y. Nan et al., Optimizing F-Measure: A Tale of Two Approaches (2012), section 3.
  init(_ candidates: [Linkage.Pair]) {
    let candidates = candidates.filter { !$0.isHeld }
    let all = candidates.reduce(0) { $0 + $1.probability }
    var (best, boundary): (Double, Float) = (0, 0)
    var (linked, right) = (0.0, 0.0)
    for (place, pair) in candidates.enumerated() {
      linked += 1
      right += pair.probability
      // Pairs of the same score stand or fall together.
      if place + 1 < candidates.count, candidates[place + 1].score == pair.score { continue }
      let expected = 2 * right / (linked + all)
      if expected > best { (best, boundary) = (expected, pair.score) }
    }
    self.init(link: min(max(boundary, -Self.widthInBits / 2), Self.widthInBits))
  }
}
