import FHIR

/// One name of a person, told whole in the order of its language.
struct PersonName: Hashable, Sendable {
  /// How a name is written. <https://hl7.org/fhir/R4/extension-iso21090-en-representation.html>
  enum Script: Hashable, Sendable { case ideographic, syllabic }

  let text: String
  /// `HumanName.use`. <https://hl7.org/fhir/R4/valueset-name-use.html>
  let use: String?
  let script: Script

  /// Nil when nothing is in it.
  init?(_ name: JSONCursor) {
    let family = name.text("family")
    let given = name.all("given").compactMap(\.string)
    guard let text = name.text("text") ?? Self.joined(family, given, prefix: name.text("prefix"))
    else { return nil }
    self.text = text
    use = name.text("use")
    script = text.hasHan ? .ideographic : .syllabic
  }

  /// Family name first and nothing between in Chinese; given names first elsewhere.
  private static func joined(_ family: String?, _ given: [String], prefix: String?) -> String? {
    let parts = (family.map { [$0] } ?? []) + given
    guard !parts.isEmpty else { return nil }
    if parts.contains(where: \.hasHan) { return parts.joined() }
    return ((prefix.map { [$0] } ?? []) + given + (family.map { [$0] } ?? []))
      .joined(separator: " ")
  }

  /// The names of a person, the one to be called by first: official before usual before others, old
  /// ones last.
  static func names(of person: JSONCursor) -> [PersonName] {
    let order = ["official": 0, "usual": 1, "nickname": 3, "anonymous": 3, "old": 4, "maiden": 4]
    return person.all("name").compactMap(PersonName.init).enumerated().sorted { left, right in
      let (one, other) = (order[left.element.use ?? ""] ?? 2, order[right.element.use ?? ""] ?? 2)
      return (one, left.offset) < (other, right.offset)
    }.map(\.element)
  }
}
