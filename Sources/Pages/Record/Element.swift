import FHIR

/// Reading elements of a resource along names, the first item where an element repeats.
extension JSONCursor {
  /// The element at the end of the names; nil where one is missing.
  func first(_ names: String...) -> JSONCursor? { first(names[...]) }

  private func first(_ names: ArraySlice<String>) -> JSONCursor? {
    guard let name = names.first else { return self }
    guard let member = member(name) else { return nil }
    guard member.kind == .array else { return member.first(names.dropFirst()) }
    return member.children.lazy.compactMap { $0.first(names.dropFirst()) }.first { _ in true }
  }

  /// The items of an element that repeats; the element itself where it was written once.
  func all(_ name: String) -> [JSONCursor] {
    guard let member = member(name) else { return [] }
    return member.kind == .array ? Array(member.children) : [member]
  }

  /// A primitive's value as text; nil where it is missing or empty.
  func text(_ names: String...) -> String? {
    guard let value = first(names[...]) else { return nil }
    switch value.kind {
    case .object, .array, .null: return nil
    default:
      let text = value.scalarText
      return text.isEmpty ? nil : text
    }
  }

  /// The choice element such as `value[x]`: the first member that begins so, and what follows.
  ///
  /// <https://hl7.org/fhir/R4/formats.html#choice>
  func choice(_ name: String) -> (type: String, value: JSONCursor)? {
    guard kind == .object else { return nil }
    for child in children where !child.isUnderscored && child.rawName.starts(with: name.utf8) {
      let rest = child.memberName.dropFirst(name.count)
      guard let letter = rest.first, letter.isUppercase else { continue }
      return (String(rest), child)
    }
    return nil
  }

  /// The `Type/id` of the Reference at a name; nil when it leads elsewhere.
  func target(_ names: String...) -> String? {
    guard let text = first(names[...])?.text("reference") else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    return parts.count > 2 && parts[2] == "_history" ? "\(parts[0])/\(parts[1])" : text
  }
}
