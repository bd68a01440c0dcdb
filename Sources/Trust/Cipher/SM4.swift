package import FHIR

/// The block cipher SM4, GB/T 32907-2016: blocks and keys of 128 bits.
package enum SM4 {
  package static let blockByteCount = 16
  package static let keyByteCount = 16
  /// The longest message that is encrypted in one call.
  package static let largestMessageByteCount = 1 << 30

  /// How the last block of a message is filled up.
  package enum Padding: Hashable, Sendable {
    /// The message is a whole number of blocks.
    case none
    /// One to sixteen bytes that tell their number, RFC 5652 §6.3.
    case pkcs7
  }

  /// The modes of operation of GB/T 17964-2021; the vector `iv` has the size of a block.
  package enum Mode: Hashable, Sendable {
    case ecb(Padding)
    case cbc(iv: [UInt8], Padding)
    case ctr(iv: [UInt8])
    case cfb(iv: [UInt8])
    case ofb(iv: [UInt8])

    /// The initial vector; nil where the mode has none.
    package var iv: [UInt8]? {
      switch self {
      case .ecb: nil
      case .cbc(let iv, _), .ctr(let iv), .cfb(let iv), .ofb(let iv): iv
      }
    }

    package var padding: Padding {
      switch self {
      case .ecb(let padding), .cbc(_, let padding): padding
      case .ctr, .cfb, .ofb: .none
      }
    }

    /// Whether a message without padding must be a whole number of blocks.
    var worksOnWholeBlocks: Bool {
      switch self {
      case .ecb, .cbc: true
      case .ctr, .cfb, .ofb: false
      }
    }

    /// Refuses a vector or a message of the wrong size before any module sees it.
    package func check(_ message: [UInt8], isCiphertext: Bool) throws(Anomaly) {
      if let iv, iv.count != SM4.blockByteCount {
        throw .incorrect(
          "An SM4 initial vector has 16 bytes, not \(iv.count).",
          chinese: "SM4初始向量应为16字节，实为\(iv.count)字节。")
      }
      guard message.count <= SM4.largestMessageByteCount else {
        throw .incorrect(
          "A message of \(message.count) bytes is too long for one SM4 call.",
          chinese: "报文\(message.count)字节，超出单次SM4运算上限。", code: .tooLong)
      }
      guard worksOnWholeBlocks, padding == .none || isCiphertext else { return }
      guard message.count.isMultiple(of: SM4.blockByteCount) else {
        throw .incorrect(
          "\(message.count) bytes are not whole SM4 blocks of 16.",
          chinese: "长度\(message.count)字节不是SM4分组（16字节）的整数倍。")
      }
    }
  }
}
