import FHIR
import Trust

/// How a key is made from its parent and a number: key diversification 密钥分散.
///
/// The parent encrypts one block with SM4; the result is the child. WS/T 543 leaves the block to
/// the issuer's key system, so it is a setting.
package enum Diversification: Hashable, Sendable {
  /// The leftmost 16 bytes of the SM3 hash of the parts, each with its length before it.
  ///
  /// No two numbers have one block.
  case digest
  /// The last 16 digits as 8 bytes, and their complement; the way of bank cards.
  case complement

  /// The longest number that diversifies a key.
  package static let longestPart = 64

  /// The block of, say, a card number and the code of its city.
  func block(
    _ parts: [String], _ module: any CryptographicModule
  ) throws(Anomaly) -> [UInt8] {
    for part in parts where !(1...Self.longestPart).contains(part.utf8.count) {
      throw .incorrect(
        "A number that diversifies a key has 1 to 64 characters, not \(part.utf8.count).",
        chinese: "密钥分散数据应为1至64个字符，实为\(part.utf8.count)个。")
    }
    switch self {
    case .digest:
      let bytes = parts.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) }
      return Array(try module.sm3(bytes).prefix(SM4.blockByteCount))
    case .complement:
      let half = try Self.digits(parts.joined())
      return half + half.map { ~$0 }
    }
  }

  /// The last 16 digits, zeros before them; the check letter X of an identity number counts ten.
  private static func digits(_ text: String) throws(Anomaly) -> [UInt8] {
    var digits: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - 48)
      case UInt8(ascii: "X"): digits.append(10)
      default:
        throw .incorrect(
          "Only digits and X diversify a key in this way.", chinese: "该分散方式只接受数字和X。")
      }
    }
    digits = Array(repeating: 0, count: max(0, 16 - digits.count)) + digits.suffix(16)
    return stride(from: 0, to: 16, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
