import FHIR

/// `encode`, `decode`, `escape` and `unescape`,
/// <https://hl7.org/fhirpath/#additional-string-functions>.
enum TextEncoding {
  static func hex(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func fromHex(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count.isMultiple(of: 2) else { return nil }
    var decoded: [UInt8] = []
    for index in stride(from: 0, to: bytes.count, by: 2) {
      guard let high = nibble(bytes[index]), let low = nibble(bytes[index + 1]) else { return nil }
      decoded.append(high << 4 | low)
    }
    return String(validating: decoded, as: UTF8.self)
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// RFC 4648, section 4, or section 5 for URLs.
  static func base64(_ text: String, isForURL: Bool) -> String {
    let bytes = Array(text.utf8)
    var encoded: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word: UInt32 = 0
      for offset in 0..<3 {
        word = word << 8 | (offset < group.count ? UInt32(group[start + offset]) : 0)
      }
      for offset in 0..<4 {
        let letter = letters[Int(word >> UInt32(18 - 6 * offset) & 63)]
        encoded.append(offset <= group.count ? letter : UInt8(ascii: "="))
      }
    }
    if isForURL {
      encoded = encoded.map {
        $0 == UInt8(ascii: "+")
          ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  static func fromBase64(_ text: String) -> String? {
    var bytes = Array(text.utf8)
    while bytes.last == UInt8(ascii: "=") { bytes.removeLast() }
    var decoded: [UInt8] = []
    var word: UInt32 = 0
    var bits: UInt32 = 0
    for byte in bytes {
      let plain: UInt8 =
        byte == UInt8(ascii: "-")
        ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
      guard let value = letters.firstIndex(of: plain) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        decoded.append(UInt8(truncatingIfNeeded: word >> bits))
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }

  private static let entities: [(Character, String)] = [
    ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"),
  ]

  static func escapedHTML(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if let entity = entities.first(where: { $0.0 == character }) {
        escaped += entity.1
      } else {
        escaped.append(character)
      }
    }
    return escaped
  }

  static func unescapedHTML(_ text: String) -> String {
    var result = text
    for (character, entity) in entities.reversed() {
      result = result.replacing(entity, by: String(character))
    }
    return result
  }

  static func escapedJSON(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSON.string(text).write(into: &bytes)
    return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
  }

  static func unescapedJSON(_ text: String) -> String? {
    // A quote that is not escaped ends no string here.
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    var isEscaped = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\""), !isEscaped { quoted.append(UInt8(ascii: "\\")) }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      quoted.append(byte)
    }
    quoted.append(UInt8(ascii: "\""))
    do { return try JSON(parsing: quoted).string } catch { return nil }
  }
}
