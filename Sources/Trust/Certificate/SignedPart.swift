import FHIR
import SwiftASN1

/// What certificates and revocation lists have in common: a body, an algorithm, a signature.
struct SignedPart: Hashable, Sendable {
  /// The whole, as written.
  let der: [UInt8]
  /// The part that is signed, as written.
  let body: [UInt8]
  let signature: SM2Signature

  /// `SM2 with SM3`, without parameters, GB/T 20518-2018 §5.2.3.
  static let algorithm = DERValue.sequence([OID.sm2WithSM3.value])

  /// Reads the whole, and its body item by item.
  ///
  /// - Parameter name: what it is, for whoever reads why it is none.
  static func read<Result>(
    _ der: [UInt8], _ name: String, chinese: String,
    _ items: (SignedPart, inout ASN1NodeCollection.Iterator) throws -> Result
  ) throws(Anomaly) -> Result {
    try DERReading.reading(name, chinese: chinese) {
      let (body, signature) = try DERReading.sequence(DERReading.node(der)) { nodes in
        guard let body = nodes.next() else {
          throw ASN1Error.invalidASN1Object(reason: "the signed part is missing")
        }
        try algorithm(nodes.next())
        return (body, try SM2Signature(der: DERReading.bits(&nodes)))
      }
      let part = SignedPart(der: der, body: Array(body.encodedBytes), signature: signature)
      return try DERReading.sequence(body) { nodes in try items(part, &nodes) }
    }
  }

  /// Whether an authority's key has signed the body.
  func isSigned(
    by authority: Certificate, _ module: any CryptographicModule
  ) throws(Anomaly) -> Bool {
    try module.publicKey(authority.publicKeyPoint)
      .verifies(signature, of: body, by: .standard)
  }

  /// Refuses every algorithm but SM2 with SM3; some authorities write a NULL behind it.
  static func algorithm(_ node: ASN1Node?) throws {
    guard let node else { throw ASN1Error.invalidASN1Object(reason: "no algorithm") }
    try DERReading.sequence(node) { parts in
      guard try OID(parts.next()) == .sm2WithSM3,
        parts.next().map({ $0.identifier == .null }) ?? true
      else { throw ASN1Error.invalidASN1Object(reason: "not signed by SM2 with SM3") }
    }
  }

  /// A serial number has 1 to 20 bytes and is not negative, RFC 5280 §4.1.2.2.
  static func serialNumber(_ nodes: inout ASN1NodeCollection.Iterator) throws -> [UInt8] {
    let bytes = Array(try ArraySlice<UInt8>(derEncoded: &nodes))
    guard (1...20).contains(bytes.count) else {
      throw ASN1Error.invalidASN1Object(reason: "a serial number has 1 to 20 bytes")
    }
    return bytes
  }

  /// A body with its signature.
  static func sign(_ body: DERValue, _ key: any PrivateKey) throws(Anomaly) -> [UInt8] {
    let signature = try key.sign(body.bytes, by: .standard)
    return DERValue.sequence([body, algorithm, .bits(signature.der)]).bytes
  }
}
