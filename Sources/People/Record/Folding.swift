import Foundation

/// Brings text to one form before it is compared: half width, small letters, single spaces.
///
/// Folding twice gives the same as folding once.
enum Folding {
  /// Words: letters, digits and Han characters; everything else is one space between them.
  static func words(_ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
    fold(bytes, into: &out, separator: UInt8(ascii: " "))
  }

  /// Names and places: the same without any space.
  static func letters(_ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
    fold(bytes, into: &out, separator: nil)
  }

  /// Numbers and codes: ASCII letters and digits only.
  static func code(_ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
    letters(bytes, into: &out)
    if out.contains(where: { $0 >= 0x80 }) { out.removeAll { $0 >= 0x80 } }
  }

  /// Digits only.
  static func digits(_ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
    letters(bytes, into: &out)
    out.removeAll { $0 < 0x30 || $0 > 0x39 }
  }

  private static func fold(
    _ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8], separator: UInt8?
  ) {
    out.removeAll(keepingCapacity: true)
    var isApart = false
    for byte in bytes {
      guard byte < 0x80 else { return foldUnicode(bytes, into: &out, separator: separator) }
      let folded = small(byte)
      if folded == 0 {
        isApart = true
      } else {
        if isApart, let separator, !out.isEmpty { out.append(separator) }
        isApart = false
        out.append(folded)
      }
    }
  }

  /// The small letter or digit of an ASCII byte, 0 for anything else.
  @inline(__always)
  private static func small(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x30...0x39, 0x61...0x7A: byte
    case 0x41...0x5A: byte | 0x20
    default: 0
    }
  }

  private static func foldUnicode(
    _ bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8], separator: UInt8?
  ) {
    var text = String(decoding: bytes, as: UTF8.self)
    if text.unicodeScalars.contains(where: { isAccented($0) }) {
      // Ü is written v in pinyin; other accents are left out.
      text =
        text.replacingOccurrences(of: "ü", with: "v")
        .replacingOccurrences(of: "Ü", with: "v").decomposedStringWithCanonicalMapping
    }
    out.removeAll(keepingCapacity: true)
    var isApart = false
    for scalar in text.unicodeScalars {
      var value = scalar.value
      if (0x300...0x36F).contains(value) { continue }
      if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
      let ascii = value < 0x80 ? small(UInt8(value)) : 0
      guard ascii != 0 || (value >= 0x80 && isLetter(scalar)) else {
        isApart = true
        continue
      }
      if isApart, let separator, !out.isEmpty { out.append(separator) }
      isApart = false
      if ascii != 0 {
        out.append(ascii)
      } else {
        out.append(contentsOf: UTF8.encode(HanReading.shared.canonical(scalar)) ?? .init())
      }
    }
  }

  private static func isAccented(_ scalar: Unicode.Scalar) -> Bool {
    (0xC0...0x24F).contains(scalar.value) || (0x1E00...0x1EFF).contains(scalar.value)
      || (0x300...0x36F).contains(scalar.value)
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x3400 && scalar.value <= 0x9FFF || scalar.properties.isAlphabetic
      || scalar.properties.numericType != nil
  }
}
