extension ExactDecimal {
  /// How digits are dropped.
  package enum Rounding: Sendable {
    /// To the nearest; a half away from zero (四舍五入).
    case halfUp
    /// To the nearest; a half to the even neighbour.
    case halfEven
    /// Towards zero.
    case towardZero
    /// Towards negative infinity.
    case down
    /// Towards positive infinity.
    case up
  }

  package func adding(_ other: ExactDecimal) -> ExactDecimal? {
    let scale = max(scale, other.scale)
    guard let left = scaled(to: scale), let right = other.scaled(to: scale) else { return nil }
    let (sum, overflow) = left.significand.addingReportingOverflow(right.significand)
    return overflow ? nil : ExactDecimal(significand: sum, scale: scale)
  }

  package var negated: ExactDecimal? {
    let (value, overflow) = Int128(0).subtractingReportingOverflow(significand)
    return overflow ? nil : ExactDecimal(significand: value, scale: scale)
  }

  package var magnitude: ExactDecimal? { isNegative ? negated : self }

  package func subtracting(_ other: ExactDecimal) -> ExactDecimal? {
    other.negated.flatMap { adding($0) }
  }

  package func multiplied(by other: ExactDecimal) -> ExactDecimal? {
    let (product, overflow) = significand.multipliedReportingOverflow(by: other.significand)
    if !overflow { return ExactDecimal(significand: product, scale: scale + other.scale).checked }
    let left = normalized
    let right = other.normalized
    let (shorter, stillOver) = left.significand.multipliedReportingOverflow(by: right.significand)
    return stillOver
      ? nil : ExactDecimal(significand: shorter, scale: left.scale + right.scale).checked
  }

  private var checked: ExactDecimal? { abs(scale) <= ExactDecimal.scaleLimit ? self : nil }

  /// The quotient with at most `fractionDigits` digits behind the point; nil for zero as divisor.
  package func divided(
    by other: ExactDecimal, fractionDigits: Int, rounding: Rounding = .halfUp
  ) -> ExactDecimal? {
    guard !other.isZero else { return nil }
    // significand / other.significand * 10^(other.scale - scale), wanted at scale fractionDigits.
    let shift = fractionDigits + other.scale - scale
    if shift >= 0 {
      guard let factor = ExactDecimal.power(shift) else { return nil }
      let (dividend, overflow) = significand.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      return ExactDecimal.quotient(dividend, other.significand, fractionDigits, rounding)
    }
    guard let factor = ExactDecimal.power(-shift) else { return nil }
    let (divisor, overflow) = other.significand.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    return ExactDecimal.quotient(significand, divisor, fractionDigits, rounding)
  }

  /// The number with `scale` digits behind the point.
  package func rounded(to scale: Int, _ rounding: Rounding = .halfUp) -> ExactDecimal? {
    guard scale < self.scale else { return scaled(to: scale) }
    guard let divisor = ExactDecimal.power(self.scale - scale) else {
      // Fewer than half a unit is left.
      let unit: Int128 =
        switch rounding {
        case .up: significand > 0 ? 1 : 0
        case .down: significand < 0 ? -1 : 0
        case .halfUp, .halfEven, .towardZero: 0
        }
      return ExactDecimal(significand: unit, scale: scale)
    }
    return ExactDecimal.quotient(significand, divisor, scale, rounding)
  }

  private static func quotient(
    _ dividend: Int128, _ divisor: Int128, _ scale: Int, _ rounding: Rounding
  ) -> ExactDecimal? {
    let (division, overflow) = dividend.dividedReportingOverflow(by: divisor)
    guard !overflow else { return nil }
    let remainder = dividend &- division &* divisor
    guard remainder != 0 else { return ExactDecimal(significand: division, scale: scale) }
    let isNegative = (remainder < 0) != (divisor < 0)
    let rest = remainder.magnitude
    let left = divisor.magnitude - rest
    let isAway: Bool =
      switch rounding {
      case .halfUp: rest >= left
      case .halfEven: rest > left || (rest == left && !division.isMultiple(of: 2))
      case .towardZero: false
      case .down: isNegative
      case .up: !isNegative
      }
    guard isAway else { return ExactDecimal(significand: division, scale: scale) }
    let (value, over) = division.addingReportingOverflow(isNegative ? -1 : 1)
    return over ? nil : ExactDecimal(significand: value, scale: scale)
  }
}
