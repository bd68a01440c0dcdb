import FHIR

/// One component of a composite. <https://hl7.org/fhir/R4/search.html#composite>
package enum CompositeValue: Hashable, Sendable {
  case token(TokenValue)
  case string(StringValue)
  case uri(String)
  case range(RangeValue)
  case quantity(QuantityValue)
  case reference(ReferenceValue)
}

extension CompositeValue: CustomStringConvertible {
  package var description: String {
    switch self {
    case .token(let value): "\(value)"
    case .string(let value): "\(value)"
    case .uri(let value): value
    case .range(let value): "\(value)"
    case .quantity(let value): "\(value)"
    case .reference(let value): "\(value)"
    }
  }
}

extension CompositeValue {
  /// The values of all components, between `$`.
  static func parse(
    _ value: QueryValue, _ parameter: SearchParameter, _ context: QueryContext
  ) throws(Anomaly) -> [CompositeValue] {
    let parts = value.split("$")
    let count = parameter.components.count
    guard parts.count == count else {
      throw value.wrong(
        "'\(parameter.code)' has \(count) components, joined by '$'",
        "“\(parameter.code)”由 \(count) 个以 $ 相连的部分组成")
    }
    var values: [CompositeValue] = []
    for (part, component) in zip(parts, parameter.components) {
      values.append(try parse(part, of: component, context))
    }
    return values
  }

  private static func parse(
    _ value: QueryValue, of component: SearchParameter, _ context: QueryContext
  ) throws(Anomaly) -> CompositeValue {
    switch component.type {
    case .token: .token(try TokenValue.parse(value))
    case .string: .string(StringValue(.starts, value.unescaped))
    case .uri: .uri(value.unescaped)
    case .date: .range(try RangeValue.parseDate(value, context))
    case .number: .range(try RangeValue.parseNumber(value))
    case .quantity: .quantity(try QuantityValue.parse(value))
    case .reference:
      .reference(
        try ReferenceValue.parse(value, targets: component.targets, of: nil, context))
    case .composite, .special:
      throw value.wrong("A component of this type cannot be searched", "此类组成部分不可检索")
    }
  }
}

/// The tuples of composites.
extension EntryWriter {
  /// One column pair of a component, and of a quantity a second pair with its unit before it.
  typealias Column = (low: TupleValue, high: TupleValue)

  /// Adds the tuples of one object: every combination of its components' values.
  func tuples(_ object: JSONCursor, _ plan: CompositePlan, _ key: Int32) {
    var combinations: [[[Column]]] = [[]]
    // The last component is the value, which most often is of another type or missing.
    for component in plan.components.reversed() {
      let values = columns(object, component)
      if values.isEmpty { return }
      combinations = combinations.flatMap { end in values.map { [$0] + end } }
      guard combinations.count <= Self.tupleLimit else { return }
    }
    for combination in combinations {
      let columns = combination.flatMap { $0 }
      guard columns.count <= 3 else { continue }
      let hasUnit = combination.contains { $0.count == 2 }
      entries.add(
        hasUnit ? key &+ IndexVariant.unit.rawValue : key,
        IndexTuple(columns.flatMap { [$0.low, $0.high] }))
    }
  }

  /// The most tuples of one object.
  private static let tupleLimit = 1_000

  private func columns(_ object: JSONCursor, _ component: CompositePlan.Component) -> [[Column]] {
    var columns: [[Column]] = []
    swap(&entries, &scratch)
    for path in component.paths {
      let from = path.isFromResource ? resource : object
      forEachValue(of: path.steps[...], in: from) { value in
        entries.removeAll()
        write(value, LeafForm(component.type, path.type), 0)
        columns += self.columns(value, component.type)
      }
    }
    swap(&entries, &scratch)
    return columns
  }

  /// What was just written, as columns.
  private func columns(_ value: JSONCursor, _ type: SearchParameterType) -> [[Column]] {
    var columns: [[Column]] = []
    for row in entries.rows where row.key == IndexVariant.value.rawValue || row.isLongRange {
      let text = String(decoding: row.kind == .integer ? [] : textBytes(of: row), as: UTF8.self)
      let column: Column =
        switch row.kind {
        case .integer: (.integer(row.low), .integer(row.high))
        case .real: (.real(row.lowReal), .real(row.highReal))
        case .text: (.text(text), .integer(0))
        case .reference: (.reference(row.target, id: text), .integer(0))
        case .tuple: (.integer(0), .integer(0))
        }
      columns.append([column])
      guard type == .quantity else { continue }
      forEachUnit(of: value.member("low") ?? value) { code, system in
        columns.append([(.integer(code), .integer(system)), column])
      }
    }
    return columns
  }

  private func textBytes(of row: IndexEntry) -> ArraySlice<UInt8> {
    guard row.kind == .text || row.kind == .reference else { return [] }
    let bytes = entries.text(of: row)
    return bytes.prefix { $0 != EntryWriter.separator }
  }
}

extension IndexEntry {
  var lowReal: Double { Double(bitPattern: UInt64(bitPattern: low)) }
  var highReal: Double { Double(bitPattern: UInt64(bitPattern: high)) }
  fileprivate var isLongRange: Bool { key == IndexVariant.long.rawValue }
}
