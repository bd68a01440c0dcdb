import SwiftASN1

/// An object identifier, kept as the content bytes of its encoding. ITU-T X.690 §8.19.
///
/// Arcs of 128 bits are allowed: `2.25` has a UUID below it, ITU-T X.667 §7.
package struct OID: Hashable, Sendable {
  let content: [UInt8]

  package init(_ first: UInt128, _ second: UInt128, _ others: UInt128...) {
    precondition(first <= 2 && second < 40 || first == 2, "an identifier the program wrote")
    content = ([first * 40 + second] + others).flatMap(Self.base128)
  }

  private init(content: [UInt8]) { self.content = content }

  private static func base128(_ arc: UInt128) -> [UInt8] {
    var groups = [UInt8(truncatingIfNeeded: arc & 0x7F)]
    var rest = arc >> 7
    while rest > 0 {
      groups.insert(UInt8(truncatingIfNeeded: rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return groups
  }

  /// Reads one without taking its arcs apart.
  init(_ node: ASN1Node?) throws {
    guard let node, node.identifier == .objectIdentifier,
      case .primitive(let content) = node.content, (1...64).contains(content.count),
      content.last.map({ $0 < 0x80 }) == true
    else { throw ASN1Error.invalidASN1Object(reason: "an object identifier is expected") }
    self.init(content: Array(content))
  }

  var value: DERValue { DERValue(tag: 0x06, content: content) }
}

extension OID {
  /// SM2 with SM3, GB/T 33560-2017.
  static let sm2WithSM3 = OID(1, 2, 156, 10197, 1, 501)
  static let sm2Curve = OID(1, 2, 156, 10197, 1, 301)
  /// RFC 5480 §2.1.1.
  static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1)

  // Extensions, RFC 5280 §4.2 and §5.2.
  static let subjectKeyIdentifier = OID(2, 5, 29, 14)
  static let keyUsage = OID(2, 5, 29, 15)
  static let basicConstraints = OID(2, 5, 29, 19)
  static let crlNumber = OID(2, 5, 29, 20)
  static let reasonCode = OID(2, 5, 29, 21)
  static let authorityKeyIdentifier = OID(2, 5, 29, 35)
  static let extendedKeyUsage = OID(2, 5, 29, 37)
}
