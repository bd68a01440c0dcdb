import FHIR

extension Evaluator {
  func binary(
    _ sign: Operator, _ left: Syntax, _ right: Syntax, _ offset: Int, _ context: Context
  ) throws(Anomaly) -> [Value] {
    let first = try items(left, context)
    if let decided = try shortcut(sign, first, offset) { return decided }
    let second = try items(right, context)
    place = offset
    switch sign {
    case .and, .or, .xor, .implies: return try logic(sign, first, second)
    case .equal: return boolean(Equality.equal(first, second))
    case .notEqual: return boolean(Equality.equal(first, second).map { !$0 })
    case .equivalent: return [.boolean(Equality.equivalent(first, second))]
    case .notEquivalent: return [.boolean(!Equality.equivalent(first, second))]
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return try compare(sign, first, second)
    case .union: return try distinct(first + second)
    case .in: return try isIn(first, second, "in")
    case .contains: return try isIn(second, first, "contains")
    case .concatenate:
      let text = try (string(first, "&") ?? "") + (string(second, "&") ?? "")
      return try bounded(text)
    case .add, .subtract, .multiply, .divide, .div, .mod:
      return try Arithmetic.compute(sign, first, second, self)
    }
  }

  func boolean(_ value: Bool?) -> [Value] { value.map { [.boolean($0)] } ?? [] }

  /// What the left side alone decides.
  private func shortcut(_ sign: Operator, _ left: [Value], _ offset: Int) throws(Anomaly)
    -> [Value]?
  {
    place = offset
    switch sign {
    case .and: return try truth(left, "and") == false ? [.boolean(false)] : nil
    case .or: return try truth(left, "or") == true ? [.boolean(true)] : nil
    case .implies: return try truth(left, "implies") == false ? [.boolean(true)] : nil
    default: return nil
    }
  }

  /// Three-valued logic, <https://hl7.org/fhirpath/N1/#boolean-logic>.
  private func logic(_ sign: Operator, _ left: [Value], _ right: [Value]) throws(Anomaly)
    -> [Value]
  {
    let left = try truth(left, sign.rawValue)
    let right = try truth(right, sign.rawValue)
    switch sign {
    case .and:
      if left == false || right == false { return [.boolean(false)] }
      return left == nil || right == nil ? [] : [.boolean(true)]
    case .or:
      if left == true || right == true { return [.boolean(true)] }
      return left == nil || right == nil ? [] : [.boolean(false)]
    case .implies:
      if left == false || right == true { return [.boolean(true)] }
      return left == nil || right == nil ? [] : [.boolean(false)]
    default:
      guard let left, let right else { return [] }
      return [.boolean(left != right)]
    }
  }

  private func isIn(_ item: [Value], _ items: [Value], _ what: String) throws(Anomaly) -> [Value] {
    guard let item = try single(item, what) else { return [] }
    try step(items.count)
    return [.boolean(items.contains { Equality.equal(item, $0) == true })]
  }

  /// `<`, `<=`, `>`, `>=`; empty where the precision does not suffice.
  private func compare(_ sign: Operator, _ left: [Value], _ right: [Value]) throws(Anomaly)
    -> [Value]
  {
    let left = try single(left, sign.rawValue)
    let right = try single(right, sign.rawValue)
    guard let left, let right, let order = try order(left, right, sign.rawValue) else { return [] }
    switch sign {
    case .less: return [.boolean(order == .before)]
    case .lessOrEqual: return [.boolean(order != .after)]
    case .greater: return [.boolean(order == .after)]
    default: return [.boolean(order != .before)]
    }
  }

  /// How two values stand to each other; an error for values of types that do not compare.
  func order(_ left: Value, _ right: Value, _ what: String) throws(Anomaly) -> Order? {
    switch (left.system, right.system) {
    case (.string(let left), .string(let right)):
      if left.utf8.elementsEqual(right.utf8) { return .same }
      return left.utf8.lexicographicallyPrecedes(right.utf8) ? .before : .after
    case (.date(let left), .date(let right)), (.dateTime(let left), .dateTime(let right)),
      (.date(let left), .dateTime(let right)), (.dateTime(let left), .date(let right)):
      return left.order(right)
    case (.time(let left), .time(let right)): return left.order(right)
    case (.quantity(let left), .quantity(let right)): return left.order(right)
    case (.node(let node), _) where node.isValueless, (_, .node(let node)) where node.isValueless:
      return nil
    case (let first, let second):
      if let first = first.decimal, let second = second.decimal {
        return first == second ? .same : first < second ? .before : .after
      }
      if case .quantity(let quantity) = first, let number = second.decimal {
        return quantity.order(Quantity(value: number, unit: .ucum("1")))
      }
      if case .quantity(let quantity) = second, let number = first.decimal {
        return Quantity(value: number, unit: .ucum("1")).order(quantity)
      }
      let types = (first.typeName.name, second.typeName.name)
      throw error(
        "'\(what)' does not compare \(types.0) with \(types.1)",
        "“\(what)”不能比较 \(types.0) 与 \(types.1)")
    }
  }

  // MARK: Sets

  /// The items without those equal to an earlier one.
  func distinct(_ items: [Value]) throws(Anomaly) -> [Value] {
    var set = ValueSet()
    var found: [Value] = []
    for item in items {
      try step(1 + set.cost(of: item))
      if set.insert(item) { found.append(item) }
    }
    return try bounded(found)
  }
}

/// Items of which no two are equal; what hashes is found at once, the rest by comparing.
struct ValueSet {
  private var keys: Set<Key> = []
  private var others: [Value] = []

  private enum Key: Hashable {
    case boolean(Bool)
    case number(ExactDecimal)
    case string(String)
  }

  init() {}

  private static func key(_ value: Value) -> Key? {
    switch value.system {
    case .boolean(let value): .boolean(value)
    case .integer(let value): .number(ExactDecimal(value))
    case .decimal(let value): .number(value)
    case .string(let value): .string(value)
    default: nil
    }
  }

  func cost(of value: Value) -> Int { ValueSet.key(value) == nil ? others.count : 0 }

  func contains(_ value: Value) -> Bool {
    if let key = ValueSet.key(value) { return keys.contains(key) }
    return others.contains { Equality.equal($0, value) == true }
  }

  /// False where an equal item is in it already.
  mutating func insert(_ value: Value) -> Bool {
    if let key = ValueSet.key(value) { return keys.insert(key).inserted }
    guard !contains(value) else { return false }
    others.append(value)
    return true
  }
}
