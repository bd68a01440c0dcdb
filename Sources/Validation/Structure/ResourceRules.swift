import FHIR

/// The rules of whole resources that no element can tell alone.
extension Walk {
  /// A resource inside another: its id, and what it must not have. <https://hl7.org/fhir/R4/references.html#contained>
  mutating func resourceRules(_ cursor: JSONCursor) {
    guard depth >= .invariants, let list = cursor.member(.contained), list.kind == .array else {
      return
    }
    for resource in list.children where resource.kind == .object {
      contained(resource, in: cursor)
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

  /// Whether a string of the container is `#id`, or one of the contained resource is `#`.
  private func isReferenced(
    _ id: UnsafeRawBufferPointer, _ resource: JSONCursor, in container: JSONCursor
  ) -> Bool {
    for index in container.index..<container.endIndex {
      let cursor = container.at(index)
      guard cursor.kind == .string, cursor.raw.first == UInt8(ascii: "#") else { continue }
      let target = cursor.raw.dropFirst()
      if target.elementsEqual(id) { return true }
      if target.isEmpty, index > resource.index, index < resource.endIndex { return true }
    }
    return false
  }
}
