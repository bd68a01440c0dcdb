/// A decimal number with the digits it was written with: 1.50 is equal to 1.5 and yet prints as
/// 1.50.
///
/// <https://hl7.org/fhir/R4/datatypes.html#decimal>: "the precision of the decimal value has
/// significance".
/// Arithmetic is exact; where 38 digits do not suffice the result is nil, never a wrong number.
package struct ExactDecimal: Sendable {
  /// All digits, without the point.
  package let significand: Int128
  /// How many of the digits stand behind the point; negative after an exponent (1e3 is 1 with scale
  /// -3).
  package let scale: Int

  /// The largest magnitude of a scale; farther exponents are refused.
  package static let scaleLimit = 1_000
  /// All powers of ten that an `Int128` holds are at or below this exponent.
  static let exponentLimit = 38

  package init(significand: Int128, scale: Int) {
    self.significand = significand
    self.scale = scale
  }

  package init(_ value: Int) { self.init(significand: Int128(value), scale: 0) }

  package static let zero = ExactDecimal(0)
  package static let one = ExactDecimal(1)

  package var isZero: Bool { significand == 0 }
  package var isNegative: Bool { significand < 0 }

  /// 10 to the power, for exponents from 0 to 38; nil beyond.
  package static func power(_ exponent: Int) -> Int128? {
    guard exponent >= 0, exponent <= exponentLimit else { return nil }
    return powers[exponent]
  }

  private static let powers: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<exponentLimit { powers.append(powers[powers.count - 1] &* 10) }
    return powers
  }()

  /// The same number with the digits behind the point that `scale` asks for; nil where digits would
  /// be lost.
  package func scaled(to scale: Int) -> ExactDecimal? {
    if scale == self.scale { return self }
    if significand == 0 { return ExactDecimal(significand: 0, scale: scale) }
    if scale > self.scale {
      guard let factor = ExactDecimal.power(scale - self.scale) else { return nil }
      let (product, overflow) = significand.multipliedReportingOverflow(by: factor)
      return overflow ? nil : ExactDecimal(significand: product, scale: scale)
    }
    guard let divisor = ExactDecimal.power(self.scale - scale) else { return nil }
    let (quotient, remainder) = significand.quotientAndRemainder(dividingBy: divisor)
    return remainder == 0 ? ExactDecimal(significand: quotient, scale: scale) : nil
  }

  /// The same number without zeros at the end.
  package var normalized: ExactDecimal {
    guard significand != 0 else { return .zero }
    var digits = significand
    var scale = scale
    while true {
      let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { break }
      digits = quotient
      scale -= 1
    }
    return ExactDecimal(significand: digits, scale: scale)
  }

  /// The number as an integer when it is one.
  package var integer: Int? { scaled(to: 0).flatMap { Int(exactly: $0.significand) } }

  /// The nearest binary number.
  package var double: Double {
    // Both are exact, so one division is rounded once.
    if significand.magnitude < 1 << 53, scale >= 0, scale <= 22 {
      return Double(Int64(significand)) / ExactDecimal.exactPowers[scale]
    }
    return Double("\(significand)e\(-scale)") ?? 0
  }

  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The range that the written digits stand for: half a unit of the last digit to either side.
  ///
  /// <https://hl7.org/fhir/R4/search.html#number>: 100 is [99.5, 100.5), 100.00 is [99.995,
  /// 100.005).
  package var bounds: (low: ExactDecimal, high: ExactDecimal)? {
    let (tenfold, overflow) = significand.multipliedReportingOverflow(by: 10)
    guard !overflow else { return nil }
    let (low, under) = tenfold.subtractingReportingOverflow(5)
    let (high, over) = tenfold.addingReportingOverflow(5)
    guard !under, !over else { return nil }
    return (
      ExactDecimal(significand: low, scale: scale + 1),
      ExactDecimal(significand: high, scale: scale + 1)
    )
  }
}

extension ExactDecimal: Comparable, Hashable {
  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.significand == right.significand }
    let left = left.normalized
    let right = right.normalized
    return left.significand == right.significand && left.scale == right.scale
  }

  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    let scale = max(left.scale, right.scale)
    if let left = left.scaled(to: scale), let right = right.scaled(to: scale) {
      return left.significand < right.significand
    }
    if left.significand.signum() != right.significand.signum() {
      return left.significand.signum() < right.significand.signum()
    }
    // One of them is too large for the scale of the other: the one with more digits before the
    // point.
    let isLeftSmaller = left.normalized.integerDigits < right.normalized.integerDigits
    return left.isNegative ? !isLeftSmaller : isLeftSmaller
  }

  private var integerDigits: Int {
    var digits = 0
    var rest = significand.magnitude
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    return digits - scale
  }

  package func hash(into hasher: inout Hasher) {
    let plain = normalized
    hasher.combine(plain.significand)
    hasher.combine(plain.scale)
  }
}
