import FHIR

extension Evaluator {
  /// What FHIR adds, <https://hl7.org/fhir/R4/fhirpath.html#functions>.
  func elements(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly) -> [Value]? {
    let name = call.function.rawValue
    switch call.function {
    case .hasValue:
      guard case .node(let node)? = focus.first, focus.count == 1 else { return [.boolean(false)] }
      return [.boolean(node.type.isPrimitive && !node.isValueless)]
    case .getValue:
      guard case .node(let node)? = focus.first, focus.count == 1, node.type.isPrimitive else {
        return []
      }
      return node.isValueless ? [] : [focus[0].system]
    case .resolve: return try resolve(focus)
    case .htmlChecks: return boolean(try Narrative.check(string(focus, name)))
    case .getResourceKey: return focus.compactMap { Evaluator.key(of: $0) }
    case .getReferenceKey:
      let type = try call.arguments.first.map { argument throws(Anomaly) in
        try typeName(argument, context)
      }
      return focus.compactMap { Evaluator.referenceKey(of: $0, type: type) }
    case .extension, .hasExtension:
      guard let url = try string(call.arguments[0], context, name) else { return [] }
      let found = extensions(of: focus, url)
      return call.function == .extension ? found : [.boolean(!found.isEmpty)]
    case .checkModifiers:
      for case .node(let node) in focus {
        try checkModifiers(of: node, allowed: items(call.arguments[0], context))
      }
      return focus
    case .conformsTo:
      guard let item = try single(focus, name),
        let url = try string(call.arguments[0], context, name)
      else { return [] }
      return [.boolean(try conforms(item, to: url))]
    case .memberOf, .subsumes, .subsumedBy: return try terminology(call, focus, context)
    default: return nil
    }
  }

  private func extensions(of items: [Value], _ url: String) -> [Value] {
    var found: [Value] = []
    for case .node(let node) in items {
      node.forEachChild(.extension) { child in
        if child.cursor.member(.url)?.string == url { found.append(.node(child)) }
      }
    }
    return found
  }

  private func checkModifiers(of node: Node, allowed: [Value]) throws(Anomaly) {
    let allowed = Set(allowed.compactMap(\.string))
    var unknown: String?
    node.forEachChild(.modifierExtension) { child in
      let url = child.cursor.member(.url)?.string ?? ""
      if !allowed.contains(url) { unknown = url }
    }
    if let unknown {
      throw error("The modifier extension '\(unknown)' is not expected", "未预期的修饰扩展“\(unknown)”")
    }
  }

  // MARK: References

  /// The resources that references, URIs and canonicals lead to; what cannot be found is left out.
  private func resolve(_ items: [Value]) throws(Anomaly) -> [Value] {
    var found: [Value] = []
    for case .node(let node) in items {
      try step()
      let target: String?
      if node.type == .reference {
        target = node.cursor.member(.reference)?.string
      } else {
        target = Value.node(node).string
      }
      guard let target else { continue }
      if let resource = resolve(target) { found.append(.node(resource)) }
    }
    return found
  }

  private func resolve(_ target: String) -> Node? {
    if target.hasPrefix("#") {
      guard case .node(let root)? = rootResource ?? resource else { return nil }
      if target == "#" { return root }
      guard let contained = root.cursor.member(.contained) else { return nil }
      return contained.children
        .first { $0.member(.id)?.string == String(target.dropFirst()) }.map { Node(resource: $0) }
    }
    if case .node(let root)? = rootResource ?? resource, let entries = root.cursor.member(.entry) {
      for entry in entries.children {
        guard let inner = entry.member(.resource) else { continue }
        if entry.member(.fullUrl)?.string == target || Evaluator.reference(to: inner) == target {
          return Node(resource: inner)
        }
      }
    }
    return environment.resolve?(target).map { Node(resource: $0) }
  }

  /// `Patient/1`
  private static func reference(to resource: JSONCursor) -> String? {
    guard let type = resource.member(.resourceType)?.string,
      let id = resource.member(.id)?.string
    else { return nil }
    return type + "/" + id
  }

  // MARK: Profiles and terminology

  /// A resource conforms to the definition of its own type and of those it is based on.
  private func conforms(_ item: Value, to url: String) throws(Anomaly) -> Bool {
    let base = "http://hl7.org/fhir/StructureDefinition/"
    guard case .node(let node) = item else { return false }
    if url.hasPrefix(base), let type = Schema.r4.type(named: String(url.dropFirst(base.count))) {
      return Schema.r4.isSubtype(node.type, of: type)
    }
    guard let answer = environment.conformsTo?(node.cursor, url) else {
      throw error("The profile '\(url)' is not known", "未知的规范“\(url)”", .notFound)
    }
    return answer
  }

  private func terminology(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly)
    -> [Value]
  {
    let name = call.function.rawValue
    guard let item = try single(focus, name) else { return [] }
    if call.function == .memberOf {
      guard let url = try string(call.arguments[0], context, name) else { return [] }
      guard let answer = environment.memberOf?(item, url) else {
        throw error("The value set '\(url)' is not known", "未知的值集“\(url)”", .notFound)
      }
      return [.boolean(answer)]
    }
    guard let other = try single(items(call.arguments[0], context), name) else { return [] }
    let answer =
      call.function == .subsumes
      ? environment.subsumes?(item, other) : environment.subsumes?(other, item)
    guard let answer else {
      throw error("The code system of '\(name)' is not known", "“\(name)”的代码系统未知", .notFound)
    }
    return [.boolean(answer)]
  }

  // MARK: SQL on FHIR, <https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html>

  private static func key(of item: Value) -> Value? {
    guard case .node(let node) = item, node.isResource else { return nil }
    return node.cursor.member(.id)?.string.map { .string($0) }
  }

  /// The argument of `getReferenceKey` names a type.
  private func typeName(_ argument: Syntax, _ context: Context) throws(Anomaly) -> String {
    if case .member(nil, let name) = argument { return name.text }
    return try string(argument, context, "getReferenceKey") ?? ""
  }

  private static func referenceKey(of item: Value, type: String?) -> Value? {
    guard case .node(let node) = item, let text = node.cursor.member(.reference)?.string else {
      return nil
    }
    let parts = text.split(separator: "/")
    let end = parts.firstIndex(of: "_history") ?? parts.count
    guard end >= 2, type == nil || parts[end - 2] == type ?? "" else { return nil }
    return .string(String(parts[end - 1]))
  }
}
