/// The most that the score of a pair can be, by values and signatures alone.
///
/// Most pairs of a block are of two people, and that is seen from their rows without reading a
/// single text: where even the best that unread texts can say does not suffice, they stay unread.
struct Ceiling: Sendable {
  private let prior: Float
  /// By trait: bits when values differ beyond doubt, when they may be near, when they are equal.
  private let different: [Float]
  private let near: [Float]
  private let equal: [Float]
  private let swapped: Float
  /// Birth dates are compared at once: by level.
  private let births: [Float]

  init(_ model: MatchModel, _ rareness: Rareness) {
    func weight(_ trait: Trait, _ level: UInt8) -> Float {
      model.weights[trait.rawValue * Level.count + Int(level)]
    }
    func most(_ trait: Trait, _ levels: [UInt8]) -> Float {
      levels.map { weight(trait, $0) }.max() ?? 0
    }
    let same = [Level.exact, Level.proven]
    prior = model.prior
    births = (0..<Level.count).map { weight(.birth, UInt8($0)) }
    swapped = max(0, weight(.surname, Level.swapped))
    different = Trait.allCases.map { trait in
      trait == .nationalNumber
        ? most(trait, [Level.different, Level.distant]) : weight(trait, Level.different)
    }
    near = Trait.allCases.map { trait in
      let bits = most(trait, trait.levels.filter { !same.contains($0) && $0 != Level.swapped })
      // Numbers of two kinds say nothing, neither for nor against.
      return trait == .card ? max(0, bits) : bits
    }
    equal = Trait.allCases.map { trait in
      // Equal areas may be a province only, and one of several values may be near.
      max(
        most(trait, trait.levels.filter(same.contains)) + max(0, rareness.most(trait)),
        most(trait, trait.levels.filter { $0 != Level.swapped }))
    }
  }

  /// At least the score of the pair.
  @inline(__always)
  func score(_ one: Comparison.Row, _ other: Comparison.Row) -> Float {
    different.withUnsafeBufferPointer { different in
      near.withUnsafeBufferPointer { near in
        equal.withUnsafeBufferPointer { equal in
          var sum = prior
          for trait in Trait.birth.rawValue..<Trait.count {
            let (a, b) = (one[trait], other[trait])
            guard a != 0, b != 0 else { continue }
            // The same valid number is looked at, whatever else is said.
            if trait == Trait.nationalNumber.rawValue, a == b,
              Comparison.areProven(one, other)
            {
              return .infinity
            }
            if trait == Trait.birth.rawValue {
              sum += births[Int(Comparison.birth(a, b))]
            } else if a == b || (a | b) & Vocabulary.listBit != 0 {
              sum += equal[trait]
            } else if Comparison.areUnlike(trait, one, other) {
              sum += different[trait]
            } else {
              sum += max(different[trait], near[trait])
            }
          }
          return sum + names(one, other, different, near, equal)
        }
      }
    }
  }

  @inline(__always)
  private func names(
    _ one: Comparison.Row, _ other: Comparison.Row, _ different: UnsafeBufferPointer<Float>,
    _ near: UnsafeBufferPointer<Float>, _ equal: UnsafeBufferPointer<Float>
  ) -> Float {
    let (surname, given) = (Trait.surname.rawValue, Trait.given.rawValue)
    func part(_ trait: Int) -> Float {
      let (a, b) = (one[trait], other[trait])
      if a == 0 || b == 0 { return 0 }
      if a == b { return equal[trait] }
      return Comparison.areUnlikeNames(one, trait, other, trait)
        ? different[trait] : max(different[trait], near[trait])
    }
    let straight = part(surname) + part(given)
    let mayBeSwapped =
      !Comparison.areUnlikeNames(one, surname, other, given)
      && !Comparison.areUnlikeNames(one, given, other, surname)
    return mayBeSwapped ? max(straight, swapped) : straight
  }
}
