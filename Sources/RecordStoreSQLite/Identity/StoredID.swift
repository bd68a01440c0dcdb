/// A logical id as it lies in the database: 16 bytes when it is a lower-case UUID, else its text.
package enum StoredID: Hashable, Sendable {
  case uuid(UInt64, UInt64)
  case text(String)

  package init(_ id: String) {
    var id = id
    self = id.withUTF8 { StoredID(UnsafeRawBufferPointer($0)) }
  }

  package init(_ bytes: UnsafeRawBufferPointer) {
    if bytes.count == 36, let uuid = Self.uuid(bytes) {
      self = uuid
    } else {
      self = .text(String(decoding: bytes, as: UTF8.self))
    }
  }

  private static func uuid(_ bytes: UnsafeRawBufferPointer) -> StoredID? {
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for (index, byte) in bytes.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
      default: return nil
      }
      if digits < 16 {
        words.0 = words.0 << 4 | UInt64(digit)
      } else {
        words.1 = words.1 << 4 | UInt64(digit)
      }
      digits &+= 1
    }
    return .uuid(words.0, words.1)
  }

  package var string: String {
    guard case .uuid(let high, let low) = self else {
      if case .text(let text) = self { return text }
      return ""
    }
    return String(unsafeUninitializedCapacity: 36) { buffer in
      var place = 0
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 {
          buffer[place] = UInt8(ascii: "-")
          place &+= 1
        }
        let word = index < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 &- (index & 15) &* 4)) & 15
        buffer[place] = digit < 10 ? 48 &+ digit : 87 &+ digit
        place &+= 1
      }
      return 36
    }
  }
}

extension Statement {
  package func bind(_ id: StoredID, at index: Int32) {
    switch id {
    case .text(let text): bind(text, at: index)
    case .uuid(let high, let low):
      var bytes = (high.bigEndian, low.bigEndian)
      withUnsafeBytes(of: &bytes) { bind($0, at: index) }
    }
  }

  /// The logical id in a column.
  package func id(_ column: Int32) -> StoredID {
    guard isBlob(column) else { return .text(text(column)) }
    let bytes = blob(column)
    guard bytes.count == 16 else { return .text("") }
    return .uuid(
      UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }
}
