import FHIR

/// The text behind a `?`: names and values, percent-encoded.
enum QueryText {
  /// The longest query, in bytes.
  static let limit = 128 << 10
  /// The most parameters.
  static let parameterLimit = 256

  /// The names and values, decoded; a plus sign is a space.
  static func pairs(_ text: String) throws(Anomaly) -> [(name: String, value: String)] {
    guard text.utf8.count <= limit else {
      throw .incorrect(
        "The query has \(text.utf8.count) bytes; the limit is \(limit)",
        chinese: "检索语句有 \(text.utf8.count) 字节,上限为 \(limit)", code: .tooLong, status: 414)
    }
    var pairs: [(name: String, value: String)] = []
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      pairs.append((try decoded(sides[0]), sides.count > 1 ? try decoded(sides[1]) : ""))
    }
    guard pairs.count <= parameterLimit else {
      throw .incorrect(
        "The query has \(pairs.count) parameters; the limit is \(parameterLimit)",
        chinese: "检索参数有 \(pairs.count) 个,上限为 \(parameterLimit)", code: .tooCostly)
    }
    return pairs
  }

  static func decoded(_ text: Substring) throws(Anomaly) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { throw wrong(text) }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw wrong(text)
    }
    return decoded
  }

  private static func wrong(_ text: Substring) -> Anomaly {
    .incorrect(
      "'\(text.prefix(100))' is not percent-encoded UTF-8",
      chinese: "“\(text.prefix(100))”不是百分号编码的 UTF-8")
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// A name or value for a link; what a query uses as its own signs stays as it is.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: ","),
        UInt8(ascii: "/"), UInt8(ascii: "$"), UInt8(ascii: "*"):
        out.append(byte)
      default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
