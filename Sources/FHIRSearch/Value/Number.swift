import FHIR

extension RangeValue {
  /// `[prefix][number]`, <https://hl7.org/fhir/R4/search.html#number>.
  static func parseNumber(_ value: QueryValue) throws(Anomaly) -> RangeValue {
    let (comparison, rest) = value.prefix()
    guard let number = ExactDecimal(rest.unescaped) else {
      throw rest.wrong("'\(rest.text)' is not a number", "“\(rest.text)”不是数字")
    }
    let exact = number.double
    switch comparison {
    case .eq, .ne:
      // "100 → [99.5, 100.5)": the upper bound does not belong to the range.
      guard let bounds = number.bounds else { return RangeValue(comparison, exact, exact) }
      return RangeValue(comparison, bounds.low.double, bounds.high.double.nextDown)
    case .ap:
      // "the recommended value … is 10% of the stated value".
      let tenth = abs(exact) / 10
      return RangeValue(comparison, exact - tenth, exact + tenth)
    default:
      // "the implicit precision of the number is ignored".
      return RangeValue(comparison, exact, exact)
    }
  }
}

/// The rows of numbers.
extension EntryWriter {
  func number(_ value: JSONCursor, _ key: Int32) {
    guard let number = double(value) else { return }
    range(number, number, key)
  }

  func double(_ value: JSONCursor) -> Double? {
    guard value.kind == .number else { return nil }
    return ExactDecimal(parsing: value.raw)?.double
  }

  /// The numbers of a `Range`, with the unit of either.
  func numberRange(_ value: JSONCursor) -> (Double, Double)? {
    let low = value.member("low")?.member(.value).flatMap { double($0) }
    let high = value.member("high")?.member(.value).flatMap { double($0) }
    guard low != nil || high != nil else { return nil }
    return (low ?? -Double.greatestFiniteMagnitude, high ?? Double.greatestFiniteMagnitude)
  }

  func numberRange(_ value: JSONCursor, _ key: Int32) {
    guard let (low, high) = numberRange(value) else { return }
    range(low, high, key)
  }
}
