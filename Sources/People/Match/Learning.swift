import Foundation

/// Learns a model from the records without knowing who is who: expectation–maximisation.
///
/// u is counted on pairs taken at random, m on the pairs that blocking brings together, each pair
/// counting as much as it is likely to be one person. W. E. Winkler, Using the EM Algorithm for
/// Weight Computation in the Fellegi–Sunter Model of Record Linkage (1988).
struct Learning {
  /// Patterns of levels and how many pairs have each, in a fixed order.
  typealias Tally = [(pattern: Pattern, count: Double)]

  /// Pairs that blocking brought together.
  let together: Tally
  /// How many such pairs each counted one stands for.
  let scale: Double
  let random: Tally
  /// All pairs that there are.
  let pairs: Double

  /// So many pairs are counted at most, of each kind.
  static let pairsSampled = 500_000
  static let rounds = 25
  /// How many pairs the assumed model weighs against what is counted.
  static let strengthOfM = 20.0
  static let strengthOfU = 100.0
  static let strengthOfChance = 1_000.0

  private var assumed: MatchModel { MatchModel.assumed }

  /// Where learning starts: every second record has another of the same person.
  private var firstChance: Double {
    (sqrt(pairs) / 2 + Self.strengthOfChance * assumed.chance) / (pairs + Self.strengthOfChance)
  }

  func learn() -> MatchModel {
    var model = MatchModel(m: assumed.m, u: assumed.u, chance: firstChance)
    for _ in 0..<Self.rounds { model = improved(model) }
    return model
  }

  private func improved(_ model: MatchModel) -> MatchModel {
    var matched = [Double](repeating: 0, count: Trait.count * Level.count)
    var sum = 0.0
    for (pattern, count) in together {
      let share = count * MatchModel.probability(model.score(pattern))
      sum += share
      Self.add(share, pattern, to: &matched)
    }
    var unmatched = [Double](repeating: 0, count: Trait.count * Level.count)
    for (pattern, count) in random {
      let share = count * (1 - MatchModel.probability(model.score(pattern)))
      Self.add(share, pattern, to: &unmatched)
    }
    let chance =
      (sum * scale + Self.strengthOfChance * assumed.chance)
      / (pairs + Self.strengthOfChance)
    return MatchModel(
      m: Self.shares(matched, drawnTo: assumed.m, Self.strengthOfM),
      u: Self.shares(unmatched, drawnTo: assumed.u, Self.strengthOfU), chance: chance)
  }

  @inline(__always)
  private static func add(_ share: Double, _ pattern: Pattern, to counts: inout [Double]) {
    for trait in 0..<Trait.count { counts[trait * Level.count + Int(pattern[trait])] += share }
  }

  /// Counts as shares of what is known of each trait, with the assumed shares added as if counted.
  private static func shares(
    _ counts: [Double], drawnTo assumed: [Double], _ strength: Double
  ) -> [Double] {
    var shares = counts
    for trait in Trait.allCases {
      let places = trait.levels.map { trait.rawValue * Level.count + Int($0) }
      let known = places.reduce(0) { $0 + counts[$1] }
      for place in places {
        shares[place] = (counts[place] + strength * assumed[place]) / (known + strength)
      }
    }
    return shares
  }
}
