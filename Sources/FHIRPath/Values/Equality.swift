import FHIR

/// `=` and `~`, <https://hl7.org/fhirpath/N1/#equality>.
enum Equality {
  /// Whether two collections are equal in order; nil where either is empty or it cannot be told.
  static func equal(_ left: [Value], _ right: [Value]) -> Bool? {
    if left.isEmpty || right.isEmpty { return nil }
    guard left.count == right.count else { return false }
    var isCertain = true
    for (first, second) in zip(left, right) {
      switch equal(first, second) {
      case false?: return false
      case nil: isCertain = false
      case true?: break
      }
    }
    return isCertain ? true : nil
  }

  static func equal(_ left: Value, _ right: Value) -> Bool? {
    switch (left.system, right.system) {
    case (.boolean(let left), .boolean(let right)): return left == right
    case (.integer(let left), .integer(let right)): return left == right
    case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
    case (.date(let left), .date(let right)), (.dateTime(let left), .dateTime(let right)),
      (.date(let left), .dateTime(let right)), (.dateTime(let left), .date(let right)):
      return left.order(right).map { $0 == .same }
    case (.time(let left), .time(let right)): return left.order(right).map { $0 == .same }
    case (.quantity(let left), .quantity(let right)): return left.isEqual(right)
    case (.quantity(let left), let right):
      return right.decimal.flatMap {
        left.isEqual(Quantity(value: $0, unit: .ucum("1")))
      } ?? false
    case (let left, .quantity(let right)):
      return left.decimal.flatMap {
        Quantity(value: $0, unit: .ucum("1")).isEqual(right)
      } ?? false
    case (.type(let left), .type(let right)): return left == right
    case (.node(let left), .node(let right)): return equal(left, right, isEquivalence: false)
    case (let left, let right):
      guard let left = left.decimal, let right = right.decimal else { return false }
      return left == right
    }
  }

  /// Whether two elements have the same content, whatever the order of their members.
  static func equal(_ left: Node, _ right: Node, isEquivalence: Bool) -> Bool {
    if left.cursor.index == right.cursor.index,
      left.cursor.raw.baseAddress == right.cursor.raw.baseAddress
    {
      return true
    }
    if left.type.isPrimitive != right.type.isPrimitive { return false }
    func collect(_ node: Node) -> [NameID: [Value]] {
      var found: [NameID: [Value]] = [:]
      node.forEachChild { name, child in
        if isEquivalence, name == .id || name == .extension { return }
        found[name, default: []].append(.node(child))
      }
      return found
    }
    let first = collect(left)
    let second = collect(right)
    guard first.count == second.count else { return false }
    return first.allSatisfy { name, children in
      guard let others = second[name] else { return false }
      return isEquivalence
        ? equivalent(children, others)
        : children.count == others.count && equal(children, others) ?? false
    }
  }

  /// Whether two collections are equivalent, in whatever order.
  static func equivalent(_ left: [Value], _ right: [Value]) -> Bool {
    guard left.count == right.count else { return false }
    if left.count == 1 { return equivalent(left[0], right[0]) }
    var rest = right
    for value in left {
      guard let place = rest.firstIndex(where: { equivalent(value, $0) }) else { return false }
      rest.remove(at: place)
    }
    return true
  }

  static func equivalent(_ left: Value, _ right: Value) -> Bool {
    switch (left.system, right.system) {
    case (.string(let left), .string(let right)):
      return left.folded == right.folded
    case (.date(let left), .date(let right)), (.dateTime(let left), .dateTime(let right)),
      (.date(let left), .dateTime(let right)), (.dateTime(let left), .date(let right)):
      return left.order(right) == .same
    case (.time(let left), .time(let right)): return left.order(right) == .same
    case (.quantity(let left), .quantity(let right)): return left.isEquivalent(right)
    case (.node(let left), .node(let right)): return equal(left, right, isEquivalence: true)
    case (let left, let right):
      if let left = left.decimal, let right = right.decimal { return left.isEquivalent(right) }
      return equal(left, right) ?? false
    }
  }
}

extension String {
  /// Lower case, and white space of any kind and length as one space.
  fileprivate var folded: String {
    lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension ExactDecimal {
  /// Equal when rounded to the digits of the less precise,
  /// <https://hl7.org/fhirpath/N1/#equivalent>.
  func isEquivalent(_ other: ExactDecimal) -> Bool {
    let digits = max(0, min(normalized.scale, other.normalized.scale))
    return rounded(to: digits) == other.rounded(to: digits)
  }
}
