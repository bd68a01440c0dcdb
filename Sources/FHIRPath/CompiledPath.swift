package import FHIR

/// An expression prepared for one type: plain paths, choices, filters, unions and conditions walk
/// the tape directly.
///
/// For search indexes and invariants, which evaluate the same expressions on millions of resources.
/// What has no plan is interpreted, with the same results.
package struct CompiledPath: Sendable {
  package let path: Path
  package let type: TypeID
  private let plan: Plan?

  private struct Plan: @unchecked Sendable {
    let memory: PlanMemory
    let routes: [PlanSteps]
    /// Set where the expression is a condition; there are no routes then.
    let condition: UnsafePointer<PlanCondition>?
  }

  package init(_ path: Path, on type: TypeID) {
    self.path = path
    self.type = type
    let planner = Planner()
    if let routes = planner.routes(path.syntax, on: type) {
      plan = Plan(
        memory: planner.memory,
        routes: routes.filter { !$0.isNever }.map { planner.memory.keep($0.steps) },
        condition: nil)
    } else if let condition = planner.condition(path.syntax, on: type) {
      plan = Plan(memory: planner.memory, routes: [], condition: planner.memory.keep(condition))
    } else {
      plan = nil
    }
  }

  package init(parsing text: String, on type: TypeID) throws(Anomaly) {
    self.init(try Path(parsing: text), on: type)
  }

  /// Whether it walks the tape directly.
  package var isPlanned: Bool { plan != nil }

  /// Calls `body` with every element that the expression yields on a resource, and its type; an
  /// element
  /// may come twice where a union names it twice.
  package func forEach(
    on cursor: JSONCursor, _ environment: Environment, _ body: (JSONCursor, TypeID) -> Void
  ) throws(Anomaly) {
    guard let plan else {
      try interpret(cursor, environment) { value in
        if case .node(let node) = value, !node.isValueless { body(node.cursor, node.type) }
      }
      return
    }
    let runner = PlanRunner(root: cursor)
    for route in plan.routes {
      runner.run(route, from: 0, cursor, type) { item, type in
        body(item, type)
        return true
      }
    }
  }

  /// The same with values of FHIRPath's own types among them, such as the boolean of
  /// `deceased.exists()`.
  package func forEachValue(
    on cursor: JSONCursor, _ environment: Environment, _ body: (Value) -> Void
  ) throws(Anomaly) {
    guard let plan else { return try interpret(cursor, environment, body) }
    if let condition = plan.condition {
      if let holds = PlanRunner(root: cursor).holds(condition, cursor, type) {
        body(.boolean(holds))
      }
      return
    }
    try forEach(on: cursor, environment) { body(.node(Node($0, type: $1))) }
  }

  /// Whether the expression holds on an element, as an invariant does.
  package func holds(
    on node: Node, resource: Node, rootResource: Node? = nil, _ environment: Environment
  ) throws(Anomaly) -> Bool {
    if let condition = plan?.condition {
      return PlanRunner(root: (rootResource ?? resource).cursor)
        .holds(condition, node.cursor, node.type) == true
    }
    return try path.holds(
      on: node, resource: resource, rootResource: rootResource, environment)
  }

  private func interpret(
    _ cursor: JSONCursor, _ environment: Environment, _ body: (Value) -> Void
  ) throws(Anomaly) {
    var environment = environment
    environment.isAsFilter = true
    for value in try path.evaluate(on: Node(cursor, type: type), environment) { body(value) }
  }
}
