#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The functions by which units on other than ratio scales are defined.
///
/// <https://ucum.org/ucum#section-Special-Units-on-non-ratio-Scales>
enum SpecialFunction: String, Sendable {
  case degF, degRe, tanTimes100, ln, lg, lgTimes2, ld, pH, sqrt, hpX, hpC, hpM, hpQ
  case celsius = "Cel"
  case slope = "100tan"

  /// Whether the unit is a temperature scale: a ratio with another zero, which decimals carry
  /// exactly.
  var zeroInKelvin: String? {
    switch self {
    case .celsius, .degRe: "273.15"
    // (f + 459.67) · 5/9 K
    case .degF: "459.67"
    default: nil
    }
  }

  /// The number in the ratio unit that belongs to a number on the special scale.
  func ratioValue(_ value: Double) -> Double {
    switch self {
    case .celsius, .degF, .degRe: value
    case .tanTimes100, .slope: tan(value) * 100
    case .ln: exp(value)
    case .lg: pow(10, value)
    case .lgTimes2: pow(10, value / 2)
    case .ld: exp2(value)
    case .pH, .hpX: pow(10, -value)
    case .hpC: pow(100, -value)
    case .hpM: pow(1_000, -value)
    case .hpQ: pow(50_000, -value)
    case .sqrt: value * value
    }
  }

  /// The number on the special scale that belongs to a number in the ratio unit.
  func specialValue(_ value: Double) -> Double {
    switch self {
    case .celsius, .degF, .degRe: value
    case .tanTimes100, .slope: atan(value / 100)
    case .ln: log(value)
    case .lg: log10(value)
    case .lgTimes2: 2 * log10(value)
    case .ld: log2(value)
    case .pH, .hpX: -log10(value)
    case .hpC: -log10(value) / 2
    case .hpM: -log10(value) / 3
    case .hpQ: -log(value) / log(50_000)
    case .sqrt: value.squareRoot()
    }
  }
}
