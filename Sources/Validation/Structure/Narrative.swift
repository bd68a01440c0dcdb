import FHIR

/// Narratives: well-formed XHTML with formatting only.
///
/// <https://hl7.org/fhir/R4/narrative.html#xhtml>
extension Walk {
  /// The `div` of a narrative.
  mutating func narrative(_ cursor: JSONCursor) {
    guard let div = cursor.member(.div), div.kind == .string else { return }
    var fault: XHTML.Fault?
    if div.entry.flags.contains(.escaped) {
      var text = div.string ?? ""
      fault = text.withUTF8 { XHTML.fault(in: UnsafeRawBufferPointer($0)) }
    } else {
      fault = XHTML.fault(in: div.raw)
    }
    guard let fault else { return }
    report(
      fault.isError ? .error : .warning, .invalid, at: div,
      "txt-1: \(fault.message)", "txt-1:\(fault.chinese)")
  }
}

/// Reads XHTML of a narrative once: elements that nest, known names, quoted attributes, known
/// entities.
struct XHTML {
  /// What is wrong.
  struct Fault {
    var message: String
    var chinese: String
    var isError = true
  }

  /// How deep elements may nest.
  static let deepest = 100

  private let text: UnsafeRawBufferPointer
  private var position = 0
  private var open: [Range<Int>] = []
  private var hasContent = false

  private static let elements: Set<String> = Set(
    """
    p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite \
    blockquote hr address bdo kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead \
    tr tfoot tbody th td code samp img map area ins del
    """.split(separator: " ").map(String.init))

  private static let attributes: Set<String> = Set(
    """
    title style class id idref lang xml:lang xml:space dir accesskey tabindex xmlns href name src \
    alt cite charset type hreflang rel rev shape coords longdesc height width usemap ismap nohref \
    summary border frame rules cellspacing cellpadding align valign colspan rowspan char charoff \
    abbr axis headers scope nowrap span start value compact noshade size clear bgcolor datetime
    """.split(separator: " ").map(String.init))

  private static let entities: Set<String> = ["amp", "lt", "gt", "quot", "apos", "nbsp"]

  /// The first fault of a text, or nil.
  static func fault(in text: UnsafeRawBufferPointer) -> Fault? {
    var reader = XHTML(text: text)
    return reader.read()
  }

  private init(text: UnsafeRawBufferPointer) { self.text = text }

  private mutating func read() -> Fault? {
    skipSpace()
    guard starts(with: "<div") else {
      return Fault(message: "the narrative must begin with <div>", chinese: "叙述必须以 <div> 开始")
    }
    repeat {
      guard position < text.count else {
        return Fault(message: "an element is not closed", chinese: "有元素未关闭")
      }
      if let fault = text[position] == UInt8(ascii: "<") ? markup() : characters() {
        return fault
      }
    } while !open.isEmpty
    skipSpace()
    guard position == text.count else {
      return Fault(message: "nothing may follow the <div>", chinese: "<div> 之后不应再有内容")
    }
    guard hasContent else {
      // The standard's own examples have empty narratives.
      return Fault(
        message: "the narrative is empty (txt-2)", chinese: "叙述没有内容(txt-2)", isError: false)
    }
    return nil
  }

  private mutating func skipSpace() {
    while position < text.count, PrimitiveFormat.isSpace(text[position]) { position += 1 }
  }

  private func starts(with word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= text.count else { return false }
    for index in 0..<count where text[position + index] != word.utf8Start[index] { return false }
    return true
  }

  /// Skips to behind a mark.
  private mutating func skip(behind mark: StaticString) -> Bool {
    while position < text.count {
      if starts(with: mark) {
        position += mark.utf8CodeUnitCount
        return true
      }
      position += 1
    }
    return false
  }

  // MARK: Text

  private mutating func characters() -> Fault? {
    while position < text.count, text[position] != UInt8(ascii: "<") {
      if text[position] == UInt8(ascii: "&") {
        hasContent = true
        if let fault = entity() { return fault }
      } else {
        if !PrimitiveFormat.isSpace(text[position]) { hasContent = true }
        position += 1
      }
    }
    return nil
  }

  /// `&name;`, `&#number;` or `&#xnumber;`
  private mutating func entity() -> Fault? {
    let start = position + 1
    var end = start
    while end < text.count, end - start < 12, text[end] != UInt8(ascii: ";") { end += 1 }
    let name = String(decoding: text[start..<end], as: UTF8.self)
    position = end + 1
    let number =
      name.hasPrefix("#x")
      ? UInt32(name.dropFirst(2), radix: 16)
      : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    let isKnown = Self.entities.contains(name) || number.flatMap(Unicode.Scalar.init) != nil
    guard end < text.count, text[end] == UInt8(ascii: ";"), isKnown else {
      return Fault(
        message: "'&\(name)' is not an entity of XML", chinese: "“&\(name)”不是 XML 实体")
    }
    return nil
  }

