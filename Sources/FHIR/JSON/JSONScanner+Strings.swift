/// Strings: their ends are found eight bytes at a time, their UTF-8 and escapes are checked on the
/// way.
extension JSONScanner {
  mutating func string(_ member: Member) throws(Anomaly) {
    let start = position &+ 1
    let flags = try skipString()
    let index = try append(.string, from: start, member)
    entries[index].length = UInt32(truncatingIfNeeded: position &- 1 &- start)
    entries[index].next = UInt32(truncatingIfNeeded: count)
    entries[index].flags.formUnion(flags)
  }

  /// Goes behind the closing quote; eight bytes at a time while they are plain.
  mutating func skipString() throws(Anomaly) -> JSONEntry.Flags {
    var flags: JSONEntry.Flags = []
    var index = position &+ 1
    while true {
      let word = UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self)
      let special = Self.special(word)
      if special == 0 {
        index &+= 8
        if index > length { throw unfinished() }
        continue
      }
      index &+= special.trailingZeroBitCount >> 3
      let byte = text[index]
      if byte == UInt8(ascii: "\"") {
        position = index &+ 1
        return flags
      }
      if byte >= 0x80 {
        flags.insert(.beyondASCII)
        index = try skipUTF8(index)
      } else if byte == UInt8(ascii: "\\") {
        flags.insert(.escaped)
        index = try skipEscape(index)
      } else {
        position = index
        if index >= length { throw unfinished() }
        throw wrong("A control character in a string must be escaped", "字符串中的控制字符须转义")
      }
    }
  }

  /// A bit in each byte that is a quote, a backslash, a control character or beyond ASCII.
  ///
  /// Bits above the lowest may be false; only the lowest counts.
  @inline(__always)
  private static func special(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let slash = word ^ (ones &* 0x5C)
    let hasQuote = (quote &- ones) & ~quote
    let hasSlash = (slash &- ones) & ~slash
    let isControl = (word &- (ones &* 0x20)) & ~word
    return (hasQuote | hasSlash | isControl | word) & high
  }

  private func unfinished() -> Anomaly { wrong("The string has no end", "字符串没有结束") }

  private mutating func skipEscape(_ start: Int) throws(Anomaly) -> Int {
    position = start
    switch text[start &+ 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start &+ 2
    case UInt8(ascii: "u"):
      let unit = try unit(start &+ 2)
      guard unit & 0xF800 == 0xD800 else { return start &+ 6 }
      guard unit < 0xDC00, text[start &+ 6] == UInt8(ascii: "\\"),
        text[start &+ 7] == UInt8(ascii: "u"), try self.unit(start &+ 8) & 0xFC00 == 0xDC00
      else { throw wrong("A surrogate stands alone", "代理项未成对") }
      return start &+ 12
    default:
      throw wrong("No such escape", "没有这种转义")
    }
  }

  private func unit(_ start: Int) throws(Anomaly) -> UInt32 {
    var value: UInt32 = 0
    for offset in 0..<4 {
      guard start + offset < length, let digit = JSONEscape.hexValue(text[start &+ offset]) else {
        throw wrong("Expected four hexadecimal digits", "此处应为四位十六进制数字")
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Goes behind one character of two to four bytes; overlong and surrogate forms are refused.
  private mutating func skipUTF8(_ index: Int) throws(Anomaly) -> Int {
    let first = text[index]
    let second = text[index &+ 1]
    let size: Int
    let isRight: Bool
    switch first {
    case 0xC2...0xDF: (size, isRight) = (2, true)
    case 0xE0: (size, isRight) = (3, second >= 0xA0)
    case 0xED: (size, isRight) = (3, second < 0xA0)
    case 0xE1...0xEF: (size, isRight) = (3, true)
    case 0xF0: (size, isRight) = (4, second >= 0x90)
    case 0xF1...0xF3: (size, isRight) = (4, true)
    case 0xF4: (size, isRight) = (4, second < 0x90)
    default: (size, isRight) = (1, false)
    }
    var isWhole = isRight
    for offset in 1..<max(size, 2) where text[index &+ offset] & 0xC0 != 0x80 { isWhole = false }
    guard isWhole else {
      position = index
      throw wrong("The text is not UTF-8", "文本不是 UTF-8")
    }
    return index &+ size
  }
}
