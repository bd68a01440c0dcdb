package import FHIR

extension Path {
  /// Refuses names that no element of the types in question has, before anything is evaluated.
  ///
  /// <https://hl7.org/fhirpath/N1/#type-safety-and-strict-evaluation>. Where a type cannot be known
  /// beforehand,
  /// as behind `descendants()`, everything is allowed.
  package func check(on type: TypeID) throws(Anomaly) {
    var checker = Checker(path: self)
    _ = try checker.shape(of: syntax, in: Shape([type]))
  }
}

/// What an expression may yield: elements of these types, or anything.
private struct Shape {
  /// Nil where nothing is known.
  var types: [TypeID]?
  /// Whether the values are of FHIRPath's own types, which have no elements.
  var isSystem = false
  var isOrdered = true

  init(_ types: [TypeID]?) { self.types = types }

  static let unknown = Shape(nil)
  static let system: Shape = {
    var shape = Shape(nil)
    shape.isSystem = true
    return shape
  }()

  func merged(with other: Shape) -> Shape {
    var merged = Shape(nil)
    if let types, let others = other.types { merged.types = types + others }
    merged.isSystem = isSystem && other.isSystem
    return merged
  }
}

private struct Checker {
  let path: Path

  mutating func shape(of syntax: Syntax, in this: Shape) throws(Anomaly) -> Shape {
    switch syntax {
    case .empty, .index, .total, .variable: return .unknown
    case .literal(let value):
      if case .quantity = value { return .unknown }
      return .system
    case .this: return this
    case .member(let focus, let name): return try member(focus, name, this)
    case .call(let call): return try self.call(call, this)
    case .indexer(let focus, let index, let offset):
      let shape = try shape(of: focus, in: this)
      _ = try self.shape(of: index, in: this)
      try requireOrder(shape, "[]", offset)
      return shape
    case .negation(let operand, _):
      _ = try shape(of: operand, in: this)
      return .unknown
    case .binary(let sign, let left, let right, _):
      let first = try shape(of: left, in: this)
      let second = try shape(of: right, in: this)
      return sign == .union ? first.merged(with: second) : .unknown
    case .isType(let operand, _, _):
      _ = try shape(of: operand, in: this)
      return .system
    case .asType(let operand, let type, _):
      _ = try shape(of: operand, in: this)
      return type.fhir.map { Shape([$0]) } ?? .unknown
    }
  }

  private mutating func member(_ focus: Syntax?, _ name: Name, _ this: Shape) throws(Anomaly)
    -> Shape
  {
    let base = try focus.map { focus throws(Anomaly) in try shape(of: focus, in: this) } ?? this
    if focus == nil, let type = name.type, let types = base.types {
      let schema = Schema.r4
      // A base type stands for any that is based on it.
      if types.contains(where: { schema.isSubtype($0, of: type) }) { return base }
      if types.contains(where: { schema.isSubtype(type, of: $0) }) { return Shape([type]) }
    }
    if base.isSystem {
      throw path.located(
        .incorrect(
          "A value of FHIRPath's own has no element '\(name.text)'",
          chinese: "系统类型的值没有元素“\(name.text)”"),
        at: name.offset)
    }
    guard let types = base.types else { return .unknown }
    var found: [TypeID] = []
    for type in types {
      if type == .resource || type == .domainResource { return .unknown }
      switch ElementMembers.of(name.id, in: type) {
      case .one(_, let type)?: found.append(type)
      case .choice(let choices)?: found += choices.map(\.type)
      case nil: break
      }
    }
    guard !found.isEmpty || types.isEmpty else { throw unknown(name, types) }
    return Shape(found)
  }

  private func unknown(_ name: Name, _ types: [TypeID]) -> Anomaly {
    let schema = Schema.r4
    let owners = types.prefix(3).map { schema.name(of: $0) }.joined(separator: ", ")
    var hint = ""
    var chineseHint = ""
    let choice = types.lazy.compactMap { type in
      schema.member(name.id, of: type).map { schema[type].elements[$0.element].name }
    }.first
    let near = types.flatMap { schema[$0].elements.map(\.name) }.nearest(to: name.text)
    if let choice {
      hint = "; write '\(choice)', for the type is no part of the name"
      chineseHint = ";应写作“\(choice)”,类型不是名称的一部分"
    } else if let near {
      hint = "; did you mean '\(near)'?"
      chineseHint = ";是否想写“\(near)”?"
    }
    return path.located(
      .incorrect(
        "\(owners) has no element '\(name.text)'\(hint)",
        chinese: "\(owners) 没有元素“\(name.text)”\(chineseHint)"),
      at: name.offset)
  }

  private func requireOrder(_ shape: Shape, _ what: String, _ offset: Int) throws(Anomaly) {
    guard shape.isOrdered else {
      throw path.located(
        .incorrect(
          "'\(what)' needs an order, and children have none", chinese: "“\(what)”需要顺序,而子元素没有顺序"),
        at: offset)
    }
  }

  private mutating func call(_ call: Call, _ this: Shape) throws(Anomaly) -> Shape {
    let focus =
      try call.focus.map { focus throws(Anomaly) in try shape(of: focus, in: this) } ?? this
    switch call.function {
    case .where, .exists, .all, .select, .repeat, .repeatAll, .sort, .iif, .aggregate, .trace,
      .defineVariable:
      return try withItems(call, focus, this)
    case .first, .last, .tail, .skip, .take:
      try requireOrder(focus, call.function.rawValue, call.offset)
      for argument in call.arguments { _ = try shape(of: argument, in: this) }
      return focus
    case .getReferenceKey: return .system
    default: break
    }
    var arguments: [Shape] = []
    for argument in call.arguments { arguments.append(try shape(of: argument, in: this)) }
    switch call.function {
    case .single, .distinct, .intersect, .exclude, .checkModifiers: return focus
    case .union, .combine: return focus.merged(with: arguments[0])
    case .ofType, .as: return call.type?.fhir.map { Shape([$0]) } ?? .unknown
    case .children, .descendants:
      var unknown = Shape.unknown
      unknown.isOrdered = false
      return unknown
    case .extension: return Shape([.extension])
    default: return .unknown
    }
  }

  /// Functions whose arguments are evaluated with each item as `$this`.
  private mutating func withItems(_ call: Call, _ focus: Shape, _ this: Shape) throws(Anomaly)
    -> Shape
  {
    var item = focus
    item.isOrdered = true
    var arguments: [Shape] = []
    for argument in call.arguments { arguments.append(try shape(of: argument, in: item)) }
    switch call.function {
    case .where, .trace, .sort, .defineVariable: return focus
    case .select: return arguments[0]
    default: return .unknown
    }
  }
}
