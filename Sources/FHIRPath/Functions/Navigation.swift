import FHIR

extension Evaluator {
  /// Tree navigation, time, reflection, boundaries.
  /// <https://hl7.org/fhirpath/N1/#utility-functions>
  func navigation(_ call: Call, _ focus: [Value], _ context: inout Context) throws(Anomaly)
    -> [Value]?
  {
    switch call.function {
    case .children: return children(of: focus)
    case .descendants: return try descendants(of: focus)
    case .now: return [.dateTime(environment.now)]
    case .today: return [.date(environment.now.withoutTime)]
    case .timeOfDay: return [.time(environment.now.time)]
    case .trace:
      let name = try string(call.arguments[0], context, "trace")
      guard let trace = environment.trace else { return focus }
      var traced = focus
      if call.arguments.count > 1 {
        traced = []
        for (index, item) in focus.enumerated() {
          traced += try each(call.arguments[1], item, index, context)
        }
      }
      trace(name ?? "", traced)
      return focus
    case .defineVariable: return try define(call.arguments, focus, &context)
    case .is: return try call.type.map { type throws(Anomaly) in try isType(focus, type) }
    case .as: return try call.type.map { type throws(Anomaly) in try asType(focus, type) }
    case .type: return focus.map { .type($0.typeName) }
    case .lowBoundary: return try boundary(.low, call, focus, context)
    case .highBoundary: return try boundary(.high, call, focus, context)
    case .precision:
      guard let item = try single(focus, "precision") else { return [] }
      return Boundary.precision(of: item.system).map { [.integer($0)] } ?? []
    case .comparable: return try comparable(focus, items(call.arguments[0], context))
    default: return nil
    }
  }

  private func children(of items: [Value]) -> [Value] {
    var found: [Value] = []
    for case .node(let node) in items { node.forEachChild { found.append(.node($1)) } }
    return found
  }

  private func descendants(of items: [Value]) throws(Anomaly) -> [Value] {
    var found: [Value] = []
    var level = items
    while !level.isEmpty {
      level = try bounded(children(of: level))
      found += level
    }
    return try bounded(found)
  }

  private func define(_ arguments: [Syntax], _ focus: [Value], _ context: inout Context)
    throws(Anomaly) -> [Value]
  {
    guard let name = try string(arguments[0], context, "defineVariable") else { return focus }
    guard !isDefined(name, context) else {
      throw error("The variable '%\(name)' is defined already", "变量“%\(name)”已经定义")
    }
    var value = focus
    if arguments.count > 1 {
      var inner = context
      if focus.count == 1 { inner.this = focus[0] } else { inner.focus = focus }
      value = try items(arguments[1], inner)
    }
    context.variables = Context.Variable(name: name, value: value, outer: context.variables)
    return focus
  }

  private func boundary(_ boundary: Boundary, _ call: Call, _ focus: [Value], _ context: Context)
    throws(Anomaly) -> [Value]
  {
    guard let item = try single(focus, call.function.rawValue) else { return [] }
    var digits: Int?
    if let argument = call.arguments.first {
      digits = try integer(argument, context)
      if digits == nil { return [] }
    }
    return boundary.of(item.system, digits: digits).map { [$0] } ?? []
  }

  private func comparable(_ left: [Value], _ right: [Value]) throws(Anomaly) -> [Value] {
    let left = try single(left, "comparable")?.system
    let right = try single(right, "comparable")?.system
    guard case .quantity(let first)? = left, case .quantity(let second)? = right else { return [] }
    return [.boolean(first.isComparable(to: second))]
  }
}
