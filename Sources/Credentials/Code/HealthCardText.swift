package import FHIR

/// The text of any health card's symbol, of this region or another: `id:type` and what follows.
///
/// Issuers agree on the first two fields and not on the digits of the type, so these are a setting
/// for each issuer. What is read here is looked up on line; it proves nothing.
package struct HealthCardText: Hashable, Sendable {
  package enum Form: Hashable, Sendable {
    /// Printed on paper, the same every time 静态码.
    case `static`
    /// Shown for a short time 动态码.
    case dynamic
  }

  /// The types of one issuer.
  package struct Types: Hashable, Sendable {
    package var forms: [String: Form]

    package init(_ forms: [String: Form]) { self.forms = forms }

    /// 0 static, 1 dynamic.
    package static let zeroAndOne = Types(["0": .static, "1": .dynamic])
    /// 1 static, 2 dynamic.
    package static let oneAndTwo = Types(["1": .static, "2": .dynamic])
  }

  /// The longest text that is read.
  package static let longestText = 1024

  package let id: String
  package let form: Form
  /// The fields behind the type, as written.
  package let rest: [String]

  package init(parsing text: String, _ types: Types = .zeroAndOne) throws(Anomaly) {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard text.utf8.count <= Self.longestText, fields.count >= 2,
      (1...HealthCode.longestID).contains(fields[0].utf8.count),
      fields[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw .incorrect(
        "A health card's code is `id:type`, with an id of 1 to 64 characters.",
        chinese: "健康卡码应为“标识:类型”，标识1至64个字符。", code: .value)
    }
    guard let form = types.forms[fields[1]] else {
      throw .incorrect(
        "'\(fields[1].prefix(16))' is no type of code of this issuer.",
        chinese: "“\(fields[1].prefix(16))”不是该发码机构的码类型。", code: .codeInvalid)
    }
    id = fields[0]
    self.form = form
    rest = Array(fields.dropFirst(2))
  }
}
