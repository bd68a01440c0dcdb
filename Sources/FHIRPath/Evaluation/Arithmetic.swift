import FHIR

/// `+ - * / div mod` and the sign, <https://hl7.org/fhirpath/N1/#math>.
enum Arithmetic {
  /// How many digits a quotient has behind its point at most.
  static let fractionDigits = 8

  static func negate(_ items: [Value], _ evaluator: Evaluator) throws(Anomaly) -> [Value] {
    guard let item = try evaluator.single(items, "-") else { return [] }
    switch item.system {
    case .integer(let value):
      let (result, overflow) = 0.subtractingReportingOverflow(value)
      return overflow ? [] : [.integer(result)]
    case .decimal(let value): return value.negated.map { [.decimal($0)] } ?? []
    case .quantity(let value): return value.negated.map { [.quantity($0)] } ?? []
    default:
      throw evaluator.error(
        "'-' takes a number, not \(item.typeName.name)", "“-”需要数字,而不是 \(item.typeName.name)")
    }
  }

  static func compute(
    _ sign: Operator, _ left: [Value], _ right: [Value], _ evaluator: Evaluator
  ) throws(Anomaly) -> [Value] {
    let first = try evaluator.single(left, sign.rawValue)
    let second = try evaluator.single(right, sign.rawValue)
    guard let first = first?.system, var second = second?.system else { return [] }
    if case .node? = right.first, case .quantity(let quantity) = second {
      second = .quantity(quantity.calendarDuration)
    }
    switch (first, second) {
    case (.node(let node), _) where node.isValueless: return []
    case (_, .node(let node)) where node.isValueless: return []
    case (.integer(let left), .integer(let right)) where sign != .divide:
      return integers(sign, left, right).map { [.integer($0)] } ?? []
    case (.integer, .integer), (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
      guard let left = first.decimal, let right = second.decimal else { return [] }
      return decimals(sign, left, right).map { [$0] } ?? []
    case (.string(let left), .string(let right)) where sign == .add:
      return try evaluator.bounded(left + right)
    case (.quantity, _), (_, .quantity):
      if let result = try quantities(sign, first, second, evaluator) { return result }
    default: break
    }
    let types = (first.typeName.name, second.typeName.name)
    throw evaluator.error(
      "'\(sign.rawValue)' does not take \(types.0) and \(types.1)",
      "“\(sign.rawValue)”不能用于 \(types.0) 与 \(types.1)")
  }

  private static func integers(_ sign: Operator, _ left: Int, _ right: Int) -> Int? {
    let (result, overflow): (Int, Bool) =
      switch sign {
      case .add: left.addingReportingOverflow(right)
      case .subtract: left.subtractingReportingOverflow(right)
      case .multiply: left.multipliedReportingOverflow(by: right)
      case .div: left.dividedReportingOverflow(by: right)
      default: left.remainderReportingOverflow(dividingBy: right)
      }
    return overflow ? nil : result
  }

  private static func decimals(_ sign: Operator, _ left: ExactDecimal, _ right: ExactDecimal)
    -> Value?
  {
    switch sign {
    case .add: return left.adding(right).map { .decimal($0) }
    case .subtract: return left.subtracting(right).map { .decimal($0) }
    case .multiply: return left.multiplied(by: right).map { .decimal($0) }
    case .divide:
      return left.divided(by: right, fractionDigits: fractionDigits).map {
        let plain = $0.normalized
        return .decimal(plain.scaled(to: max(0, plain.scale)) ?? plain)
      }
    case .div: return whole(left, right).flatMap { $0.integer }.map { .integer($0) }
    default:
      return whole(left, right)?.multiplied(by: right).flatMap { left.subtracting($0) }
        .map { .decimal($0) }
    }
  }

  private static func whole(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal? {
    left.divided(by: right, fractionDigits: 0, rounding: .towardZero)
  }

  /// Nil where the types do not go together.
  private static func quantities(
    _ sign: Operator, _ left: Value, _ right: Value, _ evaluator: Evaluator
  ) throws(Anomaly) -> [Value]? {
    func list(_ quantity: Quantity?) -> [Value] { quantity.map { [.quantity($0)] } ?? [] }
    switch (left, right, sign) {
    case (.quantity(let left), .quantity(let right), .add): return list(left.adding(right))
    case (.quantity(let left), .quantity(let right), .subtract):
      return list(right.negated.flatMap { left.adding($0) })
    case (.quantity(let left), .quantity(let right), .multiply):
      return list(left.combined(with: right, isQuotient: false))
    case (.quantity(let left), .quantity(let right), .divide):
      return list(left.combined(with: right, isQuotient: true))
    case (.quantity(let quantity), _, .multiply), (_, .quantity(let quantity), .multiply):
      guard let number = left.decimal ?? right.decimal else { return nil }
      return list(
        quantity.value.multiplied(by: number).map { Quantity(value: $0, unit: quantity.unit) })
    case (.quantity(let quantity), _, .divide):
      guard let number = right.decimal else { return nil }
      let value = quantity.value.divided(by: number, fractionDigits: fractionDigits)
      return list(value.map { Quantity(value: $0.normalized, unit: quantity.unit) })
    case (_, .quantity(let quantity), .add), (_, .quantity(let quantity), .subtract):
      return try moved(left, by: sign == .add ? quantity : quantity.negated, evaluator)
    default: return nil
    }
  }

  /// A date or time so much later, <https://hl7.org/fhirpath/N1/#datetime-arithmetic>.
  private static func moved(_ value: Value, by quantity: Quantity?, _ evaluator: Evaluator)
    throws(Anomaly) -> [Value]?
  {
    switch value {
    case .date, .dateTime, .time: break
    default: return nil
    }
    guard let quantity, let duration = Duration(quantity) else {
      throw evaluator.error(
        "Dates move by years, months, weeks, days, hours, minutes, seconds or milliseconds, not by "
          + "'\(quantity?.unitText ?? "")'",
        "日期不能加减“\(quantity?.unitText ?? "")”")
    }
    switch value {
    case .date(let date): return date.adding(duration).map { [.date($0)] } ?? []
    case .dateTime(let date): return date.adding(duration).map { [.dateTime($0)] } ?? []
    case .time(let time): return time.adding(duration).map { [.time($0)] } ?? []
    default: return nil
    }
  }
}
