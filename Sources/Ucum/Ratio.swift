package import FHIR

/// A positive conversion factor: numerator / denominator × 10 ^ exponent, exact as far as 38 digits
/// go.
///
/// Where a product would need more digits, the last ones are dropped beyond the nineteenth.
package struct Ratio: Sendable {
  var numerator: Int128
  var denominator: Int128
  var exponent: Int

  package static let one = Ratio(numerator: 1, denominator: 1, exponent: 0)

  /// Beyond this the exponent of ten is nonsense, and the unit is refused.
  static let exponentLimit = 500

  init(numerator: Int128, denominator: Int128, exponent: Int) {
    self.numerator = numerator
    self.denominator = denominator
    self.exponent = exponent
  }

  /// The factor that a decimal is; nil for zero and less.
  init?(_ decimal: ExactDecimal) {
    guard decimal.significand > 0 else { return nil }
    let plain = decimal.normalized
    self.init(numerator: plain.significand, denominator: 1, exponent: -plain.scale)
  }

  var inverse: Ratio {
    Ratio(numerator: denominator, denominator: numerator, exponent: -exponent)
  }

  /// The product; nil when the exponent leaves its bounds.
  func multiplied(by other: Ratio) -> Ratio? {
    let first = Ratio.greatestDivisor(numerator, other.denominator)
    let second = Ratio.greatestDivisor(other.numerator, denominator)
    var result = Ratio(numerator: 1, denominator: 1, exponent: exponent + other.exponent)
    let (above, aboveShift) = Ratio.product(numerator / first, other.numerator / second)
    let (below, belowShift) = Ratio.product(denominator / second, other.denominator / first)
    result.numerator = above
    result.denominator = below
    result.exponent += aboveShift - belowShift
    result.moveTens()
    return abs(result.exponent) <= Ratio.exponentLimit ? result : nil
  }

  /// The power; nil when the exponent leaves its bounds.
  func raised(to power: Int) -> Ratio? {
    var result = Ratio.one
    let base = power < 0 ? inverse : self
    for _ in 0..<min(power.magnitude, UInt(Ratio.exponentLimit)) {
      guard let next = result.multiplied(by: base) else { return nil }
      result = next
    }
    return result
  }

  /// The number times this factor, to `digits` significant digits where it has no end.
  package func applied(to value: ExactDecimal, digits: Int = 28) -> ExactDecimal? {
    guard !value.isZero else { return .zero }
    let magnitude = Int128(clamping: value.significand.magnitude)
    guard
      let product = Ratio(numerator: magnitude, denominator: 1, exponent: -value.scale)
        .multiplied(by: self)
    else { return nil }
    return product.decimal(digits: digits, isNegative: value.isNegative)
  }

  /// Long division, digit by digit.
  func decimal(digits: Int, isNegative: Bool = false) -> ExactDecimal? {
    var (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    var scale = -exponent
    let limit = ExactDecimal.power(min(max(digits, 1), 37)) ?? 1
    while remainder != 0, quotient < limit / 10 {
      let (tenfold, overflow) = remainder.multipliedReportingOverflow(by: 10)
      if overflow { break }
      let (digit, rest) = tenfold.quotientAndRemainder(dividingBy: denominator)
      quotient = quotient * 10 + digit
      remainder = rest
      scale += 1
    }
    if remainder != 0, remainder >= denominator - remainder { quotient += 1 }
    guard abs(scale) <= ExactDecimal.scaleLimit else { return nil }
    return ExactDecimal(significand: isNegative ? -quotient : quotient, scale: scale)
  }

  package var double: Double { decimal(digits: 20)?.double ?? 0 }

  private mutating func moveTens() {
    while numerator.isMultiple(of: 10) {
      numerator /= 10
      exponent += 1
    }
    while denominator.isMultiple(of: 10) {
      denominator /= 10
      exponent -= 1
    }
  }

  /// The product and the power of ten that it must still be multiplied by.
  private static func product(_ left: Int128, _ right: Int128) -> (Int128, Int) {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    if !overflow { return (product, 0) }
    let (shortLeft, leftShift) = shortened(left)
    let (shortRight, rightShift) = shortened(right)
    return (shortLeft &* shortRight, leftShift + rightShift)
  }

  /// At most nineteen digits of a number.
  private static func shortened(_ value: Int128) -> (Int128, Int) {
    var value = value
    var shift = 0
    while value >= 10_000_000_000_000_000_000 {
      value /= 10
      shift += 1
    }
    return (value, shift)
  }

  private static func greatestDivisor(_ left: Int128, _ right: Int128) -> Int128 {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return max(left, 1)
  }
}
