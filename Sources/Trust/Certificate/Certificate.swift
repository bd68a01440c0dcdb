package import FHIR
import SwiftASN1

/// An X.509 certificate of an SM2 key, signed with SM2, RFC 5280 and GB/T 20518-2018.
package struct Certificate: Hashable, Sendable {
  /// The whole, as written.
  package let der: [UInt8]
  /// The part that is signed, as written.
  let body: [UInt8]
  package let serialNumber: [UInt8]
  package let issuer: DistinguishedName
  package let subject: DistinguishedName
  package let validFrom: Instant
  package let validUntil: Instant
  /// The certified key as `04 ‖ x ‖ y`.
  package let publicKeyPoint: [UInt8]
  package let extensions: CertificateExtensionSet
  package let signature: SM2Signature

  /// Reads a certificate; nothing is believed of it before a `TrustStore` has said so.
  package init(der: [UInt8]) throws(Anomaly) {
    self = try DERReading.reading("certificate", chinese: "证书") {
      let (body, signature) = try SignedPart.read(der)
      return try DERReading.sequence(body) { nodes in
        try Certificate(der: der, body: body, signature: signature, &nodes)
      }
    }
  }

  private init(
    der: [UInt8], body: ASN1Node, signature: SM2Signature,
    _ nodes: inout ASN1NodeCollection.Iterator
  ) throws {
    self.der = der
    self.body = Array(body.encodedBytes)
    self.signature = signature
    let version = try DER.explicitlyTagged(
      &nodes, tagNumber: 0, tagClass: .contextSpecific
    ) { try Int(derEncoded: $0) }
    guard version == 2 else {
      throw ASN1Error.invalidASN1Object(reason: "only version 3 is read")
    }
    serialNumber = try SignedPart.serialNumber(&nodes)
    try SignedPart.algorithm(nodes.next())
    issuer = try DistinguishedName(nodes.next())
    (validFrom, validUntil) = try DERReading.sequence(nodes.next()) { times in
      (try CertificateTime.read(times.next()), try CertificateTime.read(times.next()))
    }
    subject = try DistinguishedName(nodes.next())
    publicKeyPoint = try DERReading.sequence(nodes.next()) { parts in
      try DERReading.sequence(parts.next()) { algorithm in
        guard try OID(algorithm.next()) == .ecPublicKey, try OID(algorithm.next()) == .sm2Curve
        else { throw ASN1Error.invalidASN1Object(reason: "the key is not an SM2 key") }
      }
      return try DERReading.bits(&parts)
    }
    extensions = try DER.explicitlyTagged(
      &nodes, tagNumber: 3, tagClass: .contextSpecific
    ) { try CertificateExtensionSet($0) }
  }

  /// Whether the moment lies in the time of validity, both ends included, RFC 5280 §4.1.2.5.
  package func isValid(at moment: Instant) -> Bool {
    (validFrom.milliseconds...max(validFrom.milliseconds, validUntil.milliseconds))
      .contains(moment.milliseconds) && validFrom.milliseconds <= validUntil.milliseconds
  }

  /// Whether an authority's key has signed this certificate.
  package func isSigned(
    by authority: Certificate, _ module: any CryptographicModule
  ) throws(Anomaly) -> Bool {
    try module.publicKey(authority.publicKeyPoint)
      .verifies(signature, of: body, by: .standard)
  }
}

extension Certificate: CustomStringConvertible {
  package var description: String { "\(subject.text) #\(Hex.text(serialNumber))" }

  /// As text between `BEGIN` and `END`, RFC 7468 §5.
  package var pem: String { PEMDocument(type: "CERTIFICATE", derBytes: der).pemString }

  package init(pem: String) throws(Anomaly) {
    let document = try DERReading.reading("certificate in PEM", chinese: "PEM证书") {
      try PEMDocument(pemString: pem)
    }
    guard document.discriminator == "CERTIFICATE" else {
      throw .incorrect("The PEM text holds no certificate.", chinese: "PEM文本不是证书。")
    }
    try self.init(der: document.derBytes)
  }
}

/// What certificates and revocation lists have in common: a body, an algorithm, a signature.
enum SignedPart {
  /// `SM2 with SM3`, without parameters, GB/T 20518-2018 §5.2.3.
  static let algorithm = DERValue.sequence([OID.sm2WithSM3.value])

  static func read(_ der: [UInt8]) throws -> (body: ASN1Node, signature: SM2Signature) {
    try DERReading.sequence(DERReading.node(der)) { nodes in
      guard let body = nodes.next() else {
        throw ASN1Error.invalidASN1Object(reason: "the signed part is missing")
      }
      try algorithm(nodes.next())
      return (body, try SM2Signature(der: DERReading.bits(&nodes)))
    }
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
