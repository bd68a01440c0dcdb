import CExpat
package import FHIR

/// Receives an XML text piece by piece, as expat reads it; a subclass says what becomes of it.
///
/// The one door for XML: document type declarations, and with them all entities but XML's own five,
/// are refused, and depth, size and attributes are limited. What is handed over is valid during the
/// call.
package class XMLEvents {
  fileprivate var parser: XML_Parser?
  fileprivate var failure: Anomaly?
  fileprivate var depth = 0
  fileprivate(set) final var limits = XMLLimits()
  /// The text that is being read.
  fileprivate(set) final var source = UnsafeRawBufferPointer(start: nil, count: 0)

  package init() {}

  package func start(_ name: XMLName, _ attributes: XMLAttributes) throws(Anomaly) {}
  package func end() throws(Anomaly) {}
  package func text(_ bytes: UnsafeRawBufferPointer) throws(Anomaly) {}

  /// The bytes of the tag or text that the event is about.
  package final var extent: Range<Int> {
    let start = XML_GetCurrentByteIndex(parser)
    return start..<start + Int(XML_GetCurrentByteCount(parser))
  }

  /// An anomaly at the present place, with a drawing of it.
  package final func wrong(
    _ message: String, _ chinese: String, code: IssueType = .structure, path: String? = nil
  ) -> Anomaly {
    let place = Caret(in: source, at: XML_GetCurrentByteIndex(parser))
    return .incorrect(
      "XML line \(place.line), column \(place.column): \(message)\n\(place.drawing)",
      chinese: "XML 第 \(place.line) 行第 \(place.column) 列:\(chinese)", code: code, path: path)
  }
}

extension XMLEvents {
  /// Reads a whole text; the first anomaly ends the reading.
  package final func read(_ bytes: [UInt8], limits: XMLLimits) throws(Anomaly) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(Anomaly) in try read(buffer, limits: limits) }
    }
    try result.get()
  }

  private func read(_ bytes: UnsafeRawBufferPointer, limits: XMLLimits) throws(Anomaly) {
    guard bytes.count <= min(limits.size, Int(Int32.max)) else {
      throw .incorrect(
        "The XML text has \(bytes.count) bytes; the limit is \(limits.size)",
        chinese: "XML 文本有 \(bytes.count) 字节,上限为 \(limits.size)", code: .tooLong, status: 413)
    }
    var bound = AttributeBound(bytes, limit: limits.attributes)
    if let offset = bound.firstExcess() { throw wideTag(bytes, offset, limits.attributes) }
    guard let parser = XML_ParserCreateNS("UTF-8", XML_Char(XMLName.separator)) else {
      throw .fault("The XML parser has no memory")
    }
    defer {
      XML_ParserFree(parser)
      self.parser = nil
      source = UnsafeRawBufferPointer(start: nil, count: 0)
    }
    self.parser = parser
    self.limits = limits
    source = bytes
    XML_SetHashSalt(parser, limits.hashSalt)
    XML_SetReturnNSTriplet(parser, 1)
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    setHandlers(parser)
    let text = bytes.bindMemory(to: XML_Char.self)
    let status = XML_Parse(parser, text.baseAddress, Int32(text.count), 1)
    if let failure { throw failure }
    if status != XML_STATUS_OK {
      let reason = String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
      throw wrong("\(reason)", "不是格式良好的 XML(\(reason))")
    }
  }

  private func setHandlers(_ parser: XML_Parser) {
    XML_SetElementHandler(
      parser,
      { data, name, attributes in
        XMLEvents.of(data) { events throws(Anomaly) in
          guard let name, let attributes else { return }
          try events.enter()
          try events.start(XMLName(name), XMLAttributes(start: attributes))
        }
      },
      { data, _ in
        XMLEvents.of(data) { events throws(Anomaly) in
          events.depth -= 1
          try events.end()
        }
      })
    XML_SetCharacterDataHandler(parser) { data, text, length in
      XMLEvents.of(data) { events throws(Anomaly) in
        try events.text(UnsafeRawBufferPointer(start: text, count: Int(length)))
      }
    }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
      XMLEvents.of(data) { events throws(Anomaly) in
        throw events.wrong(
          "A document type declaration is not allowed", "不允许文档类型声明(DTD)")
      }
    }
    XML_SetXmlDeclHandler(parser) { data, _, encoding, _ in
      XMLEvents.of(data) { events throws(Anomaly) in
        guard let encoding else { return }
        let name = String(cString: encoding)
        guard name.lowercased() == "utf-8" else {
          throw events.wrong("The encoding must be UTF-8, not \(name)", "编码必须是 UTF-8")
        }
      }
    }
  }

  /// Hands an event to the object that reads; its anomaly stops the parser.
  private static func of(
    _ data: UnsafeMutableRawPointer?, _ event: (XMLEvents) throws(Anomaly) -> Void
  ) {
    guard let data else { return }
    let events = Unmanaged<XMLEvents>.fromOpaque(data).takeUnretainedValue()
    guard events.failure == nil else { return }
    do {
      try event(events)
    } catch {
      events.failure = error
      XML_StopParser(events.parser, XML_Bool(XML_FALSE))
    }
  }

  private func enter() throws(Anomaly) {
    depth += 1
    guard depth <= limits.depth else {
      throw wrong(
        "The nesting is deeper than \(limits.depth)", "嵌套超过 \(limits.depth) 层", code: .tooCostly)
    }
  }

  private func wideTag(_ text: UnsafeRawBufferPointer, _ offset: Int, _ limit: Int) -> Anomaly {
    let place = Caret(in: text, at: offset)
    return .incorrect(
      "XML line \(place.line), column \(place.column): "
        + "The element has more than \(limit) attributes",
      chinese: "XML 第 \(place.line) 行第 \(place.column) 列:元素的属性超过 \(limit) 个", code: .tooCostly)
  }
}
