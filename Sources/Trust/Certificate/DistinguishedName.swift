package import FHIR
import SwiftASN1

/// The name of a certificate's subject or issuer, RFC 5280 §4.1.2.4.
///
/// Two names are the same when they are written the same; nothing is folded.
package struct DistinguishedName: Hashable, Sendable {
  /// What a part of a name tells.
  package enum Attribute: String, CaseIterable, Sendable {
    case country = "C"
    case province = "ST"
    case locality = "L"
    case organization = "O"
    case unit = "OU"
    case commonName = "CN"
    /// A number of the subject, such as a licence or a terminal number; not the certificate's.
    case serialNumber = "SERIALNUMBER"

    var identifier: OID {
      switch self {
      case .commonName: OID(2, 5, 4, 3)
      case .serialNumber: OID(2, 5, 4, 5)
      case .country: OID(2, 5, 4, 6)
      case .locality: OID(2, 5, 4, 7)
      case .province: OID(2, 5, 4, 8)
      case .organization: OID(2, 5, 4, 10)
      case .unit: OID(2, 5, 4, 11)
      }
    }
  }

  package struct Part: Hashable, Sendable {
    package let attribute: Attribute
    package let text: String
  }

  /// The most parts of a name, and the most characters of one, RFC 5280 appendix A.1.
  package static let largestPartCount = 16
  package static let largestCharacterCount = 128

  package let parts: [Part]
  /// As written in a certificate.
  let value: DERValue

  /// A name from its parts, the widest first.
  package init(_ parts: (Attribute, String)...) throws(Anomaly) {
    let parts = parts.map { Part(attribute: $0.0, text: $0.1) }
    try Self.check(parts)
    self.parts = parts
    value = .sequence(
      parts.map { part in
        // Country and number are printable strings, RFC 5280 appendix A.1.
        let isPrintable = part.attribute == .country || part.attribute == .serialNumber
        let text = DERValue(tag: isPrintable ? 0x13 : 0x0C, content: Array(part.text.utf8))
        return .set(.sequence([part.attribute.identifier.value, text]))
      })
  }

  private static func check(_ parts: [Part]) throws(Anomaly) {
    let isRight =
      (1...largestPartCount).contains(parts.count)
      && parts.allSatisfy { part in
        (1...largestCharacterCount).contains(part.text.unicodeScalars.count)
          && !part.text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
      }
    guard isRight else {
      throw .incorrect(
        "A name has 1 to 16 parts of 1 to 128 characters without control characters.",
        chinese: "证书名称应有1至16项，每项1至128个字符，不含控制字符。")
    }
  }

  init(_ node: ASN1Node?) throws {
    guard let node else { throw ASN1Error.invalidASN1Object(reason: "a name is expected") }
    let parts = try DERReading.sequence(node) { sets in
      var parts: [Part] = []
      while let set = sets.next() {
        parts.append(
          try DER.set(set, identifier: .set) { items in
            try DERReading.sequence(items.next(), Self.part)
          })
      }
      return parts
    }
    try Self.check(parts)
    self.parts = parts
    value = DERValue(encoded: Array(node.encodedBytes))
  }

  private static func part(_ nodes: inout ASN1NodeCollection.Iterator) throws -> Part {
    let identifier = try OID(nodes.next())
    guard let attribute = Attribute.allCases.first(where: { $0.identifier == identifier }),
      let node = nodes.next(), case .primitive(let bytes) = node.content,
      [.utf8String, .printableString].contains(node.identifier),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw ASN1Error.invalidASN1Object(reason: "an unknown part of a name") }
    return Part(attribute: attribute, text: text)
  }

  /// The first part of a kind.
  package subscript(attribute: Attribute) -> String? {
    parts.first { $0.attribute == attribute }?.text
  }

  /// Such as `C=CN, O=卫生健康委, CN=终端1`, to be shown.
  package var text: String {
    parts.map { "\($0.attribute.rawValue)=\($0.text)" }.joined(separator: ", ")
  }

  package static func == (left: DistinguishedName, right: DistinguishedName) -> Bool {
    left.value == right.value
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
