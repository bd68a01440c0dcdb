/// The powers of base units that a unit comes to; arbitrary units count as base units of their own.
///
/// <https://ucum.org/ucum#section-Semantics>
package struct Dimension: Hashable, Sendable {
  /// Sorted by code, without zeros.
  private(set) var powers: [Power] = []

  struct Power: Hashable, Sendable {
    let code: String
    var exponent: Int
  }

  init() {}

  init(_ code: String) { powers = [Power(code: code, exponent: 1)] }

  package var isUnity: Bool { powers.isEmpty }

  func adding(_ other: Dimension, times factor: Int) -> Dimension {
    var result = self
    for power in other.powers {
      let exponent = power.exponent * factor
      if let place = result.powers.firstIndex(where: { $0.code == power.code }) {
        result.powers[place].exponent += exponent
        if result.powers[place].exponent == 0 { result.powers.remove(at: place) }
      } else if exponent != 0 {
        result.powers.append(Power(code: power.code, exponent: exponent))
      }
    }
    result.powers.sort { $0.code < $1.code }
    return result
  }

  /// The unit that everything of this dimension is canonically given in: `g.m-3`, or `1`.
  package var code: String {
    if powers.isEmpty { return "1" }
    return powers.map { $0.exponent == 1 ? $0.code : "\($0.code)\($0.exponent)" }
      .joined(separator: ".")
  }
}
