import FHIR

/// The forms of the primitive types, checked byte by byte.
///
/// <https://hl7.org/fhir/R4/datatypes.html#primitive>
enum PrimitiveFormat {
  /// The most bytes of a string: 1 MiB.
  static let longestString = 1 << 20
  /// The most characters of an id.
  static let longestID = 64

  /// Whether a text is a value of the type; an empty text never is.
  static func holds(_ text: UnsafeRawBufferPointer, _ primitive: Primitive) -> Bool {
    guard !text.isEmpty else { return false }
    switch primitive {
    case .boolean: return isBoolean(text)
    case .integer: return integer(text) != nil
    case .unsignedInt: return integer(text).map { $0 >= 0 } ?? false
    case .positiveInt: return integer(text).map { $0 > 0 } ?? false
    case .decimal: return isDecimal(text)
    case .string, .markdown, .xhtml: return isString(text)
    case .code: return isCode(text)
    case .id: return isID(text)
    case .uri, .url: return isURI(text)
    case .canonical: return isWord(text)
    case .oid: return isOID(text)
    case .uuid: return isUUID(text)
    case .date: return DateFormat.isDate(text)
    case .dateTime: return DateFormat.isDateTime(text)
    case .instant: return DateFormat.isInstant(text)
    case .time: return DateFormat.isTime(text)
    case .base64Binary: return isBase64(text)
    }
  }

  static func isBoolean(_ text: UnsafeRawBufferPointer) -> Bool {
    text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
  }

  /// A whole number of 32 bits without leading zeros, or nil.
  static func integer(_ text: UnsafeRawBufferPointer) -> Int? {
    let isNegative = text.first == UInt8(ascii: "-")
    let start = isNegative ? 1 : 0
    guard (1...10).contains(text.count - start) else { return nil }
    var value = 0
    for index in start..<text.count {
      guard let digit = digit(text[index]) else { return nil }
      value = value * 10 + digit
    }
    if text[start] == UInt8(ascii: "0"), text.count > start + 1 { return nil }
    if isNegative { value = -value }
    return Int32(exactly: value).map { Int($0) }
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  static func isDecimal(_ text: UnsafeRawBufferPointer) -> Bool {
    var index = text.first == UInt8(ascii: "-") ? 1 : 0
    func digits() -> Int {
      let start = index
      while index < text.count, digit(text[index]) != nil { index += 1 }
      return index - start
    }
    let first = index < text.count ? text[index] : 0
    let whole = digits()
    guard whole > 0, whole == 1 || first != UInt8(ascii: "0") else { return false }
    if index < text.count, text[index] == UInt8(ascii: ".") {
      index += 1
      guard digits() > 0 else { return false }
    }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") {
        index += 1
      }
      guard digits() > 0 else { return false }
    }
    return index == text.count
  }

  /// `[ \r\n\t\S]+`, at most 1 MiB.
  static func isString(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count <= longestString else { return false }
    for byte in text where byte < 0x20 && !isSpace(byte) { return false }
    return true
  }

  /// `[^\s]+(\s[^\s]+)*`: words with single spaces between them.
  static func isCode(_ text: UnsafeRawBufferPointer) -> Bool {
    var wasSpace = true
    for byte in text {
      let isSpace = isSpace(byte)
      if isSpace && wasSpace || !isSpace && byte < 0x20 { return false }
      wasSpace = isSpace
    }
    return !wasSpace && text.count <= longestString
  }

  /// `[A-Za-z0-9\-\.]{1,64}`
  static func isID(_ text: UnsafeRawBufferPointer) -> Bool {
    guard (1...longestID).contains(text.count) else { return false }
    for byte in text {
      guard isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      else { return false }
    }
    return true
  }

  /// `\S*`; what begins with `urn:uuid:` or `urn:oid:` must be one.
  static func isURI(_ text: UnsafeRawBufferPointer) -> Bool {
    guard isWord(text) else { return false }
    guard text.starts(with: "urn:".utf8) else { return true }
    if text.starts(with: "urn:uuid:".utf8) {
      return isUUIDValue(UnsafeRawBufferPointer(rebasing: text[9...]))
    }
    return !text.starts(with: "urn:oid:".utf8) || isOID(text)
  }

  /// No white space and nothing else that is not seen.
  static func isWord(_ text: UnsafeRawBufferPointer) -> Bool {
    for byte in text where byte <= 0x20 { return false }
    return text.count <= longestString
  }

  /// `urn:oid:[0-2](\.(0|[1-9][0-9]*))+`
  static func isOID(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.starts(with: "urn:oid:".utf8), text.count > 10 else { return false }
    guard text[8] >= UInt8(ascii: "0"), text[8] <= UInt8(ascii: "2") else { return false }
    var start = 9
    while start < text.count {
      guard text[start] == UInt8(ascii: ".") else { return false }
      var end = start + 1
      while end < text.count, digit(text[end]) != nil { end += 1 }
      let length = end - start - 1
      guard length > 0, length == 1 || text[start + 1] != UInt8(ascii: "0") else { return false }
      start = end
    }
    return true
  }

  /// `urn:uuid:` and five groups of lower-case hexadecimal digits.
  static func isUUID(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.starts(with: "urn:uuid:".utf8) else { return false }
    for byte in text[9...] where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F") {
      return false
    }
    return isUUIDValue(UnsafeRawBufferPointer(rebasing: text[9...]))
  }

  /// Five groups of hexadecimal digits in either case.
  static func isUUIDValue(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count == 36 else { return false }
    for (index, byte) in text.enumerated() {
      switch index {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
      default:
        let letter = byte | 0x20
        guard
          digit(byte) != nil || letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "f")
        else { return false }
      }
    }
    return true
  }

  /// Groups of four characters, padded at the end only; white space may stand between them.
  static func isBase64(_ text: UnsafeRawBufferPointer) -> Bool {
    var count = 0
    var padding = 0
    for byte in text where !isSpace(byte) {
      if byte == UInt8(ascii: "=") {
        padding += 1
      } else {
        guard padding == 0,
          isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        else { return false }
      }
      count += 1
    }
    return count > 0 && count % 4 == 0 && padding <= 2
  }

  private static func digit(_ byte: UInt8) -> Int? {
    let value = byte &- UInt8(ascii: "0")
    return value < 10 ? Int(value) : nil
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return digit(byte) != nil || letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
  }

  /// Space, tab, line feed or carriage return.
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
