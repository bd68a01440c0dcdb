/// Reads a JSON text once, from left to right, and lays out its tape; RFC 8259 to the letter.
struct JSONScanner: ~Copyable {
  private var text: UnsafeMutablePointer<UInt8>
  private let length: Int
  private let limits: JSONLimits
  private var entries: UnsafeMutablePointer<JSONEntry>
  private var capacity: Int
  private var count = 0
  private var position = 0
  private var isCompact = true
  private var isOwner = true
  private let names = Schema.r4.names

  init(copying bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
    length = bytes.count
    self.limits = limits
    text = .allocate(capacity: length + JSONDocument.padding)
    if let base = bytes.baseAddress {
      text.update(from: base.assumingMemoryBound(to: UInt8.self), count: length)
    }
    (text + length).update(repeating: 0, count: JSONDocument.padding)
    capacity = max(16, length / 16)
    entries = .allocate(capacity: capacity)
  }

  deinit {
    guard isOwner else { return }
    text.deallocate()
    entries.deallocate()
  }

  mutating func scan() throws(Anomaly) -> JSONDocument {
    if length >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { position = 3 }
    skipSpace()
    try value()
    skipSpace()
    guard position == length else { throw wrong("Nothing may follow the value", "值之后不应再有内容") }
    isOwner = false
    return JSONDocument(
      text: text, textLength: length, entries: entries, entryCount: count, isCompact: isCompact)
  }

  // MARK: Values

