import FHIR

/// Turns the expressions that are most of all search parameters and many invariants into plans.
///
/// What it does not know it leaves to the interpreter; nil says so.
struct Planner {
  let memory = PlanMemory()

  /// Steps, and the type of what they lead to; `isNever` where nothing can come of them.
  struct Route {
    var steps: [PlanStep] = []
    /// Nil behind a choice of several types or where a resource of any type stands.
    var type: TypeID?
    var isNever = false

    static var never: Route { Route(isNever: true) }
  }

  /// The routes of a union, in order.
  func routes(_ syntax: Syntax, on type: TypeID) -> [Route]? {
    if case .binary(.union, let left, let right, _) = syntax {
      guard let first = routes(left, on: type), let second = routes(right, on: type) else {
        return nil
      }
      return first + second
    }
    return route(syntax, on: type).map { [$0] }
  }

  func route(_ syntax: Syntax, on type: TypeID) -> Route? {
    switch syntax {
    case .this: return Route(type: type)
    case .member(nil, let name):
      if let named = name.type {
        if Schema.r4.isSubtype(type, of: named) { return Route(type: type) }
        if Schema.r4.isResource(named) { return .never }
      }
      return member(name, of: Route(type: type))
    case .member(let focus?, let name):
      return route(focus, on: type).flatMap { member(name, of: $0) }
    case .asType(let operand, let wanted, _):
      return route(operand, on: type).flatMap { narrowed($0, to: wanted, isExact: false) }
    case .call(let call):
      let focus = call.focus.map { route($0, on: type) } ?? Route(type: type)
      guard let focus else { return nil }
      if focus.isNever { return isNeverFree(call.function) ? nil : .never }
      return self.call(call, focus)
    default: return nil
    }
  }

  /// Functions that yield something even on nothing.
  private func isNeverFree(_ function: Function) -> Bool {
    switch function {
    case .where, .as, .ofType, .extension: false
    default: true
    }
  }

  private func member(_ name: Name, of route: Route) -> Route? {
    if route.isNever { return route }
    guard let type = route.type, !type.isPrimitive else { return nil }
    var result = route
    switch ElementMembers.of(name.id, in: type) {
    case .one(let name, let type)?:
      var step = PlanStep(.member)
      step.name = name
      step.type = type
      step.isResource = Schema.r4.isResource(type)
      result.steps.append(step)
      result.type = step.isResource ? nil : type
    case .choice(let choices)?:
      var step = PlanStep(.choice)
      step.choices = memory.keep(choices.map { PlanChoice(name: $0.name, type: $0.type) })
      result.steps.append(step)
      result.type = nil
    case nil: return nil
    }
    return result
  }

  private func narrowed(_ route: Route, to wanted: TypeSpecifier, isExact: Bool) -> Route? {
    if route.isNever { return route }
    guard let wanted = wanted.fhir else { return nil }
    let schema = Schema.r4
    var result = route
    if let type = route.type {
      let isRight =
        isExact && type.isPrimitive ? type == wanted : schema.isSubtype(type, of: wanted)
      return isRight ? route : .never
    }
    guard var step = route.steps.last else { return nil }
    if step.kind == .choice {
      let choices = step.choices.filter {
        isExact && $0.type.isPrimitive ? $0.type == wanted : schema.isSubtype($0.type, of: wanted)
      }
      if choices.isEmpty { return .never }
      step.choices = memory.keep(choices)
      result.steps[result.steps.count - 1] = step
      result.type = choices.count == 1 ? choices[0].type : nil
      return result
    }
    step = PlanStep(.ofType)
    step.type = wanted
    result.steps.append(step)
    result.type = schema[wanted].isAbstract ? nil : wanted
    return result
  }

  private func call(_ call: Call, _ focus: Route) -> Route? {
    switch call.function {
    case .as, .ofType:
      guard let type = call.type else { return nil }
      return narrowed(focus, to: type, isExact: call.function == .ofType)
    case .where:
      guard let condition = condition(call.arguments[0], on: focus.type) else { return nil }
      return filtered(focus, by: condition)
    case .extension:
      guard let type = focus.type, !type.isPrimitive, case .literal(let url) = call.arguments[0],
        let text = url.string, let name = nameless(.extension, of: focus)
      else { return nil }
      var condition = PlanCondition(.equalsText)
      guard let route = nameless(.url, of: Route(type: .extension)) else { return nil }
      condition.steps = memory.keep(route.steps)
      condition.text = memory.keep(text)
      return filtered(name, by: condition)
    default: return nil
    }
  }

