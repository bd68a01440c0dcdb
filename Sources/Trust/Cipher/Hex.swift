package import FHIR

/// Bytes as hexadecimal digits.
package enum Hex {
  /// Reads digits of either case, two for each byte.
  package static func bytes(_ text: String) throws(Anomaly) -> [UInt8] {
    let digits = text.utf8.map { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
      case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
      default: nil
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for place in stride(from: 0, to: digits.count - 1, by: 2) {
      guard let high = digits[place], let low = digits[place + 1] else { throw wrong }
      bytes.append(high << 4 | low)
    }
    guard digits.count.isMultiple(of: 2) else { throw wrong }
    return bytes
  }

  private static let wrong = Anomaly.incorrect(
    "Hexadecimal text has two digits for each byte.", chinese: "十六进制文本每字节应为两位。")

  /// Lower-case digits.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
