/// The names of members: interned while they are read, refused when they stand twice.
extension JSONScanner {
  struct Member {
    var offset = 0
    var length = 0
    var name = NameID.unknown
    var flags: JSONEntry.Flags = []
  }

  /// Reads `"name":` and the space around it.
  mutating func name() throws(Anomaly) -> Member {
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
  mutating func refuseDuplicates(_ container: Int) throws(Anomaly) {
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
}
