/// Numbers that stand for texts in the index: codes by 48 bits, systems by 40.
///
/// Two texts with the same number are found for each other: with a million codes in a store, a pair
/// of
/// them exists in one of six hundred stores. The numbers are on disk: a change needs a new index.
package enum Hash {
  /// A code, without case. <https://hl7.org/fhir/R4/search.html#token>: "When in doubt, servers
  /// SHOULD treat
  /// tokens in a case-insensitive manner".
  package static func code(_ bytes: UnsafeRawBufferPointer) -> Int64 {
    var hash = offset
    for byte in bytes {
      let letter = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
      hash = (hash ^ UInt64(letter)) &* prime
    }
    return Int64(mixed(hash) >> 16)
  }

  package static func code(_ text: String) -> Int64 {
    var text = text
    return text.withUTF8 { code(UnsafeRawBufferPointer($0)) }
  }

  /// A system, as it is written; never 0, which stands for none.
  package static func system(_ bytes: UnsafeRawBufferPointer) -> Int64 {
    guard !bytes.isEmpty else { return 0 }
    return Int64(exact(bytes) >> 24) | 1
  }

  package static func system(_ text: String) -> Int64 {
    var text = text
    return text.withUTF8 { system(UnsafeRawBufferPointer($0)) }
  }

  /// An absolute reference or a canonical URL, as it is written.
  package static func url(_ bytes: UnsafeRawBufferPointer) -> Int64 { Int64(exact(bytes) >> 16) }

  package static func url(_ text: String) -> Int64 {
    var text = text
    return text.withUTF8 { url(UnsafeRawBufferPointer($0)) }
  }

  /// FNV-1a, <https://www.rfc-editor.org/rfc/rfc9923>, with its bits mixed at the end.
  static func exact(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = offset
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* prime }
    return mixed(hash)
  }

  private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01B3

  private static func mixed(_ hash: UInt64) -> UInt64 {
    var hash = hash
    hash ^= hash >> 33
    hash &*= 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 33
    return hash
  }
}
