/// A text in 32 bits, by which most unlike texts are told apart without reading them.
///
/// Lies in the rows beside the values. It never says that texts are unlike when they are not.
enum Signature {
  /// Of a text that must be read: long, or with other letters than Latin ones.
  static let unclear: UInt32 = .max

  private static let classes: UInt32 = 22
  private static let longest = 30

  /// The classes of letters that occur, the length, and the first letter.
  static func words(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard text.count <= longest, let first = text.first else { return unclear }
    var set: UInt32 = 0
    for byte in text {
      guard byte < 0x80 else { return unclear }
      set |= 1 << (UInt32(byte) % classes)
    }
    return set | UInt32(text.count) << classes | (UInt32(first) & 0x1F) << 27
  }

  /// Whether two texts can be as alike, by Jaro and Winkler, as `Comparison.leastLikeness` (0.70).
  @inline(__always)
  static func mayBeAlike(_ a: UInt32, _ b: UInt32) -> Bool {
    guard a != unclear, b != unclear else { return true }
    let mask: UInt32 = (1 << classes) - 1
    let lengthOfA = Int(a >> classes & 0x1F)
    let lengthOfB = Int(b >> classes & 0x1F)
    // A letter that the other has not matches nothing.
    let matches = min(
      lengthOfA - (a & ~b & mask).nonzeroBitCount, lengthOfB - (b & ~a & mask).nonzeroBitCount)
    // Jaro is (m/a + m/b + 1) / 3 at most; a common beginning of four raises 0.5 to 0.7.
    let least = a >> 27 == b >> 27 ? 5 : 11
    return matches > 0 && 10 * matches * (lengthOfA + lengthOfB) >= least * lengthOfA * lengthOfB
  }

  private static let provenBit: UInt32 = 1 << 31
  private static let lengthShift: UInt32 = 20

  /// Which digits occur once and which twice, the length, and whether the check digit holds.
  static func digits(_ text: UnsafeBufferPointer<UInt8>, isProven: Bool = false) -> UInt32 {
    var set: UInt32 = 0
    for byte in text {
      let once: UInt32 = 1 << (UInt32(byte & 0x0F) % 10 * 2)
      set |= set & once != 0 ? once << 1 : once
    }
    return set | UInt32(min(text.count, 0xFF)) << lengthShift | (isProven ? provenBit : 0)
  }

  private static let kindBit: UInt32 = 1 << 30

  /// As `digits`, and whether the kind of number stands before it.
  static func number(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    digits(text) | (text.contains(UInt8(ascii: ":")) ? kindBit : 0)
  }

  /// Whether one of the two says of what kind it is, so that both must be read.
  @inline(__always)
  static func saysKind(_ a: UInt32, _ b: UInt32) -> Bool { (a | b) & kindBit != 0 }

  /// Whether so few edits may make one number of the other; each edit changes two digits' counts.
  @inline(__always)
  static func mayBeNear(_ a: UInt32, _ b: UInt32, edits: Int) -> Bool {
    let mask: UInt32 = (1 << lengthShift) - 1
    return ((a ^ b) & mask).nonzeroBitCount <= 2 * edits
      && abs(length(a) - length(b)) <= edits
  }

  @inline(__always)
  static func length(_ a: UInt32) -> Int { Int(a >> lengthShift & 0xFF) }

  /// Whether the check digits of both hold.
  @inline(__always)
  static func areProven(_ a: UInt32, _ b: UInt32) -> Bool { a & b & provenBit != 0 }
}
