import FHIRSearch

/// Tuples, searched by their first component. <https://hl7.org/fhir/R4/search.html#composite>
extension Expression {
  static func rows(_ keys: ParameterKeys, _ values: [CompositeValue]) -> [RowSelect] {
    let hasUnit = values.contains { $0.hasUnit }
    let param = Expression.keys(keys, hasUnit ? .unit : .value)
    var condition: SQLText = "param \(oneOf: param)"
    var place = 1
    for value in values {
      let (lo, hi) = ("lo\(place)", "hi\(place)")
      switch value {
      case .token(let token): condition = "\(condition)\(token.condition(lo, hi))"
      case .string(let string):
        let folded = string.folded
        let end = StringValue.end(of: folded)
        condition = "\(condition) AND \(raw: lo) >= \(folded) AND \(raw: lo) < \(end)"
      case .uri(let url): condition = "\(condition) AND \(raw: lo) = \(url)"
      case .range(let range): condition = "\(condition) AND \(range.condition(lo, hi))"
      case .quantity(let quantity):
        if let unit = quantity.unit {
          condition = "\(condition)\(unit.condition(lo, hi))"
          place += 1
        }
        let range = quantity.range.condition("lo\(place)", "hi\(place)")
        condition = "\(condition) AND \(range)"
      case .reference(let reference):
        condition = "\(condition) AND \(Expression.condition(reference, lo, hi))"
      }
      place += 1
    }
    return [RowSelect(table: .composite, condition: condition)]
  }

  private static func condition(_ reference: ReferenceValue, _ lo: String, _ hi: String)
    -> SQLText
  {
    if let id = reference.id {
      return "\(raw: lo) IN (\(ident(reference.types, id))) AND \(raw: hi) = 0"
    }
    return "\(raw: lo) = \(Hash.url(reference.url ?? "")) AND \(raw: hi) = -1"
  }
}
