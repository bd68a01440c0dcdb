/// How strings are compared: without case, accents, width and needless space.
///
/// <https://hl7.org/fhir/R4/search.html#string>: "Case and accents are to be ignored".
package enum Fold {
  /// How much of a value is indexed, in bytes; the rest of a longer text is not searched.
  package static let limit = 4_096

  /// The folded text.
  package static func text(_ text: String) -> String {
    var out: [UInt8] = []
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &out) }
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends the folded text of valid UTF-8.
  package static func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    let start = out.count
    var index = 0
    let end = min(bytes.count, limit)
    while index < end {
      let byte = bytes[index]
      if byte < 0x80 {
        append(ascii: byte, to: &out, since: start)
        index &+= 1
      } else {
        let (scalar, size) = scalar(bytes, at: index)
        append(scalar, to: &out, since: start)
        index &+= size
      }
    }
    while out.count > start, out[out.count - 1] == space { out.removeLast() }
  }

  private static let space = UInt8(ascii: " ")

  @inline(__always)
  private static func append(ascii byte: UInt8, to out: inout [UInt8], since start: Int) {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): out.append(byte | 0x20)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      out.append(byte)
    case UInt8(ascii: "'"), UInt8(ascii: "."): break
    case 0...space, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "-"):
      if out.count > start, out[out.count &- 1] != space { out.append(space) }
    default: out.append(byte)
    }
  }

  /// The scalar at an index of valid UTF-8 and the bytes it takes; a cut one takes what is there.
  @inline(__always)
  static func scalar(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (UInt32, Int) {
    let first = UInt32(bytes[index])
    let size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard index &+ size <= bytes.count else { return (0xFFFD, bytes.count &- index) }
    var value = size == 1 ? first : first & (0x7F >> UInt32(size))
    for place in 1..<max(size, 1) where size > 1 {
      value = value << 6 | UInt32(bytes[index &+ place]) & 0x3F
    }
    return (value, size)
  }

  private static func append(_ scalar: UInt32, to out: inout [UInt8], since start: Int) {
    switch scalar {
    case 0xC0...0x24F, 0x1E00...0x1EFF: appendLatin(scalar, to: &out)
    case 0x300...0x36F, 0xB7, 0x2018, 0x2019, 0x30FB: break
    case 0x391...0x3A9, 0x410...0x42F: append(utf8: scalar &+ 0x20, to: &out)
    case 0x400...0x40F: append(utf8: scalar &+ 0x50, to: &out)
    case 0xA0, 0x2000...0x200A, 0x3000: append(ascii: space, to: &out, since: start)
    // Full-width forms stand for ASCII.
    case 0xFF01...0xFF5E:
      append(ascii: UInt8(truncatingIfNeeded: scalar &- 0xFEE0), to: &out, since: start)
    default: append(utf8: scalar, to: &out)
    }
  }

  private static func appendLatin(_ scalar: UInt32, to out: inout [UInt8]) {
    switch scalar {
    case 0xDF, 0x1E9E: out += [UInt8(ascii: "s"), UInt8(ascii: "s")]
    case 0xC6, 0xE6: out += [UInt8(ascii: "a"), UInt8(ascii: "e")]
    case 0x152, 0x153: out += [UInt8(ascii: "o"), UInt8(ascii: "e")]
    default:
      let letter =
        scalar < 0x250
        ? FoldTable.latin.utf8Start[Int(scalar) - 0xC0]
        : FoldTable.latinAdditional.utf8Start[Int(scalar) - 0x1E00]
      if letter == UInt8(ascii: ".") { append(utf8: scalar, to: &out) } else { out.append(letter) }
    }
  }

  static func append(utf8 scalar: UInt32, to out: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(scalar) else { return }
    out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
}
