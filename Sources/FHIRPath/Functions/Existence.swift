import FHIR

extension Evaluator {
  /// <https://hl7.org/fhirpath/N1/#existence>
  func existence(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly) -> [Value]? {
    switch call.function {
    case .empty: return [.boolean(focus.isEmpty)]
    case .count: return [.integer(focus.count)]
    case .exists:
      guard let criterion = call.arguments.first else { return [.boolean(!focus.isEmpty)] }
      for (index, item) in focus.enumerated()
      where try holds(criterion, item, index, context, "exists") {
        return [.boolean(true)]
      }
      return [.boolean(false)]
    case .all:
      for (index, item) in focus.enumerated()
      where try !holds(call.arguments[0], item, index, context, "all") {
        return [.boolean(false)]
      }
      return [.boolean(true)]
    case .allTrue: return [.boolean(try booleans(focus, "allTrue").allSatisfy { $0 })]
    case .anyTrue: return [.boolean(try booleans(focus, "anyTrue").contains(true))]
    case .allFalse: return [.boolean(try booleans(focus, "allFalse").allSatisfy { !$0 })]
    case .anyFalse: return [.boolean(try booleans(focus, "anyFalse").contains(false))]
    case .subsetOf:
      return [.boolean(try isSubset(focus, of: items(call.arguments[0], context)))]
    case .supersetOf:
      return [.boolean(try isSubset(items(call.arguments[0], context), of: focus))]
    case .distinct: return try distinct(focus)
    case .isDistinct: return [.boolean(try distinct(focus).count == focus.count)]
    case .not:
      return boolean(try truth(focus, "not").map { !$0 })
    default: return nil
    }
  }

  private func booleans(_ items: [Value], _ what: String) throws(Anomaly) -> [Bool] {
    var found: [Bool] = []
    for item in items {
      guard case .boolean(let value) = item.system else {
        throw error(
          "'\(what)' takes Booleans, not \(item.typeName.name)",
          "“\(what)”需要布尔值,而不是 \(item.typeName.name)")
      }
      found.append(value)
    }
    return found
  }

  private func isSubset(_ items: [Value], of others: [Value]) throws(Anomaly) -> Bool {
    var set = ValueSet()
    for item in others {
      try step(1 + set.cost(of: item))
      _ = set.insert(item)
    }
    for item in items {
      try step(1 + set.cost(of: item))
      if !set.contains(item) { return false }
    }
    return true
  }
}
