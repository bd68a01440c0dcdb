import FHIR

/// Codes against the value sets that elements are bound to as required.
extension Walk {
  /// The rules that an element has for its value: codes, reference targets, profiles of its type.
  @inline(__always)
  mutating func elementRules(of cursor: JSONCursor, _ member: Member, _ plan: TypePlan) {
    let element = plans.elements[plan.firstElement &+ member.element]
    if element.valueSet >= 0, depth >= .bindings {
      codes(of: cursor, member.type, plans.valueSets[element.valueSet])
    }
    if element.openValueSet >= 0, depth >= .bindings, profiles.library.hasStoredValueSets {
      codes(of: cursor, member.type, plans.openValueSets[element.openValueSet])
    }
    if member.type == .reference { reference(cursor, to: element) }
    if element.ruleCount > 0, depth >= .invariants {
      for index in element.firstRule..<element.firstRule &+ element.ruleCount {
        check(plans.rules[index], on: cursor, member.type)
      }
    }
    if element.hasTypeProfile, plans.types[Int(member.type.rawValue)].kind == .quantity {
      simpleQuantity(cursor)
    }
  }

  /// The codes of a value against a required value set that only a stored one can tell.
  private mutating func codes(of cursor: JSONCursor, _ type: TypeID, _ valueSet: String) {
    guard profiles.library.stores(valueSet: valueSet), hasCode(cursor, type),
      areCodes(of: cursor, type, in: valueSet) == false
    else { return }
    let text = Self.shown(words(of: cursor))
    report(
      .error, .codeInvalid, at: cursor, "'\(text)' is not in the required value set \(valueSet)",
      "“\(text)”不在必需的值集 \(valueSet) 中")
  }

  /// Whether there is any code to be looked for; a concept may be a text alone.
  private func hasCode(_ cursor: JSONCursor, _ type: TypeID) -> Bool {
    switch plans.types[Int(type.rawValue)].kind {
    case .coding, .quantity: cursor.member(.code) != nil
    case .codeableConcept:
      cursor.member(.coding)?.children.contains { $0.member(.code) != nil } ?? false
    default: type.isPrimitive && cursor.kind == .string
    }
  }

  /// The codes of a value of some type against a rule.
  mutating func codes(of cursor: JSONCursor, _ type: TypeID, _ rule: CodeRule) {
    switch plans.types[Int(type.rawValue)].kind {
    case .coding, .quantity:
      if coding(cursor, rule) == false { report(outside: cursor, rule) }
    case .codeableConcept:
      var isBound = false
      for coding in cursor.member(.coding)?.children.map({ $0 }) ?? [] {
        if self.coding(coding, rule) != false { isBound = true }
      }
      if !isBound { report(outside: cursor, rule) }
    default:
      guard type.isPrimitive, cursor.kind == .string, !cursor.raw.isEmpty else { return }
      guard !rule.holds(code: cursor.raw) else { return }
      guard cursor.entry.flags.contains(.escaped) else { return report(outside: cursor, rule) }
      var text = cursor.string ?? ""
      if !text.withUTF8({ rule.holds(code: UnsafeRawBufferPointer($0)) }) {
        report(outside: cursor, rule)
      }
    }
  }

  /// Whether a coding is one of the rule's; nil when it has no code to say so.
  private func coding(_ cursor: JSONCursor, _ rule: CodeRule) -> Bool? {
    guard let code = cursor.member(.code), code.kind == .string else { return nil }
    guard let system = cursor.member(.system), system.kind == .string else { return false }
    return rule.holds(system: system.raw, code: code.raw)
  }

  private mutating func report(outside cursor: JSONCursor, _ rule: CodeRule) {
    let text = Self.shown(words(of: cursor))
    let nearest = rule.listed.nearest(to: text)
    let hint = nearest.map { ("; did you mean '\($0)'?", ";是否应为“\($0)”?") } ?? ("", "")
    report(
      .error, .codeInvalid, at: cursor,
      "'\(text)' is not in the required value set \(rule.valueSet)" + hint.0,
      "“\(text)”不在必需的值集 \(rule.valueSet) 中" + hint.1)
  }

  /// The code that a value has, for a message.
  private func words(of cursor: JSONCursor) -> String {
    guard cursor.kind == .object else { return cursor.scalarText }
    if let codings = cursor.member(.coding), codings.kind == .array {
      return codings.children.map { words(of: $0) }.joined(separator: ", ")
    }
    let system = cursor.member(.system).map { $0.scalarText + "#" } ?? ""
    return system + (cursor.member(.code)?.scalarText ?? "")
  }

  /// `SimpleQuantity` has no comparator, <https://hl7.org/fhir/R4/datatypes.html#SimpleQuantity>.
  private mutating func simpleQuantity(_ cursor: JSONCursor) {
    guard let comparator = cursor.member(.comparator) else { return }
    report(
      .error, .structure, at: comparator, "A SimpleQuantity must not have a comparator",
      "SimpleQuantity 不能有 comparator")
  }
}
