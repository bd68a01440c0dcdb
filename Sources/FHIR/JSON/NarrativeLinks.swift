/// The `href` of `a` and the `src` of `img` in a narrative, found without reading the XHTML as a
/// tree. <https://hl7.org/fhir/R4/narrative.html>
enum NarrativeLinks {
  /// The XHTML with its links rewritten, or nil when none changes.
  static func rewritten(_ raw: UnsafeRawBufferPointer, isEscaped: Bool, by map: ReferenceMap)
    -> [UInt8]?
  {
    let text = isEscaped ? JSONEscape.resolved(raw) : Array(raw)
    var out: [UInt8] = []
    var copied = 0
    var index = 0
    while let tag = text[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = tag + 1
      guard let attribute = attributeName(text, at: index) else { continue }
      while let value = nextAttribute(text, &index) {
        guard text[value.name].elementsEqual(attribute.utf8),
          let new = new(text[value.value], map)
        else { continue }
        out.append(contentsOf: text[copied..<value.value.lowerBound])
        XMLEscape.appendAttribute(new, to: &out)
        copied = value.value.upperBound
      }
    }
    guard !out.isEmpty else { return nil }
    out.append(contentsOf: text[copied...])
    return out
  }

  /// `href` for the tag `a`, `src` for `img`.
  private static func attributeName(_ text: [UInt8], at start: Int) -> String? {
    for (tag, attribute) in [("a", "href"), ("img", "src")] {
      let end = start + tag.utf8.count
      if end < text.count, text[end] <= 0x20, text[start..<end].elementsEqual(tag.utf8) {
        return attribute
      }
    }
    return nil
  }

  /// The next `name="value"` of the tag; nil at the tag's end.
  private static func nextAttribute(_ text: [UInt8], _ index: inout Int)
    -> (name: Range<Int>, value: Range<Int>)?
  {
    while index < text.count, text[index] != UInt8(ascii: "=") {
      if text[index] == UInt8(ascii: ">") || text[index] == UInt8(ascii: "<") { return nil }
      index += 1
    }
    var nameEnd = index
    while nameEnd > 0, text[nameEnd - 1] <= 0x20 { nameEnd -= 1 }
    var nameStart = nameEnd
    while nameStart > 0, isNameByte(text[nameStart - 1]) { nameStart -= 1 }
    index += 1
    while index < text.count, text[index] <= 0x20 { index += 1 }
    guard index < text.count,
      text[index] == UInt8(ascii: "\"") || text[index] == UInt8(ascii: "'"),
      let end = text[(index + 1)...].firstIndex(of: text[index])
    else { return nil }
    let value = index + 1..<end
    index = end + 1
    return (nameStart..<nameEnd, value)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
  }

  private static func new(_ value: ArraySlice<UInt8>, _ map: ReferenceMap) -> [UInt8]? {
    XMLEscape.resolved(value).withUnsafeBytes { map.new(for: $0) }
  }
}
