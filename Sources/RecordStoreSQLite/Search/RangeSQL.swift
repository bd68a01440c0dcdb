import FHIRSearch

/// Dates, numbers and quantities: ranges against ranges.
/// <https://hl7.org/fhir/R4/search.html#prefix>
extension RangeValue {
  var lowValue: SQLValue { low.value }
  var highValue: SQLValue { high.value }

  /// How much of a short range may lie before a bound.
  private var span: RangeBound {
    switch high {
    case .integer: .integer(RangeLimit.milliseconds)
    case .real: .real(0)
    }
  }

  /// The rows of `idx`: short ranges are found by their start, long ones by the bound that decides.
  func rows(_ keys: ParameterKeys) -> [RowSelect] {
    let short = Expression.keys(keys, .value)
    let long = Expression.keys(keys, .long)
    let longEnd = Expression.keys(keys, .longEnd)
    func select(_ param: [SQLValue], _ condition: SQLText) -> RowSelect {
      RowSelect(table: .idx, condition: "param \(oneOf: param) AND \(condition)")
    }
    let both = short + long
    switch comparison {
    case .eq:
      return [
        select(both, "lo >= \(lowValue) AND lo <= \(highValue) AND hi <= \(highValue)")
      ]
    case .ne: return [select(both, "(lo < \(lowValue) OR hi > \(highValue))")]
    case .lt: return [select(both, "lo < \(lowValue)")]
    case .sa: return [select(both, "lo > \(highValue)")]
    case .eb: return [select(both, "lo < \(lowValue) AND hi < \(lowValue)")]
    case .le:
      return [
        select(both, "lo <= \(highValue) AND (lo < \(lowValue) OR hi <= \(highValue))")
      ]
    case .gt:
      return [
        select(short, "lo > \((high - span).value) AND hi > \(highValue)"),
        // In these rows the end stands in `lo`.
        select(longEnd, "lo > \(highValue)"),
      ]
    case .ge:
      let start = min(high - span, low)
      return [
        select(
          short, "lo >= \(start.value) AND (hi > \(highValue) OR lo >= \(lowValue))"),
        select(longEnd, "lo > \(highValue)"), select(long, "lo >= \(lowValue)"),
      ]
    case .ap:
      return [
        select(
          short,
          "lo >= \((low - span).value) AND lo <= \(highValue) AND hi >= \(lowValue)"),
        select(long, "lo <= \(highValue) AND hi >= \(lowValue)"),
      ]
    }
  }

  /// The same on two columns of a tuple, where long ranges are not apart.
  func condition(_ lo: String, _ hi: String) -> SQLText {
    switch comparison {
    case .eq:
      "\(raw: lo) >= \(lowValue) AND \(raw: lo) <= \(highValue) AND \(raw: hi) <= \(highValue)"
    case .ne: "(\(raw: lo) < \(lowValue) OR \(raw: hi) > \(highValue))"
    case .gt: "\(raw: hi) > \(highValue)"
    case .lt: "\(raw: lo) < \(lowValue)"
    case .ge: "(\(raw: hi) > \(highValue) OR \(raw: lo) >= \(lowValue))"
    case .le: "(\(raw: lo) < \(lowValue) OR \(raw: hi) <= \(highValue))"
    case .sa: "\(raw: lo) > \(highValue)"
    case .eb: "\(raw: hi) < \(lowValue)"
    case .ap: "\(raw: lo) <= \(highValue) AND \(raw: hi) >= \(lowValue)"
    }
  }
}

extension RangeBound {
  var value: SQLValue {
    switch self {
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    }
  }

  fileprivate static func - (left: RangeBound, right: RangeBound) -> RangeBound {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): .integer(left &- right)
    case (.real(let left), .real(let right)):
      // A point equal to the bound has to stay in reach of a comparison that excludes it.
      .real(left - right)
    default: left
    }
  }
}

/// The lesser of two bounds of one kind.
private func min(_ left: RangeBound, _ right: RangeBound) -> RangeBound {
  switch (left, right) {
  case (.integer(let one), .integer(let other)): one < other ? left : right
  case (.real(let one), .real(let other)): one < other ? left : right
  default: left
  }
}

extension QuantityValue {
  func rows(_ keys: ParameterKeys) -> [RowSelect] {
    guard let unit else { return range.rows(keys) }
    let param = Expression.keys(keys, .unit)
    let token = unit.condition("lo1", "hi1")
    let asWritten = RowSelect(
      table: .composite,
      condition: "param \(oneOf: param)\(token) AND \(range.condition("lo2", "hi2"))")
    guard let (dimension, range) = canonical else { return [asWritten] }
    let bases = Expression.keys(keys, .canonical)
    let canonical = RowSelect(
      table: .composite,
      condition: """
        param \(oneOf: bases) AND lo1 = \(dimension) AND hi1 = 0 \
        AND \(range.condition("lo2", "hi2"))
        """)
    return [asWritten, canonical]
  }
}

extension TokenValue {
  /// ` AND lo = ? AND hi = ?`, as far as they are given.
  func condition(_ lo: String, _ hi: String) -> SQLText {
    var condition: SQLText = ""
    if let codeHash { condition = " AND \(raw: lo) = \(codeHash)" }
    if let systemHash { condition = "\(condition) AND \(raw: hi) = \(systemHash)" }
    return condition
  }
}
