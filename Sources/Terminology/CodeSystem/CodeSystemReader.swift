package import FHIR

extension CodeSystem {
  /// Reads the resource. <https://hl7.org/fhir/R4/codesystem.html>
  package convenience init(_ resource: JSONCursor) throws(Anomaly) {
    var reader = CodeSystemReader(draft: CodeSystemDraft(try About(resource)))
    try reader.read(resource)
    try self.init(reader.draft)
  }
}

extension CodeSystem.About {
  init(_ resource: JSONCursor) throws(Anomaly) {
    guard let url = resource.member("url")?.string else {
      throw .incorrect(
        "A code system without url cannot be found", chinese: "代码系统没有 url", code: .required,
        path: "CodeSystem.url")
    }
    self.url = url
    version = resource.member("version")?.string
    name = resource.member("name")?.string
    title = resource.member("title")?.string
    status = resource.member("status")?.string
    isExperimental = resource.member("experimental")?.bool ?? false
    language = resource.member("language")?.string
    isCaseSensitive = resource.member("caseSensitive")?.bool ?? true
    hierarchyMeaning = resource.member("hierarchyMeaning")?.string
    supplements = resource.member("supplements")?.string
    if let text = resource.member("content")?.string {
      guard let known = CodeSystem.Content(rawValue: text) else {
        throw .incorrect(
          "'\(text.prefix(40))' is no content mode of a code system",
          chinese: "“\(text.prefix(40))”不是代码系统的内容方式", code: .value, path: "CodeSystem.content")
      }
      content = known
    }
    for item in resource.member("extension").map({ Array($0.children) }) ?? [] {
      switch item.member("url")?.string {
      case StandardExtension.standardsStatus: standardsStatus = item.member("valueCode")?.string
      case StandardExtension.effectivePeriod:
        let period = item.member("valuePeriod")
        effective = EffectivePeriod(
          start: period?.member("start")?.string, end: period?.member("end")?.string)
      default: break
      }
    }
  }
}

/// Reads the concepts of a code system, each above what is nested in it.
private struct CodeSystemReader {
  var draft: CodeSystemDraft

  mutating func read(_ resource: JSONCursor) throws(Anomaly) {
    for item in resource.member("property").map({ Array($0.children) }) ?? [] {
      guard let code = item.member("code")?.string else { continue }
      draft.propertyDefinitions.append(
        PropertyDefinition(
          code: code, uri: item.member("uri")?.string, type: item.member("type")?.string))
    }
    if let concepts = resource.member("concept") { try read(concepts, parent: -1) }
  }

  /// Nesting is bounded by the depth that a JSON document may have.
  private mutating func read(_ concepts: JSONCursor, parent: Int32) throws(Anomaly) {
    for concept in concepts.children {
      var code: String?
      var display: String?
      var definition: String?
      var nested: JSONCursor?
      var parts: [JSONCursor] = []
      for member in concept.children where !member.isUnderscored {
        if member.nameEquals("code") {
          code = member.string
        } else if member.nameEquals("display") {
          display = member.string
        } else if member.nameEquals("definition") {
          definition = member.string
        } else if member.nameEquals("concept") {
          nested = member
        } else {
          parts.append(member)
        }
      }
      guard let code else {
        throw .incorrect(
          "A concept of \(draft.about.url) has no code",
          chinese: "代码系统 \(draft.about.url) 中有概念缺少代码", code: .required,
          path: "CodeSystem.concept")
      }
      let place = try draft.add(
        code: code, display: display, definition: definition, parent: parent)
      for part in parts { read(part: part) }
      if let nested { try read(nested, parent: place) }
    }
  }

  private mutating func read(part: JSONCursor) {
    if part.nameEquals("designation") {
      for item in part.children {
        draft.add(
          Designation(
            language: item.member("language")?.string, use: item.member("use").map { JSON($0) },
            value: item.member("value")?.string ?? "",
            extensions: item.member("extension").map { JSON($0) },
            source: draft.about.content == .supplement ? source : nil))
      }
    } else if part.nameEquals("property") {
      for item in part.children {
        guard let code = item.member("code")?.string,
          let value = item.children.first(where: { $0.memberName.hasPrefix("value") })
        else { continue }
        let known = PropertyValue(element: value.memberName, json: JSON(value))
        draft.add(ConceptProperty(code: code, value: known))
      }
    } else if part.nameEquals("extension") {
      draft.add(extensions: JSON(part))
    }
  }

  private var source: String {
    draft.about.version.map { "\(draft.about.url)|\($0)" } ?? draft.about.url
  }
}

/// The extensions that terminology heeds. <https://hl7.org/fhir/R4/terminologies.html>
enum StandardExtension {
  static let base = "http://hl7.org/fhir/StructureDefinition/"
  static let standardsStatus = base + "structuredefinition-standards-status"
  static let effectivePeriod = base + "resource-effectivePeriod"
  static let supplement = base + "valueset-supplement"
  static let expansionParameter = base + "valueset-expansion-parameter"
  static let deprecated = base + "valueset-deprecated"
  static let unclosed = base + "valueset-unclosed"
  static let unclosedReason = base + "valueset-unclosed-reason"
}