  private func nameless(_ name: NameID, of route: Route) -> Route? {
    member(Name(Schema.r4.names.string(of: name), offset: 0), of: route)
  }

  private func filtered(_ route: Route, by condition: PlanCondition) -> Route {
    var step = PlanStep(.filter)
    step.condition = memory.keep(condition)
    var result = route
    result.steps.append(step)
    return result
  }

  // MARK: Conditions

  /// A condition on an item of a type, nil as well where the type is not known.
  func condition(_ syntax: Syntax, on type: TypeID?) -> PlanCondition? {
    switch syntax {
    case .binary(let sign, let left, let right, _):
      return binary(sign, left, right, type)
    case .isType(.call(let call), let wanted, _) where call.function == .resolve:
      // A reference of any type of focus answers for itself.
      guard let wanted = wanted.fhir else { return nil }
      let focus = call.focus.map { focus in type.flatMap { route(focus, on: $0) } } ?? Route()
      guard let focus, !focus.isNever else { return nil }
      var condition = PlanCondition(.resolves)
      condition.steps = memory.keep(focus.steps)
      condition.type = wanted
      return condition
    case .call(let call): return self.condition(call, on: type)
    default:
      guard let type, let route = route(syntax, on: type), route.type == TypeID(.boolean) else {
        return nil
      }
      var condition = PlanCondition(.isTrue)
      condition.steps = memory.keep(route.steps)
      return condition
    }
  }

  private func binary(_ sign: Operator, _ left: Syntax, _ right: Syntax, _ type: TypeID?)
    -> PlanCondition?
  {
    let kinds: [Operator: PlanCondition.Kind] = [
      .and: .and, .or: .or, .xor: .xor, .implies: .implies,
    ]
    if let kind = kinds[sign] {
      guard let first = condition(left, on: type), let second = condition(right, on: type) else {
        return nil
      }
      return combined(kind, first, second)
    }
    guard sign == .equal || sign == .notEqual else { return nil }
    guard case .literal(let literal) = right, let type, let route = route(left, on: type) else {
      return nil
    }
    guard !route.isNever, let condition = equality(route, literal) else { return nil }
    return sign == .equal ? condition : combined(.not, condition, nil)
  }

  private func equality(_ route: Route, _ literal: Value) -> PlanCondition? {
    switch literal {
    case .string(let text):
      guard let primitive = route.type?.primitive, primitive.system == .string else { return nil }
      var condition = PlanCondition(.equalsText)
      condition.steps = memory.keep(route.steps)
      condition.text = memory.keep(text)
      return condition
    case .boolean(let value):
      var condition = PlanCondition(.equalsBoolean)
      condition.steps = memory.keep(route.steps)
      condition.boolean = value
      return condition
    default: return nil
    }
  }

  private func combined(
    _ kind: PlanCondition.Kind, _ left: PlanCondition, _ right: PlanCondition?
  ) -> PlanCondition {
    var condition = PlanCondition(kind)
    condition.left = memory.keep(left)
    condition.right = right.flatMap { memory.keep($0) }
    return condition
  }

  private func condition(_ call: Call, on type: TypeID?) -> PlanCondition? {
    switch call.function {
    case .exists, .empty:
      guard let type else { return nil }
      let focus = call.focus.map { route($0, on: type) } ?? Route(type: type)
      guard var route = focus, !route.isNever else { return nil }
      if let criterion = call.arguments.first {
        guard let condition = condition(criterion, on: route.type) else { return nil }
        route = filtered(route, by: condition)
      }
      if let last = route.steps.last, last.kind == .member || last.kind == .choice {
        route.steps[route.steps.count - 1].countsTwins = true
      }
      var condition = PlanCondition(call.function == .exists ? .exists : .empty)
      condition.steps = memory.keep(route.steps)
      return condition
    case .not:
      guard let focus = call.focus, let inner = condition(focus, on: type) else { return nil }
      return combined(.not, inner, nil)
    default: return nil
    }
  }
}
