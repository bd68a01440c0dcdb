/// The part of a resource that `_summary` or `_elements` asks for, cut out on the tape.
/// <https://hl7.org/fhir/R4/search.html#summary>
///
/// Type, id and `meta` always stay, and `meta` says that the rest is not whole.
package enum ResourceSubset: Hashable, Sendable {
  /// The elements that the standard marks for summaries, and what must not be missing.
  case summary
  /// The narrative, and what must not be missing.
  case text
  /// All but the narrative.
  case data
  /// The elements with these names, and what must not be missing.
  case elements(Set<String>)

  /// Appends the part of a resource as compact JSON; its members keep their bytes.
  package func write(_ resource: JSONCursor, into out: inout [UInt8]) throws(Anomaly) {
    let schema = Schema.r4
    guard resource.kind == .object, let type = resource.resourceType(schema) else {
      throw .incorrect("What has no resourceType has no parts", chinese: "没有 resourceType 的资源不能取子集")
    }
    var writer = SubsetWriter(subset: self, out: out)
    // One copy at a time, so that it grows in place.
    out = []
    writer.write(resource: resource, of: type)
    out = writer.out
  }

  /// The part of a whole text.
  package func of(_ body: [UInt8]) throws(Anomaly) -> [UInt8] {
    let document = try JSONDocument.parse(body)
    defer { withExtendedLifetime(document) {} }
    var out: [UInt8] = []
    out.reserveCapacity(body.count + SubsetWriter.tag.utf8CodeUnitCount)
    try write(document.root, into: &out)
    return out
  }

  /// Refuses names that the type has no element for.
  package func check(on type: TypeID) throws(Anomaly) {
    guard case .elements(let names) = self else { return }
    let definition = Schema.r4[type]
    for name in names.sorted() where definition.element(named: name) == nil {
      throw .incorrect(
        "\(definition.name) has no element '\(name.prefix(80))'",
        chinese: "\(definition.name) 没有元素“\(name.prefix(80))”", code: .value, path: "_elements")
    }
  }
}

/// Copies what is kept of a resource.
private struct SubsetWriter {
  let subset: ResourceSubset
  var out: [UInt8]
  private let schema = Schema.r4

  /// <https://hl7.org/fhir/R4/valueset-security-labels.html>: only a part of the resource is there.
  static let tag: StaticString = """
    {"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue",\
    "code":"SUBSETTED","display":"subsetted"}
    """

  init(subset: ResourceSubset, out: [UInt8]) {
    self.subset = subset
    self.out = out
  }

  mutating func write(resource: JSONCursor, of type: TypeID) {
    out.append(UInt8(ascii: "{"))
    var isFirst = true
    var hasMeta = false
    for child in resource.children {
      let isMeta = child.name == .meta && !child.isUnderscored && child.kind == .object
      guard isMeta || isIdentity(child) || keeps(child, of: type) else { continue }
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      child.writeName(into: &out)
      if isMeta {
        hasMeta = true
        write(meta: child)
      } else {
        write(child, of: type)
      }
    }
    if !hasMeta {
      out.append(isFirst ? "\"meta\":{\"tag\":[" : ",\"meta\":{\"tag\":[")
      out.append(Self.tag)
      out.append("]}")
    }
    out.append(UInt8(ascii: "}"))
  }

  /// The same with the tag, added to those that are there.
  private mutating func write(meta: JSONCursor) {
    out.append(UInt8(ascii: "{"))
    var hasTags = false
    for child in meta.children {
      child.writeName(into: &out)
      if child.name == .tag, !child.isUnderscored, child.kind == .array {
        hasTags = true
        out.append(UInt8(ascii: "["))
        for tag in child.children {
          tag.write(into: &out, isCompact: false)
          out.append(UInt8(ascii: ","))
        }
        out.append(Self.tag)
        out.append(UInt8(ascii: "]"))
      } else {
        child.write(into: &out, isCompact: false)
      }
      out.append(UInt8(ascii: ","))
    }
    if hasTags {
      out.removeLast()
    } else {
      out.append("\"tag\":[")
      out.append(Self.tag)
      out.append("]")
    }
    out.append(UInt8(ascii: "}"))
  }

  private func isIdentity(_ child: JSONCursor) -> Bool {
    child.name == .resourceType || child.name == .id
  }

  private func keeps(_ child: JSONCursor, of type: TypeID) -> Bool {
    guard let member = schema.member(child.name, of: type) else { return false }
    switch subset {
    case .summary: return member.isSummary || member.isRequired
    case .text: return child.name == .text || member.isRequired
    case .data: return child.name != .text
    case .elements(let names):
      return member.isRequired || names.contains(schema[type].elements[member.element].name)
    }
  }

  /// Writes a member; of a summary, only what is for summaries within it.
  private mutating func write(_ value: JSONCursor, of type: TypeID) {
    guard subset == .summary, !value.isUnderscored,
      let member = schema.member(value.name, of: type), !member.isPrimitive, !member.isResource
    else { return value.write(into: &out, isCompact: false) }
    guard value.kind == .array else { return write(object: value, of: member.type) }
    out.append(UInt8(ascii: "["))
    for (index, item) in value.children.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      write(object: item, of: member.type)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// Writes an object's parts for summaries; the whole where none of them is.
  private mutating func write(object: JSONCursor, of type: TypeID) {
    guard object.kind == .object,
      object.children.contains(where: { keeps($0, of: type) })
    else { return object.write(into: &out, isCompact: false) }
    out.append(UInt8(ascii: "{"))
    var isFirst = true
    for child in object.children where child.name == .id || keeps(child, of: type) {
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      child.writeName(into: &out)
      write(child, of: type)
    }
    out.append(UInt8(ascii: "}"))
  }
}