  // MARK: Elements

  private mutating func markup() -> Fault? {
    if starts(with: "<!--") {
      return skip(behind: "-->") ? nil : Fault(message: "a comment is not closed", chinese: "注释未关闭")
    }
    if starts(with: "<!") || starts(with: "<?") {
      return Fault(
        message: "declarations and instructions are not allowed", chinese: "不允许声明或处理指令")
    }
    if starts(with: "</") { return close() }
    position += 1
    let range = name()
    let name = String(decoding: text[range], as: UTF8.self)
    guard Self.elements.contains(name) else {
      return Fault(message: "the element <\(name)> is not allowed", chinese: "不允许元素 <\(name)>")
    }
    if name == "img" { hasContent = true }
    var hasNamespace = false
    if let fault = attributes(of: name, &hasNamespace) { return fault }
    if open.isEmpty, !hasNamespace {
      return Fault(
        message: "the <div> must have xmlns=\"http://www.w3.org/1999/xhtml\"",
        chinese: "<div> 必须有 xmlns=\"http://www.w3.org/1999/xhtml\"")
    }
    if starts(with: "/>") {
      position += 2
      return nil
    }
    position += 1
    guard open.count < Self.deepest else {
      return Fault(
        message: "elements nest deeper than \(Self.deepest)", chinese: "元素嵌套超过 \(Self.deepest) 层")
    }
    open.append(range)
    return nil
  }

  private mutating func close() -> Fault? {
    position += 2
    let range = name()
    skipSpace()
    guard let last = open.popLast(), text[last].elementsEqual(text[range]),
      starts(with: ">")
    else {
      let name = String(decoding: text[range], as: UTF8.self)
      return Fault(
        message: "</\(name)> closes an element that is not open", chinese: "</\(name)> 与开始标签不符")
    }
    position += 1
    return nil
  }

  private mutating func name() -> Range<Int> {
    let start = position
    while position < text.count, Self.isName(text[position]) { position += 1 }
    return start..<position
  }

  private static func isName(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      || byte &- UInt8(ascii: "0") < 10 || "-_:.".utf8.contains(byte)
  }

  /// The attributes up to `>` or `/>`.
  private mutating func attributes(of element: String, _ hasNamespace: inout Bool) -> Fault? {
    while true {
      skipSpace()
      guard position < text.count else {
        return Fault(message: "<\(element)> is not closed", chinese: "<\(element)> 未关闭")
      }
      if starts(with: ">") || starts(with: "/>") { return nil }
      let name = String(decoding: text[self.name()], as: UTF8.self)
      guard Self.attributes.contains(name) else {
        return Fault(
          message: "the attribute '\(name)' of <\(element)> is not allowed",
          chinese: "不允许 <\(element)> 的属性“\(name)”")
      }
      skipSpace()
      guard starts(with: "=") else {
        return Fault(message: "the attribute '\(name)' has no value", chinese: "属性“\(name)”没有值")
      }
      position += 1
      skipSpace()
      guard let value = quoted() else {
        return Fault(
          message: "the value of the attribute '\(name)' is not well-formed",
          chinese: "属性“\(name)”的值格式不正确")
      }
      if name == "xmlns" {
        hasNamespace = text[value].elementsEqual("http://www.w3.org/1999/xhtml".utf8)
      }
      if name == "href" || name == "src", Self.isScript(text[value]) {
        return Fault(message: "'\(name)' must not run a script", chinese: "“\(name)”不能执行脚本")
      }
    }
  }

  private mutating func quoted() -> Range<Int>? {
    guard position < text.count else { return nil }
    let quote = text[position]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    let start = position + 1
    var end = start
    while end < text.count, text[end] != quote {
      if text[end] == UInt8(ascii: "<") { return nil }
      end += 1
    }
    guard end < text.count else { return nil }
    position = end + 1
    return start..<end
  }

  /// Whether a URL begins with `javascript:`, `vbscript:` or `data:text`, in any case.
  private static func isScript(_ url: Slice<UnsafeRawBufferPointer>) -> Bool {
    let start = String(decoding: url.prefix(40), as: UTF8.self).lowercased()
      .filter { !$0.isWhitespace }
    return ["javascript:", "vbscript:", "data:text"].contains { start.hasPrefix($0) }
  }
}
