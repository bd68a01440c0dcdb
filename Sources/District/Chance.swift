/// A seeded stream of pseudo-random numbers, the same on every machine.
///
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
/// Only additions, multiplications and shifts are used, no mathematical library, so no platform
/// differs.
package struct Chance: Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A stream of its own for the given part of a whole, independent of how much was drawn before.
  package init(seed: UInt64, part: Int) {
    var stream = Chance(seed: seed &+ UInt64(truncatingIfNeeded: part) &* 0xD1B5_4A32_D192_ED03)
    state = stream.next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0 ..< 1.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0 ..< limit; 0 where the limit is not positive.
  package mutating func below(_ limit: Int) -> Int {
    guard limit > 0 else { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(limit)).high)
  }

  /// A whole number of the range, both ends included.
  package mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  package mutating func happens(_ probability: Double) -> Bool { unit() < probability }

  /// A number near the standard normal distribution, of variance 1, never beyond ±3.5.
  package mutating func normal() -> Double {
    (unit() + unit() + unit() + unit() - 2) * 1.7320508075688772
  }

  /// How often something of the given expected number happens, with the least possible spread.
  package mutating func count(expected: Double) -> Int {
    guard expected > 0 else { return 0 }
    return Int(expected + unit())
  }

  /// One of the items; nil of none.
  package mutating func one<Item>(of items: [Item]) -> Item? {
    items.isEmpty ? nil : items[below(items.count)]
  }
}

/// Items with weights, from which chance draws in proportion.
package struct Lot<Item: Sendable>: Sendable {
  private var items: [Item] = []
  private var bounds: [Double] = []
  /// The sum of all weights.
  package private(set) var total = 0.0

  package init(_ weighted: [(item: Item, weight: Double)]) {
    for (item, weight) in weighted where weight > 0 {
      total += weight
      items.append(item)
      bounds.append(total)
    }
  }

  /// An item drawn in proportion to its weight; nil when there is none.
  package func draw(_ chance: inout Chance) -> Item? {
    guard !items.isEmpty else { return nil }
    let mark = chance.unit() * total
    var low = 0
    var high = bounds.count - 1
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= mark { low = middle + 1 } else { high = middle }
    }
    return items[low]
  }
}
