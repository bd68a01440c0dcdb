import FHIR

/// Which JSON members stand for an element of a type.
enum ElementMembers {
  case one(NameID, TypeID)
  /// An element with a choice of types: `valueString`, `valueQuantity`, ….
  case choice([(name: NameID, type: TypeID)])

  /// All choices of the schema, by type and name.
  private static let choices: [UInt32: [(name: NameID, type: TypeID)]] = {
    var choices: [UInt32: [(name: NameID, type: TypeID)]] = [:]
    for type in Schema.r4.types {
      for element in type.elements where element.isChoice {
        choices[key(type.id, element.nameID)] = element.jsonNames.map { ($0.0, $0.1) }
      }
    }
    return choices
  }()

  private static func key(_ type: TypeID, _ name: NameID) -> UInt32 {
    UInt32(type.rawValue) << 16 | UInt32(name.rawValue)
  }

  /// Nil where the type has no such element; `valueQuantity` is no element's name.
  static func of(_ name: NameID, in type: TypeID) -> ElementMembers? {
    guard name != .unknown else { return nil }
    if let member = Schema.r4.member(name, of: type), !member.isChoice {
      return .one(name, member.type)
    }
    return choices[key(type, name)].map { .choice($0) }
  }
}

extension Node {
  /// Calls `body` with every child of that name, those of lists one by one.
  func forEachChild(_ name: NameID, _ body: (Node) -> Void) {
    if type.isPrimitive {
      guard twin != 0 else { return }
      let twin = cursor.at(Int(twin))
      guard let member = Schema.r4.member(name, of: type), let child = twin.member(name) else {
        return
      }
      return Node.forEachItem(child, nil, member.type, body)
    }
    guard cursor.kind == .object, let members = ElementMembers.of(name, in: type) else { return }
    switch members {
    case .one(let name, let type): visit(name, type, body)
    case .choice(let choices):
      for child in cursor.children {
        guard let choice = choices.first(where: { $0.name == child.name }) else { continue }
        return visit(choice.name, choice.type, body)
      }
    }
  }

  private func visit(_ name: NameID, _ type: TypeID, _ body: (Node) -> Void) {
    var value: JSONCursor?
    var twin: JSONCursor?
    for child in cursor.children where child.name == name {
      if child.isUnderscored { twin = child } else { value = child }
    }
    if value != nil || twin != nil { Node.forEachItem(value, twin, type, body) }
  }

  /// Calls `body` with every child and the name of its member, in the order of the text.
  func forEachChild(_ body: (NameID, Node) -> Void) {
    let holder = type.isPrimitive ? cursor.at(Int(twin)) : cursor
    guard !type.isPrimitive || twin != 0, holder.kind == .object else { return }
    for child in holder.children {
      guard let member = Schema.r4.member(child.name, of: type) else { continue }
      if child.isUnderscored {
        // A twin comes with its value, or alone where there is no value.
        guard holder.member(child.name) == nil else { continue }
        Node.forEachItem(nil, child, member.type) { body(child.name, $0) }
      } else {
        let twin = member.isPrimitive ? holder.member(child.name, underscored: true) : nil
        Node.forEachItem(child, twin, member.type) { body(child.name, $0) }
      }
    }
  }

  /// Pairs values with their twins: `given` and `_given` are lists of the same length.
  private static func forEachItem(
    _ value: JSONCursor?, _ twin: JSONCursor?, _ type: TypeID, _ body: (Node) -> Void
  ) {
    let isList = (value ?? twin)?.kind == .array
    guard isList else {
      if let node = node(value, twin, type) { body(node) }
      return
    }
    var values = value?.children.makeIterator()
    var twins = twin?.kind == .array ? twin?.children.makeIterator() : nil
    while true {
      let value = values?.next()
      let twin = twins?.next()
      if value == nil, twin == nil { return }
      if let node = node(value, twin, type) { body(node) }
    }
  }

  private static func node(_ value: JSONCursor?, _ twin: JSONCursor?, _ type: TypeID) -> Node? {
    let twin = twin?.kind == .object ? twin : nil
    if let value, value.kind != .null {
      if !type.isPrimitive, value.kind == .object, Schema.r4.isResource(type) {
        return Node(resource: value)
      }
      return Node(value, type: type, twin: UInt32(twin?.index ?? 0))
    }
    return twin.map { Node($0, type: type, twin: UInt32($0.index)) }
  }
}
