import Credentials
package import FHIR
import RecordStore

/// By what a card's holder is known: the document that proves who it is.
package struct HolderIdentity: Hashable, Sendable {
  /// 居民身份证号 in the national register of object identifiers.
  static let identityNumberSystem = "urn:oid:2.16.156.10011.1.3"
  private static let identityNumberCount = 18

  /// 身份证件类别 CV02.01.101: 01 the resident identity card, 99 others.
  package let documentType: String
  package let documentNumber: String
  package let name: String
  /// Whether a resident identity number is known; without one a card is temporary 临时卡.
  package let isProven: Bool

  /// - Parameter id: the person's logical id, which stands for a document where there is none.
  package init(_ patient: JSON, id: String) {
    let numbers = (patient["identifier"]?.items ?? []).filter { item in
      item["system"]?.string == Self.identityNumberSystem && item["use"]?.string != "old"
    }
    let number = numbers.compactMap { $0["value"]?.string?.uppercased() }
      .first { $0.utf8.count == Self.identityNumberCount }
    isProven = number != nil
    documentType = isProven ? "01" : "99"
    documentNumber = number ?? id
    name = Self.name(patient) ?? id
  }

  private static func name(_ patient: JSON) -> String? {
    let names = patient["name"]?.items ?? []
    let official = names.first { $0["use"]?.string == "official" } ?? names.first
    if let text = official?["text"]?.string { return text }
    let parts = [official?["family"]?.string] + (official?["given"]?.items.map(\.string) ?? [])
    let joined = parts.compactMap(\.self).joined(separator: " ")
    return joined.isEmpty ? nil : joined
  }

  /// 居民健康卡号, DE01.00.021.00: eighteen characters, the identity number where there is one.
  ///
  /// A number that stands in for it begins with T and follows from the person's id.
  package var residentCardNumber: String {
    guard !isProven else { return documentNumber }
    let hash = Array(documentNumber.utf8).withUnsafeBytes { ContentID.of($0) }
    return "T" + hash.prefix(Self.identityNumberCount - 1).uppercased()
  }

  /// 电子健康卡ID, the same wherever the same person applies.
  func electronicCardID(_ keys: RegionKeys?) throws(Anomaly) -> String {
    guard let keys else { throw .noCardKeys }
    return try ElectronicCardID.make(
      documentType: documentType, number: documentNumber, name: name,
      by: .keyed(keys.identifierSecret), keys.module)
  }
}

/// The number on a card that another issuer made.
enum LinkedNumber {
  /// ISO/IEC 7812-1: a card number of a bank has 12 to 19 digits, the last of which is a check.
  private static let bankDigits = 12...19

  static func read(_ typed: String?, _ kind: CardKind) throws(Anomaly) -> CardNumber {
    let text = String((typed ?? "").filter { !$0.isWhitespace && $0 != "-" }).uppercased()
    guard !text.isEmpty else {
      throw .incorrect(
        "Write the number of the card.", chinese: "请填写卡号。", code: .required, path: "number")
    }
    if kind == .bank {
      guard bankDigits.contains(text.utf8.count), isLuhn(text) else {
        throw .incorrect(
          "This is no bank card number: 12 to 19 digits with a check digit.",
          chinese: "银行卡号应为12至19位数字且校验位正确，请核对。", code: .value, path: "number")
      }
    }
    do {
      return try CardNumber(system: kind.standardSystem, text)
    } catch {
      var error = error
      error.path = "number"
      throw error
    }
  }

  /// ISO/IEC 7812-1 annex B.
  private static func isLuhn(_ text: String) -> Bool {
    var sum = 0
    for (place, byte) in text.utf8.reversed().enumerated() {
      guard (48...57).contains(byte) else { return false }
      let digit = Int(byte - 48) * (place.isMultiple(of: 2) ? 1 : 2)
      sum += digit > 9 ? digit - 9 : digit
    }
    return sum.isMultiple(of: 10)
  }
}
