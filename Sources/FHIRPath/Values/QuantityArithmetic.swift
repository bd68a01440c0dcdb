import FHIR
import Ucum

extension Quantity {
  /// Two quantities in the same unit; nil where their units cannot be compared.
  private func aligned(
    with other: Quantity, isApproximate: Bool = false
  ) -> (ExactDecimal, ExactDecimal)? {
    if unit == other.unit { return (value, other.value) }
    if case .calendar(let left) = unit, case .calendar(let right) = other.unit {
      let (first, second) = CalendarUnit.factors(left, right)
      guard let left = value.multiplied(by: ExactDecimal(first)),
        let right = other.value.multiplied(by: ExactDecimal(second))
      else { return nil }
      return (left, right)
    }
    guard let left = unitCode(isApproximate: isApproximate),
      let right = other.unitCode(isApproximate: isApproximate)
    else { return nil }
    do { return (value, try right.convert(other.value, to: left)) } catch { return nil }
  }

  func isEqual(_ other: Quantity) -> Bool? { aligned(with: other).map { $0.0 == $0.1 } }

  func isEquivalent(_ other: Quantity) -> Bool {
    aligned(with: other, isApproximate: true).map { $0.0.isEquivalent($0.1) } ?? false
  }

  func order(_ other: Quantity) -> Order? {
    aligned(with: other).map { $0.0 == $0.1 ? .same : $0.0 < $0.1 ? .before : .after }
  }

  func isComparable(to other: Quantity) -> Bool { aligned(with: other) != nil }

  func adding(_ other: Quantity) -> Quantity? {
    guard let (left, right) = aligned(with: other), let sum = left.adding(right) else { return nil }
    guard case .calendar(let first) = unit, case .calendar(let second) = other.unit,
      first != second
    else { return Quantity(value: sum, unit: unit) }
    let factor = ExactDecimal(CalendarUnit.factors(first, second).0)
    return sum.divided(by: factor, fractionDigits: 8).map {
      Quantity(value: $0.normalized, unit: unit)
    }
  }

  var negated: Quantity? { value.negated.map { Quantity(value: $0, unit: unit) } }

  /// The product or quotient, in the canonical unit of its dimension; nil where a unit is unknown.
  func combined(with other: Quantity, isQuotient: Bool) -> Quantity? {
    guard let left = unitCode(isApproximate: false),
      let right = other.unitCode(isApproximate: false),
      let first = left.canonical(value), let second = right.canonical(other.value)
    else { return nil }
    let dimension = left.combined(with: right, isQuotient: isQuotient)
    let result =
      isQuotient
      ? first.divided(by: second, fractionDigits: Arithmetic.fractionDigits)
      : first.multiplied(by: second)
    return result.map { Quantity(value: $0.normalized, unit: .ucum(dimension.code)) }
  }

  /// The same in another unit; nil where it measures something else.
  func converted(to unit: String) -> Quantity? {
    let target = Quantity(.one, unit: unit)
    if target.unit == self.unit { return self }
    guard let left = unitCode(isApproximate: true), let right = target.unitCode(isApproximate: true)
    else { return nil }
    do { return Quantity(value: try left.convert(value, to: right), unit: target.unit) } catch {
      return nil
    }
  }
}

extension Quantity {
  /// An element's years and months, which people mean by the calendar.
  ///
  /// <https://hl7.org/fhir/R4/fhirpath.html#quantity>
  var calendarDuration: Quantity {
    switch unit {
    case .ucum("a"): Quantity(value: value, unit: .calendar(.year))
    case .ucum("mo"): Quantity(value: value, unit: .calendar(.month))
    default: self
    }
  }
}

extension CalendarUnit {
  /// Factors that bring two units to a common one: months among years and months, else
  /// milliseconds.
  ///
  /// <https://hl7.org/fhirpath/N1/#time-valued-quantities>: where no calendar is at hand, a year
  /// has 365 days and
  /// a month 30.
  static func factors(_ left: CalendarUnit, _ right: CalendarUnit) -> (Int, Int) {
    if !left.hasFixedLength, !right.hasFixedLength {
      return (left == .year ? 12 : 1, right == .year ? 12 : 1)
    }
    return (left.milliseconds, right.milliseconds)
  }

  var milliseconds: Int {
    switch self {
    case .year: 365 * 86_400_000
    case .month: 30 * 86_400_000
    case .week: 7 * 86_400_000
    case .day: 86_400_000
    case .hour: 3_600_000
    case .minute: 60_000
    case .second: 1_000
    case .millisecond: 1
    }
  }
}
