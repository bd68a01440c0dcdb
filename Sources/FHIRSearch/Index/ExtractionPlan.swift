import FHIR

/// Where the values of all parameters of one type lie, as a tree of member names.
///
/// Each value of a resource is visited once, whatever the number of parameters that it serves.
final class ExtractionPlan: Sendable {
  struct Node: Sendable {
    var edges: [Edge] = []
    var actions: [Action] = []
  }

  struct Edge: Sendable {
    var name: NameID
    var conditions: [ValuePath.Condition]
    var node: Int
  }

  struct Action: Sendable {
    var key: Int32
    var form: LeafForm
    /// The components, when the parameter is a composite.
    var composite: CompositePlan?
    /// Where a value may stand of which only is asked whether it is there.
    var truth: [ValuePath] = []
  }

  /// The first is the resource itself.
  let nodes: [Node]

  init(_ parameters: [SearchParameter]) {
    var builder = Builder()
    for parameter in parameters { builder.add(parameter) }
    nodes = builder.nodes
  }

  private struct Builder {
    var nodes = [Node()]

    mutating func add(_ parameter: SearchParameter) {
      let expression = parameter.definition.expression
      if let truth = PathParser.truthPaths(expression, of: parameter.base) {
        nodes[0].actions.append(
          Action(key: parameter.key(), form: .nothing, composite: nil, truth: truth))
        return
      }
      let paths = PathParser.paths(expression, of: parameter.base) ?? []
      for path in Set(paths) {
        let node = node(at: path.steps)
        let isComposite = parameter.type == .composite
        let form = LeafForm(parameter.type, path.type)
        if !isComposite, form == .nothing { continue }
        nodes[node].actions.append(
          Action(
            key: parameter.key(), form: form,
            composite: isComposite ? CompositePlan(parameter, at: path.type) : nil))
      }
    }

    private mutating func node(at steps: [ValuePath.Step]) -> Int {
      var node = 0
      for step in steps {
        let known = nodes[node].edges.first {
          $0.name == step.name && $0.conditions == step.conditions
        }
        if let known {
          node = known.node
        } else {
          nodes.append(Node())
          nodes[node].edges.append(
            Edge(name: step.name, conditions: step.conditions, node: nodes.count - 1))
          node = nodes.count - 1
        }
      }
      return node
    }
  }
}

/// Where the components of a composite lie, seen from the object that holds them.
final class CompositePlan: Sendable {
  struct Component: Sendable {
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
