import FHIR

extension Evaluator {
  /// Calls a function on its focus; each group of functions answers for its own.
  func call(_ call: Call, _ focus: [Value], _ context: inout Context) throws(Anomaly) -> [Value] {
    if let result = try existence(call, focus, context) { return try bounded(result) }
    if let result = try selection(call, focus, &context) { return try bounded(result) }
    if let result = try conversion(call, focus, context) { return result }
    if let result = try text(call, focus, context) { return try bounded(result) }
    if let result = try mathematics(call, focus, context) { return result }
    if let result = try navigation(call, focus, &context) { return try bounded(result) }
    if let result = try elements(call, focus, context) { return try bounded(result) }
    throw error(
      "'\(call.function.rawValue)' is not supported", "不支持“\(call.function.rawValue)”",
      .notSupported)
  }

  /// Evaluates an argument with one item as `$this`.
  func each(_ argument: Syntax, _ item: Value, _ index: Int, _ context: Context) throws(Anomaly)
    -> [Value]
  {
    var inner = context
    inner.this = item
    inner.index = index
    return try evaluate(argument, &inner)
  }

  /// Whether a criterion holds for an item.
  func holds(
    _ criterion: Syntax, _ item: Value, _ index: Int, _ context: Context, _ what: String
  ) throws(Anomaly) -> Bool {
    try truth(each(criterion, item, index, context), what) == true
  }
}
