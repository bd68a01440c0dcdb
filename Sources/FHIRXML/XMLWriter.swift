package import FHIR

extension JSONDocument {
  /// The resource as an XML document. <https://hl7.org/fhir/R4/xml.html>
  package func xml() throws(Anomaly) -> [UInt8] {
    var out: [UInt8] = []
    try root.writeXML(into: &out)
    return out
  }
}

extension JSONCursor {
  /// Appends the resource as an XML document.
  package func writeXML(into out: inout [UInt8]) throws(Anomaly) {
    out.reserveCapacity(out.count + raw.count + raw.count / 2)
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    try XMLWriter().write(resource: self, isRoot: true, Path(step: "", parent: nil), &out)
  }
}

/// Where the writer is, put into words only when something is wrong.
private final class Path {
  let step: String
  let parent: Path?
  init(step: String, parent: Path?) {
    self.step = step
    self.parent = parent
  }

  var text: String {
    guard let parent, !parent.step.isEmpty else { return step }
    return step.hasPrefix("[") ? parent.text + step : parent.text + "." + step
  }
}

/// Writes JSON on a tape as XML: elements in the schema's order, values as written.
private struct XMLWriter {
  private let schema = Schema.r4

  func write(resource: JSONCursor, isRoot: Bool, _ path: Path, _ out: inout [UInt8])
    throws(Anomaly)
  {
    guard resource.kind == .object, let type = resource.resourceType(schema) else {
      throw wrong("is no resource", "不是资源", path)
    }
    let name = schema.name(of: type)
    out.append(UInt8(ascii: "<"))
    out += Array(name.utf8)
    if isRoot { out.append(" xmlns=\"http://hl7.org/fhir\"") }
    let path = isRoot ? Path(step: name, parent: nil) : path
    let properties = try properties(of: resource, type, path)
    try close(name.utf8, properties, type, path, &out)
  }

  /// A JSON member with its `_` twin.
  private struct Property {
    let member: Member
    let element: ElementDefinition
    var value: JSONCursor?
    var twin: JSONCursor?
  }

  /// The members of an object in the order of XML.
  private func properties(of object: JSONCursor, _ type: TypeID, _ path: Path) throws(Anomaly)
    -> [Property]
  {
    var properties: [Property] = []
    let elements = schema[type].elements
    for child in object.children where child.name != .resourceType || child.isUnderscored {
      guard let member = schema.member(child.name, of: type),
        !child.isUnderscored || member.isPrimitive
      else {
        throw wrong(
          "has the unknown member '\(child.memberName)'", "有未知成员“\(child.memberName)”", path)
      }
      let place = properties.firstIndex { $0.member.name == member.name } ?? properties.count
      if place == properties.count {
        properties.append(Property(member: member, element: elements[member.element]))
      }
      if child.isUnderscored {
        properties[place].twin = child
      } else {
        properties[place].value = child
      }
    }
    return properties.sorted { $0.member.element < $1.member.element }
  }

  /// Writes the attributes, `>`, the elements and the end tag.
  private func close(
    _ name: some Collection<UInt8>, _ properties: [Property], _ type: TypeID, _ path: Path,
    _ out: inout [UInt8]
  ) throws(Anomaly) {
    var hasElements = false
    for property in properties {
      guard property.element.isXMLAttribute else {
        hasElements = true
        continue
      }
      let step = Path(step: property.element.name, parent: path)
      guard property.twin == nil, let value = property.value else {
        throw wrong("cannot have extensions in XML", "在 XML 中不能有扩展", step)
      }
      try writeAttribute(property.element.name.utf8, value, step, &out)
    }
    guard hasElements else { return out.append("/>") }
    out.append(UInt8(ascii: ">"))
    for property in properties where !property.element.isXMLAttribute {
      try write(property, path, &out)
    }
    out.append("</")
    out += Array(name)
    out.append(UInt8(ascii: ">"))
  }

