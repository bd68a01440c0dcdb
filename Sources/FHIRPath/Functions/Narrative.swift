/// The rules for the XHTML of a narrative, <https://hl7.org/fhir/R4/narrative.html#xhtml>.
enum Narrative {
  private static let elements: Set<String> = [
    "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "li", "ol", "p", "pre", "q", "samp", "small", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
  ]

  private static let attributes: Set<String> = [
    "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding",
    "cellspacing", "cellvalign", "char", "charoff", "charset", "cite", "class", "colspan",
    "compact", "coords", "dir", "frame", "headers", "height", "href", "hreflang", "hspace", "id",
    "lang", "longdesc", "name", "nowrap", "rel", "rev", "rowspan", "rules", "scope", "shape",
    "span", "src", "start", "style", "summary", "tabindex", "title", "type", "valign", "value",
    "vspace", "width",
  ]

  /// Whether only allowed elements and attributes occur, balanced, with some content; nil for no
  /// text.
  static func check(_ text: String?) -> Bool? {
    guard let text else { return nil }
    var scanner = Scanner(bytes: Array(text.utf8))
    return scanner.isAllowed()
  }

  /// Walks through the tags; no part of the text is visited twice.
  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var open: [String] = []
    var hasContent = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func isAllowed() -> Bool {
      while index < bytes.count {
        if bytes[index] == UInt8(ascii: "<") {
          guard tag() else { return false }
        } else {
          if open.isEmpty, bytes[index] > 0x20 { return false }
          if bytes[index] > 0x20 { hasContent = true }
          index += 1
        }
      }
      return open.isEmpty && hasContent
    }

    private mutating func skip(_ text: String) -> Bool {
      guard bytes[index...].starts(with: text.utf8) else { return false }
      index += text.utf8.count
      return true
    }

    private mutating func tag() -> Bool {
      if skip("<!--") {
        while index < bytes.count { if skip("-->") { return true } else { index += 1 } }
        return false
      }
      if skip("</") {
        let name = word()
        skipSpace()
        return skip(">") && open.popLast() == name
      }
      index += 1
      let name = word()
      guard elements.contains(name), !open.isEmpty || name == "div" else { return false }
      if name == "img" { hasContent = true }
      while true {
        skipSpace()
        if skip("/>") { return true }
        if skip(">") {
          open.append(name)
          return open.count <= 200
        }
        guard attribute() else { return false }
      }
    }

    private mutating func attribute() -> Bool {
      let name = word()
      guard !name.isEmpty,
        attributes.contains(name) || name.hasPrefix("xmlns") || name == "xml:lang"
          || name == "xml:space"
      else { return false }
      skipSpace()
      guard skip("=") else { return false }
      skipSpace()
      guard index < bytes.count,
        bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
      else { return false }
      let quote = bytes[index]
      index += 1
      while index < bytes.count, bytes[index] != quote {
        if bytes[index] == UInt8(ascii: "<") { return false }
        index += 1
      }
      guard index < bytes.count else { return false }
      index += 1
      return true
    }

    private mutating func word() -> String {
      let start = index
      while index < bytes.count,
        Lexer.isNameStart(bytes[index]) || Lexer.isDigit(bytes[index])
          || bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "-")
      {
        index += 1
      }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func skipSpace() {
      while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    }
  }
}
