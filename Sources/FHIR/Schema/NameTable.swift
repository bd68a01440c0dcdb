/// Words and their numbers from 1: looked up by bytes in constant time without allocating.
///
/// An open-addressed hash table that is never freed: a schema lives as long as the program.
package struct NameTable: @unchecked Sendable {
  struct Slot {
    var hash: UInt32
    var id: UInt16
    var length: UInt16
    var start: UnsafePointer<UInt8>
  }

  /// Twice the most words that may ever be in it, a power of two.
  static let capacity = 8192

  private let slots: UnsafeMutablePointer<Slot?>
  private var strings: [String] = [""]

  init() {
    slots = .allocate(capacity: Self.capacity)
    slots.initialize(repeating: nil, count: Self.capacity)
  }

  /// How many words there are.
  package var count: Int { strings.count - 1 }

  /// The number of the name with these bytes; `.unknown` when no element has it.
  package func id(of bytes: UnsafeRawBufferPointer) -> NameID {
    NameID(rawValue: number(of: bytes))
  }

  package func id(of name: String) -> NameID {
    var name = name
    return name.withUTF8 { id(of: UnsafeRawBufferPointer($0)) }
  }

  /// The name with this number, empty for `.unknown`.
  package func string(of id: NameID) -> String { strings[Int(id.rawValue)] }

  func number(of bytes: UnsafeRawBufferPointer) -> UInt16 {
    guard let start = bytes.baseAddress else { return 0 }
    let hash = Self.hash(start, bytes.count)
    var index = Int(hash) & (Self.capacity - 1)
    while let slot = slots[index] {
      if slot.hash == hash, Int(slot.length) == bytes.count,
        Self.equal(UnsafeRawPointer(slot.start), start, bytes.count)
      {
        return slot.id
      }
      index = (index + 1) & (Self.capacity - 1)
    }
    return 0
  }

  /// The number of a word, which is given one if it has none.
  mutating func intern(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
    let known = number(of: bytes)
    guard known == 0, let start = bytes.baseAddress else { return known }
    precondition(strings.count < Self.capacity / 2, "too many names for the table")
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    UnsafeMutableRawPointer(copy).copyMemory(from: start, byteCount: bytes.count)
    let hash = Self.hash(start, bytes.count)
    var index = Int(hash) & (Self.capacity - 1)
    while slots[index] != nil { index = (index + 1) & (Self.capacity - 1) }
    let id = UInt16(strings.count)
    slots[index] = Slot(
      hash: hash, id: id, length: UInt16(bytes.count), start: UnsafePointer(copy))
    strings.append(bytes.text)
    return id
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
