package import FHIR
package import Trust

/// The id of an electronic health card 电子健康卡ID, made from who its holder is.
///
/// The same person gets the same id wherever it is made. 64 characters, as interfaces allow.
package enum ElectronicCardID {
  /// How the id is made; the national frame's exact rule is not published, so it is a setting.
  package enum Rule: Sendable {
    /// HMAC-SM3 with a key of the region: nobody else can try identity numbers one by one.
    case keyed(Secret)
    /// SM3 of type, number and name as they stand, for a region that must agree with others.
    case digest
  }

  /// - Parameter documentType: 身份证件类别 CV02.01.101, such as 01.
  package static func make(
    documentType: String, number: String, name: String, by rule: Rule,
    _ module: any CryptographicModule
  ) throws(Anomaly) -> String {
    let parts = [documentType, number, name]
    guard parts.allSatisfy({ (1...256).contains($0.utf8.count) }) else {
      throw .incorrect(
        "An electronic card's id needs the type and number of a document and a name.",
        chinese: "生成电子健康卡ID需要证件类型、证件号码和姓名。", code: .required)
    }
    switch rule {
    case .keyed(let key):
      let message = parts.flatMap { [UInt8(1), UInt8($0.utf8.count - 1)] + Array($0.utf8) }
      return Hex.text(try module.hmac(message, key: key))
    case .digest:
      return Hex.text(try module.sm3(Array(parts.joined().utf8)))
    }
  }
}
