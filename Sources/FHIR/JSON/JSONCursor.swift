/// A place on the tape of a `JSONDocument`: two pointers and an index, free to copy, no reference
/// counts.
///
/// A cursor is valid only while its document lives.
package struct JSONCursor: @unchecked Sendable {
  let text: UnsafePointer<UInt8>
  let entries: UnsafePointer<JSONEntry>
  /// The tape index; stable for the life of the document.
  package let index: Int

  @inline(__always)
  init(text: UnsafePointer<UInt8>, entries: UnsafePointer<JSONEntry>, index: Int) {
    self.text = text
    self.entries = entries
    self.index = index
  }

  @inline(__always) package var entry: JSONEntry { entries[index] }
  @inline(__always) package var kind: JSONKind { entries[index].kind }
  @inline(__always) package var name: NameID { entries[index].name }
  @inline(__always) package var isUnderscored: Bool {
    entries[index].flags.contains(.underscored)
  }

  /// The bytes of the value as written; of a string, what stands between its quotes.
  @inline(__always) package var raw: UnsafeRawBufferPointer {
    let entry = entries[index]
    return UnsafeRawBufferPointer(start: text + Int(entry.offset), count: Int(entry.length))
  }

  /// The bytes of the member's name as written; empty outside of objects.
  @inline(__always) package var rawName: UnsafeRawBufferPointer {
    let entry = entries[index]
    return UnsafeRawBufferPointer(
      start: text + Int(entry.nameOffset), count: Int(entry.nameLength))
  }

  /// The offset of the value's text in the document, in bytes.
  package var offset: Int { Int(entries[index].offset) }

  /// Another value of the same document.
  @inline(__always) package func at(_ index: Int) -> JSONCursor {
    JSONCursor(text: text, entries: entries, index: index)
  }

  /// The tape index behind this value and all that is in it.
  @inline(__always) package var endIndex: Int { Int(entries[index].next) }

  /// The members of an object or the items of an array, in order; empty for anything else.
  @inline(__always) package var children: Children { Children(cursor: self) }

  package struct Children: Sequence, IteratorProtocol {
    let text: UnsafePointer<UInt8>
    let entries: UnsafePointer<JSONEntry>
    var index: Int
    let end: Int

    @inline(__always) init(cursor: JSONCursor) {
      text = cursor.text
      entries = cursor.entries
      index = cursor.index &+ 1
      end = Int(cursor.entries[cursor.index].next)
    }

    @inline(__always) package mutating func next() -> JSONCursor? {
      guard index < end else { return nil }
      defer { index = Int(entries[index].next) }
      return JSONCursor(text: text, entries: entries, index: index)
    }
  }
}

extension JSONCursor {
  /// The member with an interned name.
  @inline(__always)
  package func member(_ name: NameID, underscored: Bool = false) -> JSONCursor? {
    guard kind == .object else { return nil }
    for child in children where child.name == name && child.isUnderscored == underscored {
      return child
    }
    return nil
  }

  /// The member with a name as written; for names that no schema knows, and cold paths.
  package func member(_ name: String) -> JSONCursor? {
    guard kind == .object else { return nil }
    for child in children where child.nameEquals(name) { return child }
    return nil
  }

  package func nameEquals(_ name: String) -> Bool { rawName.elementsEqual(name.utf8) }

  /// Whether the value is a string with exactly this value (written without escapes).
  package func equals(_ value: StaticString) -> Bool {
    let raw = raw
    return kind == .string && raw.count == value.utf8CodeUnitCount
      && raw.elementsEqual(UnsafeBufferPointer(start: value.utf8Start, count: raw.count))
  }

  /// The number of children.
  package var count: Int {
    var count = 0
    for _ in children { count &+= 1 }
    return count
  }

  /// The value of a string, escapes resolved; nil for anything else.
  package var string: String? {
    let entry = entries[index]
    guard entry.kind == .string else { return nil }
    guard entry.flags.contains(.escaped) else { return String(decoding: raw, as: UTF8.self) }
    return String(decoding: JSONEscape.resolved(raw), as: UTF8.self)
  }

  /// The member's name, escapes resolved.
  package var memberName: String {
    let entry = entries[index]
    guard entry.flags.contains(.escapedName) else {
      return String(decoding: rawName, as: UTF8.self)
    }
    return String(decoding: JSONEscape.resolved(rawName), as: UTF8.self)
  }

  /// The text as written of a number, string, `true`, `false` or `null`.
  package var scalarText: String { string ?? String(decoding: raw, as: UTF8.self) }

  package var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }
}
