import FHIR

/// Evaluates a syntax tree over collections, within the limits of its environment.
///
/// <https://hl7.org/fhirpath/N1/>
final class Evaluator {
  let environment: Environment
  /// `%resource`: the resource that holds the node.
  let resource: Value?
  /// `%rootResource`: the resource that holds `resource`, when that is contained.
  let rootResource: Value?
  /// `%context`: the node that the expression was evaluated on.
  let context: Value?
  private var steps = 0
  /// Where in the text the operator or function stands that is evaluated, for errors.
  var place = 0

  init(_ environment: Environment, context: Value?, resource: Value?, rootResource: Value?) {
    self.environment = environment
    self.context = context
    self.resource = resource
    self.rootResource = rootResource
  }

  func evaluate(_ syntax: Syntax, _ context: inout Context) throws(Anomaly) -> [Value] {
    try step()
    switch syntax {
    case .empty: return []
    case .literal(let value): return [value]
    case .this: return context.focus ?? context.this.map { [$0] } ?? []
    case .index: return [.integer(context.index)]
    case .total: return context.total
    case .variable(let name, let offset):
      place = offset
      return try variable(name, context)
    case .member(let focus, let name): return try member(focus, name, &context)
    case .call(let call):
      let focus = try self.focus(call.focus, &context)
      place = call.offset
      return try self.call(call, focus, &context)
    case .indexer(let focus, let index, let offset):
      let items = try evaluate(focus, &context)
      let place = try integer(index, context)
      self.place = offset
      guard let place, items.indices.contains(place) else { return [] }
      return [items[place]]
    case .negation(let operand, let offset):
      let value = try evaluate(operand, &context)
      place = offset
      return try Arithmetic.negate(value, self)
    case .binary(let sign, let left, let right, let offset):
      return try binary(sign, left, right, offset, context)
    case .isType(let operand, let type, let offset):
      let value = try evaluate(operand, &context)
      place = offset
      return try isType(value, type)
    case .asType(let operand, let type, let offset):
      let value = try evaluate(operand, &context)
      place = offset
      return try asType(value, type)
    }
  }

  /// The items that a function works on: its focus, or `$this`.
  private func focus(_ focus: Syntax?, _ context: inout Context) throws(Anomaly) -> [Value] {
    guard let focus else { return context.focus ?? context.this.map { [$0] } ?? [] }
    return try evaluate(focus, &context)
  }

  // MARK: Limits

  func step(_ count: Int = 1) throws(Anomaly) {
    steps &+= count
    guard steps <= environment.limits.steps else {
      throw error(
        "The evaluation takes more than \(environment.limits.steps) steps",
        "求值超过 \(environment.limits.steps) 步", .tooCostly)
    }
  }

  func bounded(_ items: [Value]) throws(Anomaly) -> [Value] {
    try step(items.count)
    guard items.count <= environment.limits.items else {
      throw error(
        "A collection has more than \(environment.limits.items) items",
        "集合超过 \(environment.limits.items) 项", .tooCostly)
    }
    return items
  }

  func bounded(_ text: String) throws(Anomaly) -> [Value] {
    guard text.utf8.count <= environment.limits.bytes else {
      throw error(
        "A string has more than \(environment.limits.bytes) bytes",
        "字符串超过 \(environment.limits.bytes) 字节", .tooCostly)
    }
    return [.string(text)]
  }

  /// An error at the present place; `Path` draws the caret.
  func error(_ message: String, _ chinese: String, _ code: IssueType = .invalid) -> Anomaly {
    .incorrect(message, chinese: chinese, code: code)
  }

  // MARK: Navigation

  private func member(_ focus: Syntax?, _ name: Name, _ context: inout Context) throws(Anomaly)
    -> [Value]
  {
    guard let focus else {
      if let items = context.focus { return try children(of: items, name) }
      guard let this = context.this else { return [] }
      if let type = name.type, case .node(let node) = this,
        Schema.r4.isSubtype(node.type, of: type)
      {
        return [this]
      }
      return try children(of: [this], name)
    }
    return try children(of: evaluate(focus, &context), name)
  }

  private func children(of items: [Value], _ name: Name) throws(Anomaly) -> [Value] {
    var found: [Value] = []
    for item in items {
      switch item {
      case .node(let node): node.forEachChild(name.id) { found.append(.node($0)) }
      case .quantity(let quantity):
        if name.text == "value" { found.append(.decimal(quantity.value)) }
        if name.text == "unit" { found.append(.string(quantity.unitText)) }
      case .type(let type):
        if name.text == "name" { found.append(.string(type.name)) }
        if name.text == "namespace" { found.append(.string(type.namespace)) }
      default: break
      }
    }
    return try bounded(found)
  }

  // MARK: Types

  func isType(_ items: [Value], _ type: TypeSpecifier) throws(Anomaly) -> [Value] {
    guard let item = try single(items, "is") else { return [] }
    return [.boolean(item.isOf(type))]
  }

  func asType(_ items: [Value], _ type: TypeSpecifier) throws(Anomaly) -> [Value] {
    if environment.isAsFilter { return items.filter { $0.isOf(type) } }
    guard let item = try single(items, "as") else { return [] }
    return item.isOf(type) ? [item] : []
  }

  // MARK: Singletons, <https://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections>

  /// The only item, or nil for none; several are an error.
  func single(_ items: [Value], _ what: String) throws(Anomaly) -> Value? {
    guard items.count <= 1 else {
      throw error(
        "'\(what)' takes one item, not \(items.count)", "“\(what)”只能用于一项,此处有 \(items.count) 项")
    }
    return items.first
  }

  /// The truth of one item: of a boolean its value, of anything else that it exists.
  func truth(_ items: [Value], _ what: String) throws(Anomaly) -> Bool? {
    guard let item = try single(items, what) else { return nil }
    switch item {
    case .boolean(let value): return value
    case .node(let node) where node.type.primitive == .boolean:
      return node.isValueless ? nil : node.cursor.bool
    default: return true
    }
  }

  func string(_ items: [Value], _ what: String) throws(Anomaly) -> String? {
    guard let item = try single(items, what) else { return nil }
    if case .node(let node) = item, node.isValueless { return nil }
    guard let text = item.string else {
      throw error(
        "'\(what)' takes a String, not \(item.typeName.name)",
        "“\(what)”需要字符串,而不是 \(item.typeName.name)")
    }
    return text
  }

  /// The string that an argument comes to.
  func string(_ argument: Syntax, _ context: Context, _ what: String) throws(Anomaly) -> String? {
    var context = context
    return try string(evaluate(argument, &context), what)
  }

  func integer(_ argument: Syntax, _ context: Context) throws(Anomaly) -> Int? {
    var context = context
    let items = try evaluate(argument, &context)
    guard let item = try single(items, "an integer argument") else { return nil }
    guard let value = item.integer else {
      throw error(
        "Expected an Integer, not \(item.typeName.name)", "此处应为整数,而不是 \(item.typeName.name)")
    }
    return value
  }

  func items(_ argument: Syntax, _ context: Context) throws(Anomaly) -> [Value] {
    var context = context
    return try evaluate(argument, &context)
  }
}
