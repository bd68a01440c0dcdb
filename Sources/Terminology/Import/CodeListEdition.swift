import FHIR

/// An edition of a published list, as the CodeSystem resource that holds it.
///
/// <https://hl7.org/fhir/R4/codesystem.html>
package struct CodeListEdition: Sendable {
  package var url: String
  package var version: String
  package var name: String
  package var title: String?
  /// Where the list comes from, such as the file and the standard.
  package var publisher: String?
  /// From when it is in force, until when.
  package var effective = EffectivePeriod()
  /// Whether lines are missing that wait for correction.
  package var isPartial = false
  package var codes: [ListedCode]

  package init(url: String, version: String, name: String, codes: [ListedCode]) {
    self.url = url
    self.version = version
    self.name = name
    self.codes = codes
  }

  /// The codes of an edition that is stored, as a list would have them.
  package static func codes(of system: CodeSystem) -> [ListedCode] {
    (0..<system.count).map { place in
      var code = ListedCode(code: system.code(place), display: system.display(place) ?? "")
      code.definition = system.definition(place)
      code.parent = system.hierarchy.parents(of: place).first.map { system.code(Int($0)) }
      code.isRetired = system.status(place) == "retired"
      for designation in system.designations(place) {
        if designation.language == "en" {
          code.english = designation.value
        } else {
          code.synonyms.append(designation.value)
        }
      }
      for property in system.properties(place) {
        switch property.code {
        case "parent", "status": break
        case "effectiveDate": code.effective = property.value.text
        case "retirementDate": code.retired = property.value.text
        case DataElement.dataType: code.dataType = property.value.text
        case DataElement.format: code.format = property.value.text
        case DataElement.valueDomain: code.valueDomain = property.value.text
        default: code.properties.append((property.code, property.value.text))
        }
      }
      return code
    }
  }

  /// The text of the resource, written in one go: lists have tens of thousands of codes.
  package func encoded() -> [UInt8] {
    var head: JSON = [
      "resourceType": "CodeSystem", "url": .string(url), "version": .string(version),
      "name": .string(name), "status": "active", "experimental": false, "caseSensitive": true,
      "hierarchyMeaning": "is-a", "content": .string(isPartial ? "fragment" : "complete"),
      "count": .number(codes.count), "language": "zh-CN",
    ]
    if let title { head["title"] = .string(title) }
    if let publisher { head["publisher"] = .string(publisher) }
    if effective.start != nil || effective.end != nil {
      var period: JSON = [:]
      if let start = effective.start { period["start"] = .string(start) }
      if let end = effective.end { period["end"] = .string(end) }
      head["extension"] = [
        ["url": .string(StandardExtension.effectivePeriod), "valuePeriod": period]
      ]
    }
    head["property"] = .array(definitions)
    var out = head.encoded()
    out.removeLast()
    out += Array(#","concept":["#.utf8)
    for (index, code) in codes.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      concept(code).write(into: &out)
    }
    out += Array("]}".utf8)
    return out
  }

  /// The properties that any concept has.
  private var definitions: [JSON] {
    var definitions: [JSON] = [
      Self.definition("parent", "code", uri: ConceptProperties.uri + "parent"),
      Self.definition("status", "code", uri: ConceptProperties.uri + "status"),
      Self.definition("effectiveDate", "dateTime"),
      Self.definition(
        "retirementDate", "dateTime", uri: ConceptProperties.uri + "retirementDate"),
    ]
    if codes.contains(where: { $0.dataType != nil || $0.valueDomain != nil }) {
      definitions.append(Self.definition(DataElement.dataType, "code"))
      definitions.append(Self.definition(DataElement.format, "string"))
      definitions.append(Self.definition(DataElement.valueDomain, "string"))
    }
    var names: [String] = []
    for property in codes.lazy.flatMap(\.properties) where !names.contains(property.name) {
      names.append(property.name)
    }
    definitions += names.map { Self.definition($0, "string") }
    return definitions
  }

  private static func definition(_ code: String, _ type: String, uri: String? = nil) -> JSON {
    var definition: JSON = ["code": .string(code), "type": .string(type)]
    if let uri { definition["uri"] = .string(uri) }
    return definition
  }

  private func concept(_ code: ListedCode) -> JSON {
    var concept: JSON = ["code": .string(code.code), "display": .string(code.display)]
    if let definition = code.definition { concept["definition"] = .string(definition) }
    var designations: [JSON] = []
    if let english = code.english {
      designations.append(["language": "en", "value": .string(english)])
    }
    for synonym in code.synonyms {
      designations.append(["language": "zh-CN", "value": .string(synonym)])
    }
    if !designations.isEmpty { concept["designation"] = .array(designations) }
    var properties: [JSON] = []
    func add(_ name: String, _ element: String, _ text: String?) {
      if let text { properties.append(["code": .string(name), element: .string(text)]) }
    }
    add("parent", "valueCode", code.parent)
    add("status", "valueCode", code.isRetired ? "retired" : nil)
    add("effectiveDate", "valueDateTime", code.effective)
    add("retirementDate", "valueDateTime", code.retired)
    add(DataElement.dataType, "valueCode", code.dataType)
    add(DataElement.format, "valueString", code.format)
    add(DataElement.valueDomain, "valueString", code.valueDomain)
    for property in code.properties { add(property.name, "valueString", property.text) }
    if !properties.isEmpty { concept["property"] = .array(properties) }
    return concept
  }
}
