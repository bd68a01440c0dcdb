/// Distinct texts, each with a number; equal texts are found equal by comparing numbers.
///
/// Number 0 is the empty text, which stands for what is not known.
struct Lexicon: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where the text of each number ends; it begins where the one before ends.
  private(set) var ends: [UInt32] = [0]
  /// Open addressing: a hash above a number, or 0 for a free slot.
  private var slots = [UInt64](repeating: 0, count: 64)

  /// How many numbers there are, with 0.
  var count: Int { ends.count }

  mutating func intern(_ text: [UInt8]) -> UInt32 {
    text.withUnsafeBufferPointer { intern($0) }
  }

  /// The number of a text that is known.
  func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    let entry = slots[slot(of: text, Hashing.of(text))]
    return entry == 0 ? nil : UInt32(truncatingIfNeeded: entry)
  }

  /// Where a text is, or where it would be put.
  private func slot(of text: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
    slots.withUnsafeBufferPointer { slots in
      let mask = slots.count - 1
      var slot = Int(hash) & mask
      while slots[slot] != 0 {
        if slots[slot] >> 32 == UInt64(hash),
          isEqual(UInt32(truncatingIfNeeded: slots[slot]), text)
        {
          return slot
        }
        slot = (slot + 1) & mask
      }
      return slot
    }
  }

  /// The number of a text, a new one when it is new.
  mutating func intern(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard !text.isEmpty else { return 0 }
    let hash = Hashing.of(text)
    let slot = slot(of: text, hash)
    guard slots[slot] == 0 else { return UInt32(truncatingIfNeeded: slots[slot]) }
    let number = UInt32(ends.count)
    bytes.append(contentsOf: text)
    ends.append(UInt32(bytes.count))
    slots[slot] = UInt64(hash) << 32 | UInt64(number)
    if ends.count * 2 > slots.count { grow() }
    return number
  }

  /// The bytes of a number, while the lexicon stays as it is.
  func withText<Result>(
    _ number: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(number)])) }
  }

  func text(_ number: UInt32) -> [UInt8] { Array(bytes[range(number)]) }

  /// Forgets the numbers from `count` on; they must be the newest.
  mutating func forget(downTo count: Int) {
    while ends.count > count {
      let number = UInt32(ends.count - 1)
      let hash = withText(number) { Hashing.of($0) }
      var slot = Int(hash) & (slots.count - 1)
      while UInt32(truncatingIfNeeded: slots[slot]) != number {
        slot = (slot + 1) & (slots.count - 1)
      }
      // The newest entry of a chain is its last: nothing was put behind it.
      slots[slot] = 0
      ends.removeLast()
      bytes.removeLast(bytes.count - Int(ends[ends.count - 1]))
    }
  }

  private func range(_ number: UInt32) -> Range<Int> {
    number == 0 ? 0..<0 : Int(ends[Int(number) - 1])..<Int(ends[Int(number)])
  }

  private func isEqual(_ number: UInt32, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(number)
    guard range.count == text.count else { return false }
    return bytes.withUnsafeBufferPointer { all in
      for place in 0..<text.count where all[range.lowerBound + place] != text[place] {
        return false
      }
      return true
    }
  }

  private mutating func grow() {
    var hashes = [UInt64](repeating: 0, count: ends.count)
    for entry in slots where entry != 0 {
      hashes[Int(UInt32(truncatingIfNeeded: entry))] = entry
    }
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    // In the order of the numbers, so that the newest of a chain stays its last.
    for entry in hashes.dropFirst() {
      var slot = Int(entry >> 32) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }
}

/// Hashes that are the same in every run.
enum Hashing {
  static func of(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: mix(hash))
  }

  /// Spreads a number over all its bits: the finaliser of SplitMix64.
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
