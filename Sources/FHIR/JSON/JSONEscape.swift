/// The `\` escapes of JSON strings. <https://www.rfc-editor.org/rfc/rfc8259#section-7>
package enum JSONEscape {
  /// The value of a string's text; the text has been checked by the scanner.
  package static func resolved(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < text.count else {
        out.append(byte)
        continue
      }
      let escape = text[index]
      index += 1
      switch escape {
      case UInt8(ascii: "b"): out.append(8)
      case UInt8(ascii: "f"): out.append(12)
      case UInt8(ascii: "n"): out.append(10)
      case UInt8(ascii: "r"): out.append(13)
      case UInt8(ascii: "t"): out.append(9)
      case UInt8(ascii: "u"): out.append(contentsOf: scalar(text, &index))
      default: out.append(escape)
      }
    }
    return out
  }

  /// One `\u` escape of four hexadecimal digits, or a surrogate pair of them, as UTF-8.
  private static func scalar(_ text: UnsafeRawBufferPointer, _ index: inout Int) -> [UInt8] {
    var value = unit(text, index)
    index += 4
    if value & 0xFC00 == 0xD800, index + 6 <= text.count {
      let low = unit(text, index + 2)
      value = 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF)
      index += 6
    }
    return Array(String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
  }

  private static func unit(_ text: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
    var value: UInt32 = 0
    for digit in text[index..<min(index + 4, text.count)] {
      value = value << 4 | UInt32(hexValue(digit) ?? 0)
    }
    return value
  }

  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    default: nil
    }
  }

  /// Appends a value as a JSON string with its quotes; only what must be escaped is.
  package static func append(_ value: some Collection<UInt8>, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    appendContent(value, to: &out)
    out.append(UInt8(ascii: "\""))
  }

  /// Appends what stands between the quotes of a JSON string.
  package static func appendContent(_ value: some Collection<UInt8>, to out: inout [UInt8]) {
    // Hardly any string has anything to escape: such are copied whole.
    let isPlain = value.withContiguousStorageIfAvailable { bytes in
      for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C { return false }
      out.append(contentsOf: bytes)
      return true
    }
    if isPlain == true { return }
    for byte in value {
      switch byte {
      case UInt8(ascii: "\""): out.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case UInt8(ascii: "\\"): out.append(contentsOf: [byte, byte])
      case 8: out.append(contentsOf: Array("\\b".utf8))
      case 9: out.append(contentsOf: Array("\\t".utf8))
      case 10: out.append(contentsOf: Array("\\n".utf8))
      case 12: out.append(contentsOf: Array("\\f".utf8))
      case 13: out.append(contentsOf: Array("\\r".utf8))
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        out.append(contentsOf: Array("\\u00".utf8))
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
      default: out.append(byte)
      }
    }
  }
}
