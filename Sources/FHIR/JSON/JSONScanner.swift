/// Reads a JSON text once, from left to right, and lays out its tape; RFC 8259 to the letter.
struct JSONScanner: ~Copyable {
  var text: UnsafeMutablePointer<UInt8>
  let length: Int
  private let limits: JSONLimits
  var entries: UnsafeMutablePointer<JSONEntry>
  private var capacity: Int
  var count = 0
  var position = 0
  var isCompact = true
  private var isOwner = true
  let names = Schema.r4.names

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

  // MARK: The tape

  mutating func append(_ kind: JSONKind, from offset: Int, _ member: Member)
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
  mutating func skipSpace() {
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

  func wrong(_ message: String, _ chinese: String, _ code: IssueType = .structure)
    -> Anomaly
  {
    let buffer = UnsafeRawBufferPointer(start: text, count: length)
    let place = Caret(in: buffer, at: min(position, length))
    return .incorrect(
      "JSON line \(place.line), column \(place.column): \(message)\n\(place.drawing)",
      chinese: "JSON 第 \(place.line) 行第 \(place.column) 列:\(chinese)", code: code)
  }
}
