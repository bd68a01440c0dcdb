/// Words and their numbers from 1: looked up by bytes in constant time without allocating.
///
/// An open-addressed hash table that is never freed: a schema lives as long as the program.
package struct NameTable: @unchecked Sendable {
  private struct Slot {
    var start: UnsafePointer<UInt8>?
    var hash: UInt32 = 0
    var id: UInt16 = 0
    var length: UInt16 = 0
  }

  /// The most words that may be in it; the slots are twice as many.
  private static let limit = 4096
  private static let mask = limit * 2 - 1

  private let slots: UnsafeMutablePointer<Slot>
  private let strings: UnsafeMutablePointer<String>
  /// How many words there are.
  package private(set) var count = 0

  init() {
    slots = .allocate(capacity: Self.limit * 2)
    slots.initialize(repeating: Slot(), count: Self.limit * 2)
    strings = .allocate(capacity: Self.limit + 1)
    strings.initialize(to: "")
  }

  /// The number of the name with these bytes; `.unknown` when no element has it.
  package func id(of bytes: UnsafeRawBufferPointer) -> NameID {
    NameID(rawValue: number(of: bytes))
  }

  package func id(of name: String) -> NameID {
    var name = name
    return name.withUTF8 { id(of: UnsafeRawBufferPointer($0)) }
  }

  /// The name with this number, empty for `.unknown`.
  package func string(of id: NameID) -> String {
    precondition(id.rawValue <= count, "a number that no name has")
    return strings[Int(id.rawValue)]
  }

  func number(of bytes: UnsafeRawBufferPointer) -> UInt16 {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    return slots[slot(of: start, bytes.count, Self.hash(start, bytes.count))].id
  }

  /// The number of a word, which is given one if it has none.
  mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    let hash = Self.hash(start, bytes.count)
    let index = slot(of: start, bytes.count, hash)
    if slots[index].id != 0 { return slots[index].id }
    precondition(count < Self.limit, "too many names for the table")
    let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyMemory(from: start, byteCount: bytes.count)
    count += 1
    (strings + count).initialize(to: bytes.text)
    slots[index] = Slot(
      start: UnsafePointer(copy.assumingMemoryBound(to: UInt8.self)), hash: hash,
      id: UInt16(count), length: UInt16(bytes.count))
    return UInt16(count)
  }

  /// The slot of a word, or the empty one where it would be.
  @inline(__always)
  private func slot(of start: UnsafeRawPointer, _ count: Int, _ hash: UInt32) -> Int {
    var index = Int(truncatingIfNeeded: hash) & Self.mask
    while let word = slots[index].start {
      if slots[index].hash == hash, Int(slots[index].length) == count,
        Self.equal(UnsafeRawPointer(word), start, count)
      {
        return index
      }
      index = (index &+ 1) & Self.mask
    }
    return index
  }

  /// Mixes eight bytes at a time; the last eight overlap those before.
  @inline(__always)
  private static func hash(_ start: UnsafeRawPointer, _ count: Int) -> UInt32 {
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    func mix(_ word: UInt64) {
      hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
    }
    if count >= 8 {
      var index = 0
      while index &+ 8 < count {
        mix(start.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        index &+= 8
      }
      mix(start.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
    } else if count >= 4 {
      let low = start.loadUnaligned(as: UInt32.self)
      let high = start.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      mix(UInt64(low) | UInt64(high) << 32)
    } else {
      var word: UInt64 = 0
      for index in 0..<count {
        word = word << 8 | UInt64(start.load(fromByteOffset: index, as: UInt8.self))
      }
      mix(word)
    }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 15)
  }

  @inline(__always)
  private static func equal(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int)
    -> Bool
  {
    var index = 0
    while index &+ 8 <= count {
      let word = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if word != right.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
      index &+= 8
    }
    while index < count {
      let byte = left.load(fromByteOffset: index, as: UInt8.self)
      if byte != right.load(fromByteOffset: index, as: UInt8.self) { return false }
      index &+= 1
    }
    return true
  }
}
