import FHIR

/// A quantity that is searched for. <https://hl7.org/fhir/R4/search.html#quantity>
package struct QuantityValue: Hashable, Sendable {
  package var range: RangeValue
  /// The unit; nil for `[number]`.
  package var unit: TokenValue?
  /// The bounds with all their digits, for other units.
  var exact: ExactBounds?

  struct ExactBounds: Hashable, Sendable {
    var low: ExactDecimal
    var high: ExactDecimal
    /// Whether the upper bound does not belong to the range.
    var isOpen: Bool
  }
}

extension QuantityValue: CustomStringConvertible {
  package var description: String {
    guard let unit else { return range.description }
    return "\(range) \(unit)"
  }
}

extension QuantityValue {
  /// `[prefix][number]`, `[prefix][number]|[system]|[code]` or `[prefix][number]||[code]`
  static func parse(_ value: QueryValue) throws(Anomaly) -> QuantityValue {
    let parts = value.split("|")
    guard parts.count <= 3 else {
      throw value.wrong("Expected number|system|code", "此处应为“数字|系统|单位”")
    }
    let range = try RangeValue.parseNumber(parts[0])
    let system = parts.count > 1 ? parts[1].unescaped : ""
    let code = parts.count > 2 ? parts[2].unescaped : ""
    if system.isEmpty, code.isEmpty { return QuantityValue(range: range, unit: nil) }
    let unit = TokenValue(
      system.isEmpty ? .any : .url(system), code.isEmpty ? nil : code, variant: .unit)
    return QuantityValue(range: range, unit: unit, exact: bounds(parts[0], range.comparison))
  }
}

extension QuantityValue {
  private static func bounds(_ value: QueryValue, _ comparison: Comparison) -> ExactBounds? {
    guard let number = ExactDecimal(value.prefix().1.unescaped) else { return nil }
    switch comparison {
    case .eq, .ne:
      guard let bounds = number.bounds else { return nil }
      return ExactBounds(low: bounds.low, high: bounds.high, isOpen: true)
    case .ap:
      let tenth = ExactDecimal(significand: number.significand, scale: number.scale + 1).magnitude
      guard let tenth, let low = number.subtracting(tenth), let high = number.adding(tenth) else {
        return nil
      }
      return ExactBounds(low: low, high: high, isOpen: false)
    default: return ExactBounds(low: number, high: number, isOpen: false)
    }
  }
}

/// The rows of quantities.
extension EntryWriter {
  func quantity(_ quantity: JSONCursor, _ key: Int32) {
    guard let value = quantity.member(.value), let number = double(value) else { return }
    range(number, number, key)
    units(quantity, number, number, key)
    canonical(quantity, value, key)
  }

  func money(_ money: JSONCursor, _ key: Int32) {
    guard let number = money.member(.value).flatMap({ double($0) }) else { return }
    range(number, number, key)
    if let currency = money.member("currency") {
      unit(
        withBytes(of: currency, Hash.code), Hash.system("urn:iso:std:iso:4217"), number, number, key
      )
    }
  }

  func quantityRange(_ value: JSONCursor, _ key: Int32) {
    guard let (low, high) = numberRange(value) else { return }
    range(low, high, key)
    if let quantity = value.member("low") ?? value.member("high") {
      units(quantity, low, high, key)
    }
  }

  /// A row for the code of the unit and, where it is another, one for the unit as people write it.
  private func units(_ quantity: JSONCursor, _ low: Double, _ high: Double, _ key: Int32) {
    forEachUnit(of: quantity) { code, system in unit(code, system, low, high, key) }
  }

  func forEachUnit(of quantity: JSONCursor, _ body: (_ code: Int64, _ system: Int64) -> Void) {
    let system = quantity.member(.system).map { withBytes(of: $0, Hash.system) } ?? 0
    let code = quantity.member(.code).map { withBytes(of: $0, Hash.code) }
    let unit = quantity.member(.unit).map { withBytes(of: $0, Hash.code) }
    if let code { body(code, system) }
    if let unit, unit != code { body(unit, system) }
  }

  private func unit(_ code: Int64, _ system: Int64, _ low: Double, _ high: Double, _ key: Int32) {
    entries.add(
      key &+ IndexVariant.unit.rawValue,
      IndexTuple([.integer(code), .integer(system), .real(low), .real(high)]))
  }
}
