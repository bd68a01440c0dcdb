import FHIR

/// Rules of elements of any type that the schema does not tell.
extension Walk {
  /// An id of an element is unique in its resource.
  ///
  /// <https://hl7.org/fhir/R4/element-definitions.html#Element.id>
  mutating func elementID(_ cursor: JSONCursor) {
    guard let id = cursor.member(.id), let text = id.string, !ids.insert(text).inserted else {
      return
    }
    report(
      .error, .businessRule, at: id, "The id '\(Self.shown(text))' stands twice in the resource",
      "标识“\(Self.shown(text))”在资源中重复")
  }

  /// The system of a code or identifier is absolute, and is not a value set.
  ///
  /// <https://hl7.org/fhir/R4/datatypes-definitions.html#Coding.system>
  mutating func system(of cursor: JSONCursor) {
    guard let system = cursor.member(.system), system.kind == .string, !system.raw.isEmpty else {
      return
    }
    if !system.raw.contains(UInt8(ascii: ":")) {
      report(
        bearsForeignHabits ? .warning : .error, .value, at: system,
        "A system must be an absolute URI, not '\(Self.shown(system.scalarText))'",
        "system 必须是绝对 URI,而非“\(Self.shown(system.scalarText))”")
    } else if system.raw.starts(with: Self.valueSetBase) {
      report(
        .error, .value, at: system,
        "A system is a code system, not the value set '\(Self.shown(system.scalarText))'",
        "system 应为代码系统,而非值集“\(Self.shown(system.scalarText))”")
    }
  }

  private static let valueSetBase = Array("http://hl7.org/fhir/ValueSet/".utf8)
}
