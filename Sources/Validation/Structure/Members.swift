import FHIR

/// The JSON form of elements: arrays, primitives and their twins.
///
/// <https://hl7.org/fhir/R4/json.html>
extension Walk {
  /// A member of an object by its plan.
  mutating func member(
    _ child: JSONCursor, _ member: Member, in holder: JSONCursor, _ plan: TypePlan
  ) {
    guard !child.isUnderscored else { return twin(child, member, in: holder) }
    guard member.isArray else {
      guard child.kind != .array else {
        return report(
          .error, .structure, at: child,
          "'\(child.memberName)' must be a single value, not an array",
          "“\(child.memberName)”应为单个值,不能是数组")
      }
      return value(child, member, plan)
    }
    guard child.kind == .array else {
      let isBorne = bearsForeignHabits && child.kind == .object && !member.isPrimitive
      if isBorne { value(child, member, plan) }
      return report(
        isBorne ? .warning : .error, .structure, at: child,
        "'\(child.memberName)' must be a JSON array, not \(child.kind.words.0)",
        "“\(child.memberName)”应为 JSON 数组,而非\(child.kind.words.1)")
    }
    guard child.endIndex > child.index &+ 1 else {
      return report(.error, .structure, at: child, "An array must not be empty", "数组不能为空")
    }
    guard member.isPrimitive else {
      for item in child.children { value(item, member, plan) }
      return
    }
    var index = 0
    var twins: [JSONCursor]?
    for item in child.children {
      if item.kind == .null {
        twins = twins ?? holder.member(child.name, underscored: true)?.children.map { $0 } ?? []
        fill(index, of: child, item, twins ?? [])
      } else {
        value(item, member, plan)
      }
      index &+= 1
    }
  }

  /// One value of an element.
  @inline(__always)
  private mutating func value(_ cursor: JSONCursor, _ member: Member, _ plan: TypePlan) {
    if member.isPrimitive {
      if cursor.kind == .string, member.type.primitive == .xhtml { return }
      primitive(cursor, member.type)
    } else if member.isResource {
      resource(cursor, isContained: member.name == .contained)
    } else if cursor.kind == .object {
      object(cursor, as: member.type, in: member.name)
      if member.name == .modifierExtension { modifier(cursor) }
    } else {
      report(
        wrongKind: cursor, expected: "an object (\(schema.name(of: member.type)))",
        "对象(\(schema.name(of: member.type)))")
      return
    }
    elementRules(of: cursor, member, plan)
  }

  /// A null in an array of primitives holds the place of a value that has only extensions.
  private mutating func fill(
    _ index: Int, of array: JSONCursor, _ item: JSONCursor, _ twins: [JSONCursor]
  ) {
    if twins.indices.contains(index), twins[index].kind == .object { return }
    report(
      .error, .structure, at: item,
      "null is allowed only where '_\(array.memberName)' has an object in the same place",
      "仅当“_\(array.memberName)”同一位置有对象时才允许 null")
  }

  /// The `id` and `extension` of a primitive, beside or in place of its value.
  private mutating func twin(_ child: JSONCursor, _ member: Member, in holder: JSONCursor) {
    guard member.isPrimitive else {
      return report(
        .error, .structure, at: holder,
        "Unknown element '\(child.memberName)': only primitives have a member with '_'",
        "没有元素“\(child.memberName)”:只有基本类型才有带“_”的成员", offset: child.offset)
    }
    guard member.isArray else {
      guard child.kind == .object else {
        return report(wrongKind: child, expected: "an object", "对象")
      }
      return object(child, as: member.type, in: member.name)
    }
    guard child.kind == .array, child.endIndex > child.index &+ 1 else {
      return report(wrongKind: child, expected: "an array with items", "非空数组")
    }
    let values = holder.member(child.name, underscored: false)
    let count = child.count
    if let values, values.kind == .array, values.count != count {
      report(
        .error, .structure, at: child,
        "'\(child.memberName)' has \(count) items, but its values are \(values.count)",
        "“\(child.memberName)”有 \(count) 项,而其值有 \(values.count) 项")
    }
    for item in child.children {
      if item.kind == .object {
        object(item, as: member.type, in: member.name)
      } else if item.kind != .null {
        report(wrongKind: item, expected: "an object or null", "对象或 null")
      } else if values == nil {
        report(
          .error, .structure, at: item, "null needs a value in the same place of the array",
          "null 在数组同一位置须有值")
      }
    }
  }

  // MARK: Primitives

  /// The value of a primitive: its JSON kind, then its form.
  mutating func primitive(_ cursor: JSONCursor, _ type: TypeID) {
    guard let primitive = type.primitive else { return }
    let kind = cursor.kind
    let isRightKind =
      switch primitive {
      case .boolean: kind == .true || kind == .false
      case .integer, .unsignedInt, .positiveInt, .decimal: kind == .number
      default: kind == .string
      }
    guard isRightKind else { return report(wrongKind: cursor, for: primitive) }
    guard primitive != .boolean else { return }
    if cursor.entry.flags.contains(.escaped) {
      var text = cursor.string ?? ""
      let holds = text.withUTF8 { PrimitiveFormat.holds(UnsafeRawBufferPointer($0), primitive) }
      if !holds { report(wrongForm: cursor, primitive) }
    } else if !PrimitiveFormat.holds(cursor.raw, primitive) {
      report(wrongForm: cursor, primitive)
    }
  }
}
