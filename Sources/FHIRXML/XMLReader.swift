package import FHIR

extension JSONDocument {
  /// Reads a resource in XML as if it had been sent in JSON. <https://hl7.org/fhir/R4/xml.html>
  package static func parse(xml bytes: [UInt8], limits: XMLLimits = XMLLimits())
    throws(Anomaly) -> JSONDocument
  {
    let reader = XMLReader()
    try reader.read(bytes, limits: limits)
    return try parse(reader.json)
  }
}

/// Turns the XML of a resource into its JSON by the schema. <https://hl7.org/fhir/R4/xml.html>
///
/// Strict: elements in the standard's order, no unknown element or attribute, nothing empty. Values
/// keep their text, so a decimal its digits, and a narrative its bytes.
final class XMLReader: XMLEvents {
  /// The JSON of the resource, once all is read.
  private(set) var json: [UInt8] = []
  private let schema = Schema.r4
  private var open: [OpenElement] = []
  private var narrative: NarrativeCapture?

  override func start(_ name: XMLName, _ attributes: XMLAttributes) throws(Anomaly) {
    if narrative != nil { return try captureStart(name, attributes) }
    guard let parent = open.last else { return try startResource(name, attributes) }
    if parent.content == .resource {
      guard parent.value == nil else {
        throw wrong("\(path) has more than one resource", "\(path) 内有多个资源", path: path)
      }
      return try startResource(name, attributes)
    }
    let member = try member(name, of: parent)
    switch member.type.primitive {
    case .xhtml:
      open.append(OpenElement(member.type, member, .primitive))
      guard name.isXHTML else { throw wrongNamespace(name, XMLName.xhtml) }
      narrative = NarrativeCapture(startingAt: extent.lowerBound)
      return try captureStart(name, attributes)
    case .some:
      open.append(OpenElement(member.type, member, .primitive))
    case nil:
      open.append(OpenElement(member.type, member, member.isResource ? .resource : .members))
    }
    guard name.isFHIR else { throw wrongNamespace(name, XMLName.fhir) }
    for attribute in attributes { try read(attribute.name, attribute.value) }
  }

  override func end() throws(Anomaly) {
    if narrative != nil {
      guard let value = narrative?.end(extent, source) else { return }
      narrative = nil
      var text: [UInt8] = []
      JSONEscape.append(value, to: &text)
      open[open.count - 1].value = text
    }
    guard var element = open.popLast() else { return }
    element.closeItems()
    if element.value == nil, element.members.isEmpty, !isResource(element) {
      open.append(element)
      throw wrong("\(path) is empty", "\(path) 为空", path: path)
    }
    if isResource(element) {
      let text = [UInt8(ascii: "{")] + element.members + [UInt8(ascii: "}")]
      if open.isEmpty { json = text } else { open[open.count - 1].value = text }
    } else if let member = element.member, !open.isEmpty {
      open[open.count - 1].add(element, named: member)
    }
  }

  override func text(_ bytes: UnsafeRawBufferPointer) throws(Anomaly) {
    if narrative != nil {
      narrative?.text(bytes)
      return
    }
    guard bytes.allSatisfy({ $0 <= 0x20 }) else {
      throw wrong("Text may not stand in \(path)", "\(path) 中不能有文本", path: path)
    }
  }

  private func captureStart(_ name: XMLName, _ attributes: XMLAttributes) throws(Anomaly) {
    guard name.isXHTML else { throw wrongNamespace(name, XMLName.xhtml) }
    narrative?.start(name, attributes)
  }

  private func isResource(_ element: OpenElement) -> Bool { element.member == nil }
}

extension XMLReader {
  private func startResource(_ name: XMLName, _ attributes: XMLAttributes) throws(Anomaly) {
    guard name.isFHIR else { throw wrongNamespace(name, XMLName.fhir) }
    guard let type = LiteralReference.resourceType(name.local) else {
      throw wrong(
        "\(name.text) is no resource type", "\(name.text) 不是资源类型", path: open.isEmpty ? nil : path)
    }
    var element = OpenElement(type, nil, .members)
    element.add(resourceType: schema.name(of: type))
    open.append(element)
    for (name, _) in attributes
    where !name.namespace.elementsEqual(XMLName.schemaInstance.utf8) {
      throw wrongAttribute(name)
    }
  }

