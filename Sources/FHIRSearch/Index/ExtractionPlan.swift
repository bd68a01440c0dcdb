import FHIR

/// Where the values of all parameters of one type lie, as a tree of member names.
///
/// Each value of a resource is visited once, whatever the number of parameters that it serves.
final class ExtractionPlan: @unchecked Sendable {
  /// Ranges of `edges` and `actions`; the visit of a resource counts no references.
  struct Node {
    var edges: Range<Int>
    var actions: Range<Int>
  }

  struct Edge {
    var name: NameID
    var node: Int
    /// The place in `conditions`; -1 for none.
    var conditions: Int
  }

  struct Action {
    enum Kind { case leaf, composite, truth }
    var kind: Kind
    var key: Int32
    var form: LeafForm
    /// The place in `composites` or `truths`.
    var place: Int
  }

  /// The first is the resource itself.
  let nodes: UnsafeMutableBufferPointer<Node>
  let edges: UnsafeMutableBufferPointer<Edge>
  let actions: UnsafeMutableBufferPointer<Action>
  let conditions: [[ValuePath.Condition]]
  /// The components of composites.
  let composites: [CompositePlan]
  /// Where a value may stand of which only is asked whether it is there.
  let truths: [[ValuePath]]

  init(_ parameters: [SearchParameter]) {
    var builder = PlanBuilder()
    for parameter in parameters { builder.add(parameter) }
    var flatNodes: [Node] = []
    var flatEdges: [Edge] = []
    var flatActions: [Action] = []
    for node in builder.nodes {
      let (edge, action) = (flatEdges.count, flatActions.count)
      flatEdges += node.edges
      flatActions += node.actions
      flatNodes.append(
        Node(edges: edge..<flatEdges.count, actions: action..<flatActions.count))
    }
    nodes = Self.allocated(flatNodes)
    edges = Self.allocated(flatEdges)
    actions = Self.allocated(flatActions)
    conditions = builder.conditions
    composites = builder.composites
    truths = builder.truths
  }

  deinit {
    nodes.deallocate()
    edges.deallocate()
    actions.deallocate()
  }

  private static func allocated<Value>(_ values: [Value]) -> UnsafeMutableBufferPointer<Value> {
    let buffer = UnsafeMutableBufferPointer<Value>.allocate(capacity: values.count)
    _ = buffer.initialize(from: values)
    return buffer
  }
}

/// Merges the paths of parameters into a tree.
private struct PlanBuilder {
  struct Node {
    var edges: [ExtractionPlan.Edge] = []
    var actions: [ExtractionPlan.Action] = []
  }

  var nodes = [Node()]
  var conditions: [[ValuePath.Condition]] = []
  var composites: [CompositePlan] = []
  var truths: [[ValuePath]] = []

  mutating func add(_ parameter: SearchParameter) {
    let expression = parameter.definition.expression
    if let truth = PathParser.truthPaths(expression, of: parameter.base) {
      nodes[0].actions.append(action(.truth, parameter, place: truths.count))
      truths.append(truth)
      return
    }
    let paths = PathParser.paths(expression, of: parameter.base) ?? []
    for path in Set(paths) {
      let node = node(at: path.steps)
      if parameter.type == .composite {
        nodes[node].actions.append(action(.composite, parameter, place: composites.count))
        composites.append(CompositePlan(parameter, at: path.type))
        continue
      }
      let form = LeafForm(parameter.type, path.type)
      if form != .nothing { nodes[node].actions.append(action(.leaf, parameter, form)) }
    }
  }

  private func action(
    _ kind: ExtractionPlan.Action.Kind, _ parameter: SearchParameter,
    _ form: LeafForm = .nothing, place: Int = -1
  ) -> ExtractionPlan.Action {
    ExtractionPlan.Action(kind: kind, key: parameter.key(), form: form, place: place)
  }

  private mutating func node(at steps: [ValuePath.Step]) -> Int {
    var node = 0
    for step in steps {
      let known = nodes[node].edges.first { edge in
        edge.name == step.name
          && (edge.conditions < 0 ? [] : conditions[edge.conditions]) == step.conditions
      }
      if let known {
        node = known.node
        continue
      }
      nodes.append(Node())
      if !step.conditions.isEmpty { conditions.append(step.conditions) }
      nodes[node].edges.append(
        ExtractionPlan.Edge(
          name: step.name, node: nodes.count - 1,
          conditions: step.conditions.isEmpty ? -1 : conditions.count - 1))
      node = nodes.count - 1
    }
    return node
  }
}

/// Where the components of a composite lie, seen from the object that holds them.
final class CompositePlan: Sendable {
  struct Component: Hashable, Sendable {
    var type: SearchParameterType
    var paths: [ValuePath]
  }

  let components: [Component]

  init(_ parameter: SearchParameter, at type: TypeID) {
    let expressions = parameter.definition.components.map(\.expression)
    components = parameter.components.enumerated().map { index, part in
      // HL7's definition of DocumentReference-relationship has its expressions the wrong way round.
      let candidates = expressions[index...] + expressions[..<index]
      let paths = candidates.lazy.map { Self.paths($0, part, parameter.base, type) }
      return Component(type: part.type, paths: paths.first { !$0.isEmpty } ?? [])
    }
  }

  /// The paths of an expression to values that a component can have.
  private static func paths(
    _ expression: String, _ part: SearchParameter, _ base: TypeID, _ type: TypeID
  ) -> [ValuePath] {
    let start = expression.hasPrefix("%resource.") ? base : type
    let paths = PathParser.paths(expression, of: start) ?? []
    return paths.filter { LeafForm(part.type, $0.type) != .nothing }
  }
}
