/// What one trait says for or against two records being of one person.
package struct MatchReason: Hashable, Sendable {
  /// The name of the trait, such as `birth`.
  package var trait: String
  /// How near the values are, such as `swapped`.
  package var level: String
  /// log₂ of the evidence; negative speaks against.
  package var bits: Float

  package init(trait: String, level: String, bits: Float) {
    self.trait = trait
    self.level = level
    self.bits = bits
  }
}

extension Level {
  static let names = [
    "unknown", "different", "distant", "alike", "close", "near", "exact", "proven",
    "same-reading", "swapped", "lunar",
  ]
}

extension MatchModel {
  /// What each known trait says, the strongest first.
  func reasons(_ pattern: Pattern) -> [MatchReason] {
    Trait.allCases.filter { pattern[$0] != Level.unknown }
      .map { trait in
        let level = Int(pattern[trait])
        return MatchReason(
          trait: "\(trait)", level: Level.names[min(level, Level.names.count - 1)],
          bits: weights[trait.rawValue * Level.count + level])
      }
      .sorted { (abs($1.bits), $0.trait) < (abs($0.bits), $1.trait) }
  }

  /// The score of a pair, and whether valid numbers forbid to decide without a person.
  ///
  /// Held are: one valid number with another name and another birth date, which is a borrowed card
  /// or a number typed into the wrong record; and two valid numbers of what else seems one person,
  /// who may be twins.
  @inline(__always)
  func judged(_ pattern: Pattern, _ adjustment: Float) -> (score: Float, isHeld: Bool) {
    let sum = score(pattern) + adjustment
    switch pattern[.nationalNumber] {
    case Level.proven: return (sum, isContradictory(pattern))
    // Unproven numbers that differ are `distant`.
    case Level.different: return (sum, sum > 0)
    default: return (sum, false)
    }
  }

  @inline(__always)
  private func isContradictory(_ pattern: Pattern) -> Bool {
    pattern[.surname] == Level.different && pattern[.given] <= Level.different
      && pattern[.birth] <= Level.distant && pattern[.birth] != Level.unknown
  }
}