  /// What the schema says of a child, which must be allowed here.
  private func member(_ name: XMLName, of parent: OpenElement) throws(Anomaly) -> Member {
    guard let member = schema.member(schema.names.id(of: name.local), of: parent.type),
      !schema[parent.type].elements[member.element].isXMLAttribute
    else {
      throw wrong(
        "Unknown element '\(name.text)' in \(path)", "\(path) 中有未知元素“\(name.text)”",
        path: "\(path).\(name.text)")
    }
    switch parent.admits(member, requiresOrder: limits.requiresOrder) {
    case .welcome: return member
    case .twice:
      throw wrong(
        "\(path).\(name.text) may stand in one place only", "\(path).\(name.text) 只能出现在一处",
        path: "\(path).\(name.text)")
    case .late:
      throw wrong(
        "\(path).\(name.text) stands too late; the order of elements is fixed",
        "\(path).\(name.text) 的次序不对", path: "\(path).\(name.text)")
    }
  }

  private func read(_ name: XMLName, _ value: UnsafeRawBufferPointer) throws(Anomaly) {
    let element = open[open.count - 1]
    guard name.namespace.isEmpty else { throw wrongAttribute(name) }
    let text = name.text
    if text == "value", element.content == .primitive {
      open[open.count - 1].value = try json(of: value, element.type)
      return
    }
    guard element.content != .resource,
      let member = schema.member(schema.names.id(of: name.local), of: element.type),
      schema[element.type].elements[member.element].isXMLAttribute
    else { throw wrongAttribute(name) }
    open[open.count - 1].add(attribute: text, value)
  }

  /// The JSON of a primitive's value: numbers and booleans as written, all else a string.
  private func json(of value: UnsafeRawBufferPointer, _ type: TypeID) throws(Anomaly) -> [UInt8] {
    switch type.primitive {
    case .boolean, .integer, .decimal, .unsignedInt, .positiveInt:
      let text = Array(value)
      let isBoolean = text == Array("true".utf8) || text == Array("false".utf8)
      guard type.primitive == .boolean ? isBoolean : XMLReader.isNumber(text) else {
        let text = String(decoding: value, as: UTF8.self)
        let name = schema.name(of: type)
        throw wrong(
          "'\(text.prefix(64))' is no \(name)", "“\(text.prefix(64))”不是 \(name)", code: .value,
          path: path)
      }
      return text
    default:
      var text: [UInt8] = []
      JSONEscape.append(value, to: &text)
      return text
    }
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, which FHIR and JSON have in common.
  static func isNumber(_ text: [UInt8]) -> Bool {
    var rest = text[...]
    func skip(_ marks: String) -> Bool {
      guard let first = rest.first, marks.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    func digits() -> Bool {
      let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
      rest = rest.dropFirst(count)
      return count > 0
    }
    _ = skip("-")
    if !skip("0"), !digits() { return false }
    if skip("."), !digits() { return false }
    if skip("eE") {
      _ = skip("+-")
      if !digits() { return false }
    }
    return rest.isEmpty
  }

  /// The way to the innermost open element, as FHIRPath.
  private var path: String {
    var path = ""
    for (index, element) in open.enumerated() {
      guard let member = element.member else {
        if index == 0 { path = schema.name(of: element.type) }
        continue
      }
      path += "." + schema.names.string(of: member.name)
      if member.isArray { path += "[\(open[index - 1].count(of: member.name))]" }
    }
    return path
  }

  private func wrongAttribute(_ name: XMLName) -> Anomaly {
    wrong(
      "Unknown attribute '\(name.text)' of \(path)", "\(path) 有未知属性“\(name.text)”", path: path)
  }

  private func wrongNamespace(_ name: XMLName, _ right: String) -> Anomaly {
    let namespace = String(decoding: name.namespace, as: UTF8.self)
    return wrong(
      "'\(name.text)' must be of the namespace \(right), not '\(namespace)'",
      "“\(name.text)”的命名空间应为 \(right)", path: open.isEmpty ? nil : path)
  }
}
