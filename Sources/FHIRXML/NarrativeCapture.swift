import FHIR

/// The XHTML of a narrative as it is read: its bytes as written where they stand for themselves,
/// else rebuilt. <https://hl7.org/fhir/R4/narrative.html#xhtml>
///
/// JSON carries the `div` as a text of its own. Where the XML gave its namespace further out or by
/// a prefix, the bytes would lose it, so the same elements are written anew.
struct NarrativeCapture {
  private let offset: Int
  private var depth = 0
  private var rebuilt: [UInt8] = []
  private var isSelfContained = true
  /// The names of the open elements, as rebuilt.
  private var names: [[UInt8]] = []
  private var isTagOpen = false

  init(startingAt offset: Int) { self.offset = offset }

  mutating func start(_ name: XMLName, _ attributes: XMLAttributes) {
    closeTag()
    let local = Array(name.local)
    if !name.prefix.isEmpty { isSelfContained = false }
    rebuilt.append(UInt8(ascii: "<"))
    rebuilt += local
    if depth == 0 { rebuilt += Array(" xmlns=\"\(XMLName.xhtml)\"".utf8) }
    for (attribute, value) in attributes {
      rebuilt.append(UInt8(ascii: " "))
      if attribute.namespace.elementsEqual(XMLName.xml.utf8) { rebuilt += Array("xml:".utf8) }
      rebuilt += Array(attribute.local)
      rebuilt += Array("=\"".utf8)
      XMLEscape.appendAttribute(value, to: &rebuilt)
      rebuilt.append(UInt8(ascii: "\""))
    }
    names.append(local)
    isTagOpen = true
    depth += 1
  }

  mutating func text(_ bytes: UnsafeRawBufferPointer) {
    closeTag()
    XMLEscape.appendText(bytes, to: &rebuilt)
  }

  /// The whole text, when the outermost element has ended.
  mutating func end(_ extent: Range<Int>, _ source: UnsafeRawBufferPointer) -> [UInt8]? {
    depth -= 1
    let name = names.removeLast()
    if isTagOpen {
      rebuilt += Array("/>".utf8)
    } else {
      rebuilt += Array("</".utf8) + name + [UInt8(ascii: ">")]
    }
    isTagOpen = false
    guard depth == 0 else { return nil }
    guard offset >= 0, offset < extent.upperBound, extent.upperBound <= source.count else {
      return rebuilt
    }
    let written = source[offset..<extent.upperBound]
    guard isSelfContained, declaresNamespace(written) else { return rebuilt }
    return Array(written)
  }

  private mutating func closeTag() {
    if isTagOpen { rebuilt.append(UInt8(ascii: ">")) }
    isTagOpen = false
  }

  /// Whether the first tag has an `xmlns` of its own.
  private func declaresNamespace(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
    let mark = Array("xmlns".utf8)
    var quote: UInt8?
    for index in text.indices {
      let byte = text[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return false
      } else if byte <= 0x20, text[(index + 1)...].starts(with: mark) {
        let next = text[(index + 1 + mark.count)...].first { $0 > 0x20 }
        if next == UInt8(ascii: "=") { return true }
      }
    }
    return false
  }
}