  /// Reads the value at the position and all that is in it, without recursion.
  private mutating func value() throws(Anomaly) {
    // The open containers: the tape index of each.
    var open: [Int] = []
    var member = Member()
    repeat {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") {
        try string(member)
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard open.count < limits.depth else {
          throw wrong(
            "The nesting is deeper than \(limits.depth)", "嵌套超过 \(limits.depth) 层", .tooCostly)
        }
        let isObject = byte == UInt8(ascii: "{")
        open.append(try append(isObject ? .object : .array, from: position, member))
        position &+= 1
        skipSpace()
        let close = text[position]
        if isObject, close != UInt8(ascii: "}") {
          member = try name()
          continue
        }
        if !isObject, close != UInt8(ascii: "]") {
          member = Member()
          continue
        }
      } else {
        try scalar(byte, member)
      }
      guard try closing(&open, &member) else { return }
    } while true
  }

  /// Behind a value: closes what ends here and goes to the next value; false when all is closed.
  private mutating func closing(_ open: inout [Int], _ member: inout Member) throws(Anomaly)
    -> Bool
  {
    while let container = open.last {
      skipSpace()
      let byte = text[position]
      let isObject = entries[container].kind == .object
      if byte == UInt8(ascii: ",") {
        position &+= 1
        skipSpace()
        member = isObject ? try name() : Member()
        return true
      }
      guard byte == UInt8(ascii: isObject ? "}" : "]") else {
        throw wrong(
          isObject ? "Expected ',' or '}'" : "Expected ',' or ']'",
          isObject ? "此处应为 ',' 或 '}'" : "此处应为 ',' 或 ']'")
      }
      position &+= 1
      entries[container].length = UInt32(truncatingIfNeeded: position) &- entries[container].offset
      entries[container].next = UInt32(truncatingIfNeeded: count)
      if isObject { try refuseDuplicates(container) }
      open.removeLast()
    }
    return false
  }

  private mutating func scalar(_ byte: UInt8, _ member: Member) throws(Anomaly) {
    let start = position
    let kind: JSONKind
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try number()
      kind = .number
    case UInt8(ascii: "t"): kind = try word("true", .true)
    case UInt8(ascii: "f"): kind = try word("false", .false)
    case UInt8(ascii: "n"): kind = try word("null", .null)
    default:
      throw position < length
        ? wrong("Expected a value", "此处应为一个值") : wrong("The text ends too early", "文本提前结束")
    }
    let index = try append(kind, from: start, member)
    entries[index].length = UInt32(truncatingIfNeeded: position &- start)
    entries[index].next = UInt32(truncatingIfNeeded: count)
  }

  private mutating func word(_ word: StaticString, _ kind: JSONKind) throws(Anomaly) -> JSONKind {
    for offset in 0..<word.utf8CodeUnitCount
    where text[position &+ offset] != word.utf8Start[offset] {
      throw wrong("Expected a value", "此处应为一个值")
    }
    position &+= word.utf8CodeUnitCount
    return kind
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number() throws(Anomaly) {
    if text[position] == UInt8(ascii: "-") { position &+= 1 }
    if text[position] == UInt8(ascii: "0") {
      position &+= 1
    } else {
      try digits()
    }
    if text[position] == UInt8(ascii: ".") {
      position &+= 1
      try digits()
    }
    if text[position] | 0x20 == UInt8(ascii: "e") {
      position &+= 1
      if text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
        position &+= 1
      }
      try digits()
    }
  }

  private mutating func digits() throws(Anomaly) {
    let start = position
    while text[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
    if position == start { throw wrong("Expected a digit", "此处应为数字") }
  }

  // MARK: Strings

  private mutating func string(_ member: Member) throws(Anomaly) {
    let start = position &+ 1
    let flags = try skipString()
    let index = try append(.string, from: start, member)
    entries[index].length = UInt32(truncatingIfNeeded: position &- 1 &- start)
    entries[index].next = UInt32(truncatingIfNeeded: count)
    entries[index].flags.formUnion(flags)
  }

  /// Goes behind the closing quote; eight bytes at a time while they are plain.
  private mutating func skipString() throws(Anomaly) -> JSONEntry.Flags {
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

  // MARK: Members

  private struct Member {
    var offset = 0
    var length = 0
    var name = NameID.unknown
    var flags: JSONEntry.Flags = []
  }

  /// Reads `"name":` and the space around it.
  private mutating func name() throws(Anomaly) -> Member {
    guard text[position] == UInt8(ascii: "\"") else {
      throw wrong("Expected a member name", "此处应为成员名")
    }
    var member = Member()
    member.offset = position &+ 1
    let flags = try skipString()
    member.length = position &- 1 &- member.offset
    guard member.length <= Int(UInt16.max) else {
      throw wrong("The member name is too long", "成员名过长", .tooLong)
    }
    if flags.contains(.escaped) { member.flags.insert(.escapedName) }
    var start = member.offset
    if member.length > 1, text[start] == UInt8(ascii: "_") {
      member.flags.insert(.underscored)
      start &+= 1
    }
    member.name = names.id(
      of: UnsafeRawBufferPointer(
        start: text + start, count: member.offset &+ member.length &- start))
    skipSpace()
    guard text[position] == UInt8(ascii: ":") else { throw wrong("Expected ':'", "此处应为 ':'") }
    position &+= 1
    skipSpace()
    return member
  }

  /// Refuses an object that has a name twice: by name id, and by bytes where no schema knows the
  /// name.
  private mutating func refuseDuplicates(_ container: Int) throws(Anomaly) {
    var seen: UInt64 = 0
    var index = container &+ 1
    let end = count
    while index < end {
      let entry = entries[index]
      let bit =
        UInt64(1)
        << UInt64(
          (Int(entry.name.rawValue) &* 2 &+ (entry.flags.contains(.underscored) ? 1 : 0)) & 63)
      if seen & bit != 0 || entry.name == .unknown { try refuseTwin(of: index, in: container) }
      seen |= bit
      index = Int(entry.next)
    }
  }

  private mutating func refuseTwin(of index: Int, in container: Int) throws(Anomaly) {
    let cursor = JSONCursor(text: text, entries: entries, index: index)
    var other = container &+ 1
    var compared = 0
    while other < index {
      let twin = cursor.at(other)
      if twin.name == cursor.name, twin.isUnderscored == cursor.isUnderscored,
        twin.memberName.utf8.elementsEqual(cursor.memberName.utf8)
      {
        position = Int(entries[index].nameOffset)
        throw wrong(
          "The member '\(cursor.memberName)' stands twice", "成员“\(cursor.memberName)”重复")
      }
      compared += 1
      if compared > 1_000 {
        throw wrong("The object has too many unknown members", "对象中未知成员过多", .tooCostly)
      }
      other = Int(entries[other].next)
    }
  }

  // MARK: The tape

  private mutating func append(_ kind: JSONKind, from offset: Int, _ member: Member)
    throws(Anomaly) -> Int
  {
    if count == capacity { try grow() }
    entries[count] = JSONEntry(
      offset: UInt32(truncatingIfNeeded: offset), length: 0, next: 0,
      nameOffset: UInt32(truncatingIfNeeded: member.offset), name: member.name,
      nameLength: UInt16(truncatingIfNeeded: member.length), kind: kind, flags: member.flags)
    count &+= 1
    return count &- 1
  }

  private mutating func grow() throws(Anomaly) {
    guard count < limits.values else {
      throw wrong("More than \(limits.values) values", "值的个数超过 \(limits.values)", .tooCostly)
    }
    let larger = UnsafeMutablePointer<JSONEntry>.allocate(capacity: capacity * 2)
    larger.update(from: entries, count: count)
    entries.deallocate()
    entries = larger
    capacity *= 2
  }

  // MARK: Space and errors

  @inline(__always)
  private mutating func skipSpace() {
    // Every space character is at most 0x20, and a compact text has none.
    guard text[position] <= 0x20 else { return }
    while position < length {
      switch text[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
      default: return
      }
      isCompact = false
    }
  }

  private func wrong(_ message: String, _ chinese: String, _ code: IssueType = .structure)
    -> Anomaly
  {
    let buffer = UnsafeRawBufferPointer(start: text, count: length)
    let place = Caret(in: buffer, at: min(position, length))
    return .incorrect(
      "JSON line \(place.line), column \(place.column): \(message)\n\(place.drawing)",
      chinese: "JSON 第 \(place.line) 行第 \(place.column) 列:\(chinese)", code: code)
  }
}
