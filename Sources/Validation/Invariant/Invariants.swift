import FHIR
import FHIRPath

/// The invariants of types, elements and profiles.
extension Walk {
  /// The invariants of an object's type that the elements in it do not prove by being there.
  mutating func invariants(of cursor: JSONCursor, _ type: TypeID, _ plan: TypePlan, seen: UInt64) {
    for index in plan.firstRule..<plan.firstRule &+ plan.ruleCount {
      let rule = plans.rules[index]
      if rule.presence.isProven(by: seen) { continue }
      if let native = rule.native, Self.holds(native, cursor) { continue }
      check(rule, on: cursor, type)
    }
  }

  /// One rule on a value by its FHIRPath.
  mutating func check(_ rule: Rule, on cursor: JSONCursor, _ type: TypeID) {
    let definition = rule.definition
    guard let path = rule.path else {
      return report(
        .warning, .exception, at: cursor,
        "\(definition.key) cannot be checked: '\(definition.expression)' is not FHIRPath",
        "\(definition.key) 无法检查:“\(definition.expression)”不是 FHIRPath")
    }
    let resource = Node(frame.cursor, type: frame.type)
    let container =
      frame.container.index == frame.cursor.index ? resource : Node(resource: frame.container)
    do {
      let result = try path.evaluate(
        on: Node(cursor, type: type), resource: resource, rootResource: container, environment)
      guard Self.isFalse(result) else { return }
      report(
        definition.isError ? .error : .warning, .invariant, at: cursor,
        "\(definition.key): \(definition.human)", "违反规则 \(definition.key):\(definition.human)")
    } catch {
      report(
        .warning, .exception, at: cursor,
        "\(definition.key) cannot be checked: \(error.message)",
        "\(definition.key) 无法检查:\(error.chinese ?? error.message)")
    }
  }

  /// Whether a rule is broken. What yields nothing says nothing:
  /// `fullUrl.contains('/_history/').not()` has no answer for an entry without `fullUrl`, and the
  /// standard's examples have such entries.
  static func isFalse(_ result: [Value]) -> Bool {
    guard result.count == 1 else { return false }
    switch result[0] {
    case .boolean(let value): return !value
    case .node(let node): return node.cursor.kind == .false
    default: return false
    }
  }
}
