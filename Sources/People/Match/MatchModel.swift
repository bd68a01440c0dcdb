import Foundation

/// What each level of each trait is worth, by Fellegi and Sunter: log₂ of m over u.
///
/// m is how often two records of one person stand at the level, u how often those of two people do.
/// I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 64 (1969).
package struct MatchModel: Sendable {
  /// By trait and level: `trait * Level.count + level`.
  var m: [Double]
  var u: [Double]
  /// How likely two records, taken at random, are of one person.
  var chance: Double
  /// log₂ (m / u), 0 for what is not known.
  private(set) var weights: [Float] = []
  /// log₂ odds before anything is compared.
  private(set) var prior: Float = 0

  /// No single level says more than this, for or against: 30 bits are one in a thousand million.
  static let strongestInBits = 30.0

  init(m: [Double], u: [Double], chance: Double) {
    self.m = m
    self.u = u
    self.chance = chance
    weigh()
  }

  private mutating func weigh() {
    weights = zip(m, u).enumerated().map { place, pair in
      guard place % Level.count != Int(Level.unknown), pair.0 > 0, pair.1 > 0 else { return 0 }
      let bits = log2(pair.0 / pair.1)
      return Float(min(max(bits, -Self.strongestInBits), Self.strongestInBits))
    }
    prior = Float(log2(chance / (1 - chance)))
  }

  /// log₂ odds that a pair with these levels is one person.
  @inline(__always)
  func score(_ pattern: Pattern) -> Float {
    weights.withUnsafeBufferPointer { weights in
      var sum = prior
      for trait in 0..<Trait.count {
        sum += weights[trait * Level.count + Int(pattern[trait])]
      }
      return sum
    }
  }

  /// The probability that log₂ odds stand for.
  static func probability(_ score: Float) -> Double { 1 / (1 + exp2(-Double(score))) }

  /// What is assumed before anything is learnt; learning starts from it and is drawn to it.
  static let assumed: MatchModel = {
    var m = [Double](repeating: 0, count: Trait.count * Level.count)
    var u = m
    for trait in Trait.allCases {
      let levels = trait.levels
      for level in levels {
        let place = trait.rawValue * Level.count + Int(level)
        switch level {
        case Level.exact:
          m[place] = levels.contains(Level.proven) ? 0.43 : 0.86
          u[place] = trait.assumedAgreement
        case Level.proven:
          m[place] = 0.43
          u[place] = trait.assumedAgreement
        case Level.different:
          m[place] = 0.06
          u[place] = 1
        default:
          m[place] = 0.08 / Double(levels.count - 2)
          u[place] = trait.assumedAgreement + 0.01
        }
      }
      let places = levels.map { trait.rawValue * Level.count + Int($0) }
      let rest = places.dropFirst().reduce(0) { $0 + u[$1] }
      u[places[0]] = max(0.1, 1 - rest)
    }
    return MatchModel(m: m, u: u, chance: 1e-4)
  }()
}

extension Trait {
  /// The levels at which this trait can stand, `different` first.
  var levels: [UInt8] {
    switch self {
    case .surname:
      [
        Level.different, Level.distant, Level.alike, Level.close, Level.near, Level.sameReading,
        Level.swapped, Level.exact,
      ]
    case .given:
      [
        Level.different, Level.distant, Level.alike, Level.close, Level.near, Level.sameReading,
        Level.exact,
      ]
    case .birth:
      [
        Level.different, Level.distant, Level.alike, Level.close, Level.near, Level.swapped,
        Level.lunar, Level.exact,
      ]
    case .gender, .household: [Level.different, Level.exact]
    case .nationalNumber:
      [Level.different, Level.distant, Level.close, Level.near, Level.exact, Level.proven]
    case .area, .card, .phone, .postalCode, .houseNumber:
      [Level.different, Level.close, Level.near, Level.exact]
    case .locality, .street, .building, .mother, .father:
      [
        Level.different, Level.distant, Level.alike, Level.close, Level.near, Level.exact,
      ]
    }
  }

  /// How often two people agree, before it is counted.
  var assumedAgreement: Double {
    switch self {
    case .gender: 0.5
    case .surname, .area: 0.02
    case .given, .postalCode, .houseNumber, .locality, .building: 0.005
    case .street: 0.001
    case .birth: 0.0001
    case .nationalNumber, .card, .phone, .household, .mother, .father: 0.00001
    }
  }

  /// Whether agreeing on a rare value says more than on a frequent one.
  var countsRareness: Bool {
    switch self {
    case .surname, .given, .locality, .street, .building, .postalCode, .houseNumber: true
    default: false
    }
  }

  /// Whether a value is meant to be one person's, so that one found with many says less.
  var isPersonal: Bool {
    switch self {
    case .nationalNumber, .card, .phone: true
    default: false
    }
  }
}
