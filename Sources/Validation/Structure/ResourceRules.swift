import FHIR

/// The rules of whole resources that no element can tell alone.
extension Walk {
  /// A resource inside another: its id, and what it must not have.
  ///
  /// <https://hl7.org/fhir/R4/references.html#contained>
  mutating func resourceRules(_ cursor: JSONCursor) {
    guard depth >= .invariants, let list = cursor.member(.contained), list.kind == .array else {
      return
    }
    for resource in list.children where resource.kind == .object {
      contained(resource, in: cursor)
    }
  }

  /// What enables a question is an answer elsewhere than inside of it.
  ///
  /// <https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen>
  mutating func enabling(_ item: JSONCursor) {
    guard depth >= .invariants, let conditions = item.member("enableWhen"),
      conditions.kind == .array
    else { return }
    var inside: Set<String> = []
    for index in item.index..<item.endIndex where item.at(index).nameEquals("linkId") {
      if let link = item.at(index).string { inside.insert(link) }
    }
    for condition in conditions.children {
      guard let question = condition.member("question"), let link = question.string,
        inside.contains(link)
      else { continue }
      report(
        .error, .businessRule, at: question,
        "What enables a question must not be the question itself or one inside of it",
        "启用条件不能引用该问题自身或其内部的问题")
    }
  }

  private mutating func contained(_ resource: JSONCursor, in container: JSONCursor) {
    if let inner = resource.member(.contained) {
      report(
        .error, .invariant, at: inner,
        "dom-2: a contained resource must not contain others", "dom-2:内含资源不能再内含资源")
    }
    if let meta = resource.member(.meta) {
      for name in [NameID.versionId, .lastUpdated] {
        guard let member = meta.member(name) else { continue }
        report(
          .error, .invariant, at: member,
          "dom-4: a contained resource must not have meta.\(schema.names.string(of: name))",
          "dom-4:内含资源不能有 meta.\(schema.names.string(of: name))")
      }
      if let security = meta.member(.security) {
        report(
          .error, .invariant, at: security,
          "dom-5: a contained resource must not have a security label", "dom-5:内含资源不能有安全标签")
      }
    }
    guard let id = resource.member(.id), id.kind == .string else { return }
    guard !isReferenced(id.raw, resource, in: container) else { return }
    let shown = Self.shown(id.scalarText)
    report(
      .error, .invariant, at: resource,
      "dom-3: nothing refers to the contained resource '#\(shown)'",
      "dom-3:内含资源“#\(shown)”未被引用")
  }

  /// Whether a string of the container is `#id`, its narrative shows `#id`, or one of the contained
  /// resource is `#`.
  private func isReferenced(
    _ id: UnsafeRawBufferPointer, _ resource: JSONCursor, in container: JSONCursor
  ) -> Bool {
    for index in container.index..<container.endIndex {
      let cursor = container.at(index)
      guard cursor.kind == .string else { continue }
      if cursor.name == .div, shows(id, cursor.raw) { return true }
      guard cursor.raw.first == UInt8(ascii: "#") else { continue }
      let target = cursor.raw.dropFirst()
      if target.elementsEqual(id) { return true }
      if target.isEmpty, index > resource.index, index < resource.endIndex { return true }
    }
    return false
  }

  /// Whether a narrative has `#id` as the value of an attribute, in quotes of JSON or XML.
  private func shows(_ id: UnsafeRawBufferPointer, _ div: UnsafeRawBufferPointer) -> Bool {
    for index in div.indices where div[index] == UInt8(ascii: "#") {
      let rest = div[(index + 1)...]
      guard rest.starts(with: id) else { continue }
      let after = rest.dropFirst(id.count).first
      if after == UInt8(ascii: "\"") || after == UInt8(ascii: "\\") || after == UInt8(ascii: "'") {
        return true
      }
    }
    return false
  }
}
