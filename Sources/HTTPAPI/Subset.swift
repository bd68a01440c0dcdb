import FHIR

/// The part of a resource that `_summary` or `_elements` asks for.
///
/// <https://hl7.org/fhir/R4/search.html#summary>
struct Subset: Sendable {
  enum Part: Hashable, Sendable {
    /// The elements marked for summaries.
    case summary
    /// The narrative, and what must not be missing.
    case text
    /// All but the narrative.
    case data
    /// These elements, and what must not be missing.
    case elements(Set<String>)
  }

  let part: Part

  /// Nil when the whole resource is wanted; an unknown value is an error.
  init?(_ parameters: QueryParameters) throws(Anomaly) {
    let names = Set(parameters.values("_elements"))
    switch try parameters.value("_summary") {
    case nil, "false":
      guard !names.isEmpty else { return nil }
      part = .elements(names)
    case let value? where !names.isEmpty:
      throw .incorrect(
        "_summary=\(value) and _elements exclude each other", chinese: "_summary 与 _elements 不能并用",
        path: "_summary")
    case "true": part = .summary
    case "text": part = .text
    case "data": part = .data
    case let value?:
      throw .incorrect(
        "_summary must be true, false, text or data here, not '\(value.prefix(40))'",
        chinese: "此处 _summary 须为 true、false、text 或 data", code: .value, path: "_summary")
    }
  }

  /// The resource with only the wanted members, tagged as `SUBSETTED`.
  func of(_ body: [UInt8]) throws(Anomaly) -> [UInt8] {
    let document = try JSONDocument.parse(body)
    defer { withExtendedLifetime(document) {} }
    let root = document.root
    guard let name = root.member("resourceType")?.string, let type = Schema.r4.type(named: name)
    else { throw .fault("A stored resource has no type", chinese: "存储的资源没有类型") }
    if case .elements(let names) = part { try Self.check(names, of: type) }
    var out: [UInt8] = []
    out.reserveCapacity(body.count)
    out.append(UInt8(ascii: "{"))
    for member in root.children where keeps(member, of: type) {
      if out.count > 1 { out.append(UInt8(ascii: ",")) }
      member.writeName(into: &out)
      if member.nameEquals("meta") {
        Self.tagged(JSON(member)).write(into: &out)
      } else {
        write(member, of: type, into: &out)
      }
    }
    out.append(UInt8(ascii: "}"))
    return out
  }

  private static func check(_ names: Set<String>, of type: TypeID) throws(Anomaly) {
    for name in names.sorted() where Schema.r4[type].element(named: name) == nil {
      throw .incorrect(
        "\(Schema.r4.name(of: type)) has no element '\(name.prefix(80))'",
        chinese: "\(Schema.r4.name(of: type)) 没有元素“\(name.prefix(80))”", code: .value,
        path: "_elements")
    }
  }

  private func keeps(_ cursor: JSONCursor, of type: TypeID) -> Bool {
    if cursor.nameEquals("resourceType") || cursor.nameEquals("id") || cursor.nameEquals("meta") {
      return true
    }
    guard let member = Schema.r4.member(cursor.name, of: type) else { return false }
    switch part {
    case .summary: return member.isSummary || member.isRequired
    case .text: return cursor.nameEquals("text") || member.isRequired
    case .data: return !cursor.nameEquals("text")
    case .elements(let names):
      return member.isRequired || names.contains(Schema.r4[type].elements[member.element].name)
    }
  }

  /// Writes a value; of a backbone element in a summary, only its own summary.
  private func write(_ cursor: JSONCursor, of type: TypeID, into out: inout [UInt8]) {
    guard part == .summary, let member = Schema.r4.member(cursor.name, of: type),
      Schema.r4[member.type].kind == .backbone
    else { return cursor.write(into: &out, isCompact: false) }
    if cursor.kind == .array {
      out.append(UInt8(ascii: "["))
      for (index, item) in cursor.children.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        writeObject(item, of: member.type, into: &out)
      }
      out.append(UInt8(ascii: "]"))
    } else {
      writeObject(cursor, of: member.type, into: &out)
    }
  }

  private func writeObject(_ cursor: JSONCursor, of type: TypeID, into out: inout [UInt8]) {
    out.append(UInt8(ascii: "{"))
    var isFirst = true
    for child in cursor.children where child.nameEquals("id") || keeps(child, of: type) {
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      child.writeName(into: &out)
      write(child, of: type, into: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// <https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html>
  private static func tagged(_ meta: JSON) -> JSON {
    var meta = meta
    let tag: JSON = [
      "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED",
      "display": "subsetted",
    ]
    meta["tag"] = .array((meta["tag"]?.items ?? []) + [tag])
    return meta
  }
}