  /// Writes a member: an element, or one for each item.
  private func write(_ property: Property, _ path: Path, _ out: inout [UInt8]) throws(Anomaly) {
    let name = schema.names.string(of: property.member.name)
    let step = Path(step: name, parent: path)
    for value in [property.value, property.twin] {
      guard let value, (value.kind == .array) != property.member.isArray else { continue }
      throw property.member.isArray
        ? wrong("must be an array", "应为数组", step) : wrong("cannot be an array", "不应为数组", step)
    }
    guard property.member.isArray else {
      return try write(property.value, property.twin, name, property.member.type, step, &out)
    }
    var values = property.value?.children
    var twins = property.twin?.children
    var index = 0
    while true {
      let value = values?.next()
      let twin = twins?.next()
      if value == nil, twin == nil { return }
      try write(
        value, twin, name, property.member.type, Path(step: "[\(index)]", parent: step), &out)
      index += 1
    }
  }

  /// Writes one element.
  private func write(
    _ value: JSONCursor?, _ twin: JSONCursor?, _ name: String, _ type: TypeID, _ path: Path,
    _ out: inout [UInt8]
  ) throws(Anomaly) {
    let value = value?.kind == .null ? nil : value
    let twin = twin?.kind == .null ? nil : twin
    if type.primitive == .xhtml {
      guard let value, twin == nil else { throw wrong("must be a text", "应为文本", path) }
      return try XMLNarrative.write(value, path.text, &out)
    }
    guard value != nil || twin != nil else { throw wrong("is empty", "为空", path) }
    out.append(UInt8(ascii: "<"))
    out += Array(name.utf8)
    if type == .resource, let value {
      out.append(UInt8(ascii: ">"))
      try write(resource: value, isRoot: false, path, &out)
      out.append("</")
      out += Array(name.utf8)
      return out.append(UInt8(ascii: ">"))
    }
    var object = value
    if type.isPrimitive {
      if let value { try writeAttribute("value".utf8, value, path, &out) }
      object = twin
    }
    guard let object else { return out.append("/>") }
    guard object.kind == .object else { throw wrong("must be an object", "应为对象", path) }
    let properties = try properties(of: object, type, path)
    guard !properties.isEmpty else { throw wrong("is empty", "为空", path) }
    try close(name.utf8, properties, type, path, &out)
  }

  private func writeAttribute(
    _ name: some Collection<UInt8>, _ value: JSONCursor, _ path: Path, _ out: inout [UInt8]
  ) throws(Anomaly) {
    switch value.kind {
    case .object, .array, .null: throw wrong("must be a primitive value", "应为基本类型的值", path)
    default: break
    }
    out.append(UInt8(ascii: " "))
    out += Array(name)
    out.append("=\"")
    if value.isEscaped {
      let text = JSONEscape.resolved(value.raw)
      try check(text, path)
      XMLEscape.appendAttribute(text, to: &out)
    } else {
      try check(value.raw, path)
      XMLEscape.appendAttribute(value.raw, to: &out)
    }
    out.append(UInt8(ascii: "\""))
  }

  /// Refuses characters that XML cannot say. <https://www.w3.org/TR/xml/#charsets>
  private func check(_ text: some Sequence<UInt8>, _ path: Path) throws(Anomaly) {
    var last: (UInt8, UInt8) = (0, 0)
    for byte in text {
      let isControl = byte < 0x20 && byte != 9 && byte != 10 && byte != 13
      let isNoncharacter = last == (0xEF, 0xBF) && byte >= 0xBE
      if isControl || isNoncharacter {
        throw wrong("has a character that XML cannot contain", "含有 XML 不能包含的字符", path)
      }
      last = (last.1, byte)
    }
  }

  private func wrong(_ message: String, _ chinese: String, _ path: Path) -> Anomaly {
    let place = path.text.isEmpty ? "The value" : path.text
    return .incorrect(
      "\(place) \(message)", chinese: "\(place) \(chinese)", code: .structure, path: path.text)
  }
}
