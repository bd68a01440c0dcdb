package import FHIR

/// A unified social credit code 统一社会信用代码 by GB 32100-2015: 18 characters, the last a check.
package struct CreditCode: Hashable, Sendable {
  package static let length = 18
  /// Digits and capital letters without I, O, S, V, Z; the value of a character is its place.
  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
  /// Powers of three modulo 31, GB 32100-2015 §4.6.
  private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

  package let text: String

  package init(_ typed: String) throws(Anomaly) {
    let plain = PersonEntry.plain(typed).uppercased().filter { $0 != " " && $0 != "-" }
    guard plain.count == Self.length else {
      throw .incorrect(
        "A unified social credit code has 18 characters, not \(plain.count)",
        chinese: "统一社会信用代码为18位，而不是\(plain.count)位", code: .value)
    }
    if let wrong = plain.first(where: { !Self.alphabet.contains($0.asciiValue ?? 0) }) {
      throw .incorrect(
        "'\(wrong)' stands in no unified social credit code; I, O, S, V and Z are not used",
        chinese: "统一社会信用代码中没有“\(wrong)”（不用I、O、S、V、Z）", code: .value)
    }
    let bytes = Array(plain.utf8)
    let check = Self.check(of: bytes.dropLast())
    guard bytes.last == check else {
      throw .incorrect(
        "The check character of the unified social credit code is wrong",
        chinese: "统一社会信用代码校验码不符", code: .value)
    }
    text = plain
  }

  /// The check character of seventeen others.
  private static func check(of bytes: ArraySlice<UInt8>) -> UInt8 {
    var sum = 0
    for (byte, weight) in zip(bytes, weights) {
      sum += (alphabet.firstIndex(of: byte) ?? 0) * weight
    }
    return alphabet[(31 - sum % 31) % 31]
  }

  /// The code made of its first seventeen characters; nil where they are none.
  package static func completing(_ body: String) -> String? {
    let bytes = Array(body.utf8)
    guard bytes.count == length - 1, bytes.allSatisfy(alphabet.contains) else { return nil }
    return body + String(decoding: [check(of: bytes[...])], as: UTF8.self)
  }

  /// The county where it was registered.
  package var division: String { String(text.dropFirst(2).prefix(6)) }
}
