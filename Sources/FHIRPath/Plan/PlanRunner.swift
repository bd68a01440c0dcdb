import FHIR

/// Walks plans over a tape.
struct PlanRunner {
  /// The resource, which holds the contained ones.
  let root: JSONCursor

  /// Calls `body` with every item that the steps lead to; false stops the walk.
  @discardableResult
  func run(
    _ steps: PlanSteps, from start: Int, _ cursor: JSONCursor, _ type: TypeID,
    _ body: (JSONCursor, TypeID) -> Bool
  ) -> Bool {
    guard start < steps.count else { return body(cursor, type) }
    let step = steps[start]
    switch step.kind {
    case .member:
      guard cursor.kind == .object else { return true }
      for child in cursor.children where child.name == step.name {
        if child.isUnderscored, !step.countsTwins { continue }
        if !items(steps, start, child, step.type, step.isResource, body) { return false }
        if !step.countsTwins { return true }
      }
      return true
    case .choice:
      guard cursor.kind == .object else { return true }
      for child in cursor.children {
        guard let choice = step.choices.first(where: { $0.name == child.name }) else { continue }
        if child.isUnderscored, !step.countsTwins { continue }
        if !items(steps, start, child, choice.type, false, body) { return false }
      }
      return true
    case .filter:
      guard let condition = step.condition, holds(condition, cursor, type) == true else {
        return true
      }
      return run(steps, from: start &+ 1, cursor, type, body)
    case .ofType:
      guard type == step.type || Schema.r4.isSubtype(type, of: step.type) else { return true }
      return run(steps, from: start &+ 1, cursor, type, body)
    }
  }

  @inline(__always)
  private func items(
    _ steps: PlanSteps, _ start: Int, _ cursor: JSONCursor, _ type: TypeID, _ isResource: Bool,
    _ body: (JSONCursor, TypeID) -> Bool
  ) -> Bool {
    if cursor.kind != .array { return item(steps, start, cursor, type, isResource, body) }
    for child in cursor.children where !item(steps, start, child, type, isResource, body) {
      return false
    }
    return true
  }

  @inline(__always)
  private func item(
    _ steps: PlanSteps, _ start: Int, _ cursor: JSONCursor, _ type: TypeID, _ isResource: Bool,
    _ body: (JSONCursor, TypeID) -> Bool
  ) -> Bool {
    if cursor.kind == .null { return true }
    let type = isResource ? Node.resourceType(of: cursor) ?? type : type
    if start &+ 1 == steps.count { return body(cursor, type) }
    return run(steps, from: start &+ 1, cursor, type, body)
  }

  // MARK: Conditions

  func holds(_ condition: UnsafePointer<PlanCondition>, _ cursor: JSONCursor, _ type: TypeID)
    -> Bool?
  {
    let condition = condition.pointee
    switch condition.kind {
    case .exists, .empty:
      let isEmpty = run(condition.steps, from: 0, cursor, type) { _, _ in false }
      return isEmpty == (condition.kind == .empty)
    case .equalsText: return equalsText(condition, cursor, type)
    case .equalsBoolean, .isTrue:
      return boolean(condition, cursor, type)
    case .resolves:
      var found: Bool?
      run(condition.steps, from: 0, cursor, type) { reference, _ in
        found = leads(reference, to: condition.type)
        return true
      }
      return found
    default: return logic(condition, cursor, type)
    }
  }

  private func logic(_ condition: PlanCondition, _ cursor: JSONCursor, _ type: TypeID) -> Bool? {
    guard let first = condition.left else { return nil }
    let left = holds(first, cursor, type)
    if condition.kind == .not { return left.map { !$0 } }
    guard let second = condition.right else { return nil }
    switch condition.kind {
    case .and:
      if left == false { return false }
      let right = holds(second, cursor, type)
      if right == false { return false }
      return left == nil || right == nil ? nil : true
    case .or:
      if left == true { return true }
      let right = holds(second, cursor, type)
      if right == true { return true }
      return left == nil || right == nil ? nil : false
    case .implies:
      if left == false { return true }
      let right = holds(second, cursor, type)
      if right == true { return true }
      return left == nil || right == nil ? nil : false
    default:
      guard let left, let right = holds(second, cursor, type) else { return nil }
      return left != right
    }
  }

  /// Whether there is one item, and it is the text; nil for none.
  private func equalsText(_ condition: PlanCondition, _ cursor: JSONCursor, _ type: TypeID)
    -> Bool?
  {
    var count = 0
    var isEqual = false
    run(condition.steps, from: 0, cursor, type) { item, _ in
      count &+= 1
      isEqual = PlanRunner.text(item, equals: condition.text)
      return count < 2
    }
    return count == 0 ? nil : count == 1 && isEqual
  }

  private static func text(_ cursor: JSONCursor, equals text: UnsafeRawBufferPointer) -> Bool {
    guard cursor.kind == .string else { return false }
    if cursor.entry.flags.contains(.escaped) {
      return cursor.string?.utf8.elementsEqual(text) ?? false
    }
    let raw = cursor.raw
    guard raw.count == text.count else { return false }
    for index in 0..<raw.count where raw[index] != text[index] { return false }
    return true
  }

  private func boolean(_ condition: PlanCondition, _ cursor: JSONCursor, _ type: TypeID) -> Bool? {
    var count = 0
    var value: Bool?
    run(condition.steps, from: 0, cursor, type) { item, _ in
      count &+= 1
      value = item.bool
      return count < 2
    }
    if count == 0 { return nil }
    if condition.kind == .isTrue { return count == 1 ? value : nil }
    return count == 1 && value == condition.boolean
  }

  // MARK: References

  /// Whether a reference leads to a resource of the type, as its text says; contained ones are
  /// looked up.
  private func leads(_ reference: JSONCursor, to type: TypeID) -> Bool {
    let schema = Schema.r4
    let target = reference.kind == .object ? reference.member(.reference) : reference
    if let target, target.kind == .string {
      let raw = target.raw
      if raw.first == UInt8(ascii: "#") {
        return contained(UnsafeRawBufferPointer(rebasing: raw.dropFirst())).map {
          schema.isSubtype($0, of: type)
        } ?? false
      }
      if let named = PlanRunner.typeNamed(in: raw) { return schema.isSubtype(named, of: type) }
    }
    guard reference.kind == .object, let said = reference.member(.type) else { return false }
    return schema.type(named: said.raw).map { schema.isSubtype($0, of: type) } ?? false
  }

  private func contained(_ id: UnsafeRawBufferPointer) -> TypeID? {
    guard let list = root.member(.contained) else { return nil }
    for resource in list.children {
      guard let own = resource.member(.id), own.raw.elementsEqual(id) else { continue }
      return Node.resourceType(of: resource)
    }
    return nil
  }

  /// The type in `Patient/1`, `http://server/Patient/1` and `Patient/1/_history/2`.
  static func typeNamed(in reference: UnsafeRawBufferPointer) -> TypeID? {
    let slash = UInt8(ascii: "/")
    var end = reference.count
    var type: TypeID?
    // Of the segments from the end, the first that names a resource type and has one behind it.
    while let place = reference[..<end].lastIndex(of: slash) {
      end = place
      let start = reference[..<end].lastIndex(of: slash).map { $0 + 1 } ?? 0
      let segment = UnsafeRawBufferPointer(rebasing: reference[start..<end])
      if let named = Schema.r4.type(named: segment), Schema.r4.isResource(named) {
        type = named
        break
      }
    }
    return type
  }
}
