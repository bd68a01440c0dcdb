/// The character references of XML. <https://www.w3.org/TR/xml/#syntax>
package enum XMLEscape {
  /// Appends a value so that it may stand between double quotes; what XML would turn to spaces is
  /// kept.
  package static func appendAttribute(_ value: some Sequence<UInt8>, to out: inout [UInt8]) {
    for byte in value {
      switch byte {
      case UInt8(ascii: "&"): out.append("&amp;")
      case UInt8(ascii: "<"): out.append("&lt;")
      case UInt8(ascii: ">"): out.append("&gt;")
      case UInt8(ascii: "\""): out.append("&quot;")
      case 9: out.append("&#9;")
      case 10: out.append("&#10;")
      case 13: out.append("&#13;")
      default: out.append(byte)
      }
    }
  }

  /// A text that may stand between tags and between double quotes, for XML, SVG and HTML.
  package static func attribute(_ text: String) -> String {
    var out: [UInt8] = []
    appendAttribute(text.utf8, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends a value so that it may stand between tags.
  package static func appendText(_ value: some Sequence<UInt8>, to out: inout [UInt8]) {
    for byte in value {
      switch byte {
      case UInt8(ascii: "&"): out.append("&amp;")
      case UInt8(ascii: "<"): out.append("&lt;")
      case UInt8(ascii: ">"): out.append("&gt;")
      case 13: out.append("&#13;")
      default: out.append(byte)
      }
    }
  }

  /// The value of a text with the five references of XML itself and numeric ones; others stay.
  package static func resolved(_ text: some Collection<UInt8>) -> [UInt8] {
    guard text.contains(UInt8(ascii: "&")) else { return Array(text) }
    var out: [UInt8] = []
    var rest = Array(text)[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "&"), let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
        let value = reference(rest[(rest.startIndex + 1)..<end])
      {
        out.append(contentsOf: value)
        rest = rest[(end + 1)...]
      } else {
        out.append(byte)
        rest = rest.dropFirst()
      }
    }
    return out
  }

  private static func reference(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    let name = String(decoding: name, as: UTF8.self)
    switch name {
    case "amp": return [UInt8(ascii: "&")]
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "quot": return [UInt8(ascii: "\"")]
    case "apos": return [UInt8(ascii: "'")]
    default:
      let number =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16)
        : name.hasPrefix("#") ? UInt32(name.dropFirst(), radix: 10) : nil
      return number.flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
    }
  }
}
