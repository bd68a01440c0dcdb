import FHIR

/// What a literal reference says about its target.
///
/// <https://hl7.org/fhir/R4/references.html#literal>
enum ReferenceForm {
  /// `#id`, or `#` for the container itself.
  case contained(id: UnsafeRawBufferPointer)
  /// `Type/id`, `Type/id/_history/version` or `Type?query`, absolute or not.
  case typed(TypeID)
  /// A URL or URN that says nothing of the type.
  case other
  /// Neither absolute nor `Type/id`.
  case malformed

  init(_ text: UnsafeRawBufferPointer, schema: Schema) {
    if text.first == UInt8(ascii: "#") {
      self = .contained(id: UnsafeRawBufferPointer(rebasing: text.dropFirst()))
      return
    }
    let isWeb = text.starts(with: "http://".utf8) || text.starts(with: "https://".utf8)
    if !isWeb, Self.hasScheme(text) {
      self = .other
      return
    }
    var parts: [UnsafeRawBufferPointer] = []
    let query = text.firstIndex(of: UInt8(ascii: "?"))
    var end = query ?? text.firstIndex(of: UInt8(ascii: "#")) ?? text.count
    var start = end
    // From the end, for a base may have any number of parts.
    while start > 0, parts.count < 4 {
      if text[start - 1] == UInt8(ascii: "/") {
        parts.append(UnsafeRawBufferPointer(rebasing: text[start..<end]))
        end = start - 1
      }
      start -= 1
    }
    if start == 0, parts.count < 4 { parts.append(UnsafeRawBufferPointer(rebasing: text[0..<end])) }
    var place = 0
    if query == nil {
      if parts.count > 3, parts[1].elementsEqual("_history".utf8) { place = 2 }
      if parts.count > place, PrimitiveFormat.isID(parts[place]) { place += 1 } else { place = 4 }
    }
    let isWhole = isWeb || parts.count == place + 1
    if place < parts.count, isWhole, let type = Self.resourceType(parts[place], schema) {
      self = .typed(type)
    } else {
      self = isWeb ? .other : .malformed
    }
  }

  private static func resourceType(_ name: UnsafeRawBufferPointer, _ schema: Schema) -> TypeID? {
    guard let type = schema.type(named: name), Plans.r4.types[Int(type.rawValue)].isConcreteResource
    else { return nil }
    return type
  }

  /// A letter, then letters, digits, `+`, `-` or `.`, then a colon.
  private static func hasScheme(_ text: UnsafeRawBufferPointer) -> Bool {
    for (index, byte) in text.enumerated() {
      if byte == UInt8(ascii: ":") { return index > 0 }
      let letter = byte | 0x20
      let isLetter = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      let isRest = byte &- UInt8(ascii: "0") < 10 || "+-.".utf8.contains(byte)
      guard isLetter || index > 0 && isRest else { return false }
    }
    return false
  }
}

/// Where references lead, as far as the resource and its bundle tell.
extension Walk {
  /// A `Reference`: its form, its target in the same resource or bundle, and the target's type.
  mutating func reference(_ cursor: JSONCursor, to element: ElementPlan) {
    var found: TypeID?
    if let literal = cursor.member(.reference), literal.kind == .string {
      if literal.entry.flags.contains(.escaped) {
        var text = literal.string ?? ""
        found = text.withUTF8 { target(of: UnsafeRawBufferPointer($0), literal) }
      } else {
        found = target(of: literal.raw, literal)
      }
    }
    if let said = cursor.member(.type), said.kind == .string,
      let type = schema.type(named: said.raw)
    {
      if let found, found != type {
        report(
          .error, .invalid, at: cursor,
          "The reference leads to \(schema.name(of: found)), but its type says"
            + " \(schema.name(of: type))",
          "引用指向 \(schema.name(of: found)),而其 type 为 \(schema.name(of: type))")
      }
      found = found ?? type
    }
    guard let found, element.targetCount > 0 else { return }
    let targets = UnsafeBufferPointer(
      start: plans.targets + element.firstTarget, count: element.targetCount)
    guard !targets.contains(where: { schema.isSubtype(found, of: $0) }),
      !Self.isErratum(found, literalOf: frame.type, schema)
    else { return }
    let names = targets.map { schema.name(of: $0) }.joined(separator: ", ")
    report(
      .error, .structure, at: cursor,
      "The reference leads to \(schema.name(of: found)), which is not one of: \(names)",
      "引用指向 \(schema.name(of: found)),应为:\(names)")
  }

  private mutating func target(of text: UnsafeRawBufferPointer, _ literal: JSONCursor) -> TypeID? {
    switch ReferenceForm(text, schema: schema) {
    case .contained(let id):
      if id.isEmpty {
        return plans.types[Int(frame.type.rawValue)].isResource ? containerType : nil
      }
      for resource in frame.container.member(.contained)?.children.map({ $0 }) ?? [] {
        if let other = resource.member(.id), other.raw.elementsEqual(id) {
          return Place.resourceType(of: resource, schema: schema)
        }
      }
      let shown = Self.shown(String(decoding: id, as: UTF8.self))
      report(
        .error, .invariant, at: literal,
        "ref-1: no contained resource has the id '\(shown)'", "ref-1:没有 id 为“\(shown)”的内含资源")
      return nil
    case .typed(let type):
      let actual = bundle.flatMap { $0.type(of: text, schema) ?? $0.type(ofUUID: text, schema) }
      guard let actual, actual != type else { return type }
      report(
        .error, .invalid, at: literal,
        "The reference says \(schema.name(of: type)), but the bundle has"
          + " \(schema.name(of: actual)) there",
        "引用为 \(schema.name(of: type)),但消息包中该处为 \(schema.name(of: actual))")
      return nil
    case .other: return bundle?.type(of: text, schema)
    case .malformed:
      let shown = Self.shown(String(decoding: text, as: UTF8.self))
      report(
        bearsForeignHabits ? .warning : .error, .value, at: literal,
        "'\(shown)' is not a reference: expected Type/id, #id or an absolute URL",
        "“\(shown)”不是引用:应为 类型/标识、#标识 或绝对地址")
      return nil
    }
  }

  /// What R4 forgot to allow, as its own examples and R5 show.
  ///
  /// A device may be used for a procedure:
  ///
  /// <https://hl7.org/fhir/R5/deviceusage.html>
  private static func isErratum(_ target: TypeID, literalOf type: TypeID, _ schema: Schema) -> Bool
  {
    schema.name(of: type) == "DeviceUseStatement" && schema.name(of: target) == "Procedure"
  }

  private var containerType: TypeID? {
    Place.resourceType(of: frame.container, schema: schema)
  }
}
