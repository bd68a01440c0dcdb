package import FHIR
import SwiftASN1

/// An X.509 certificate of an SM2 key, signed with SM2, RFC 5280 and GB/T 20518-2018.
package struct Certificate: Hashable, Sendable {
  /// The whole, as written, with its signature.
  private let signed: SignedPart
  package let serialNumber: [UInt8]
  package let issuer: DistinguishedName
  package let subject: DistinguishedName
  package let validFrom: Instant
  package let validUntil: Instant
  /// The certified key as `04 ‖ x ‖ y`.
  package let publicKeyPoint: [UInt8]
  package let extensions: CertificateExtensionSet

  /// The whole, as written.
  package var der: [UInt8] { signed.der }

  /// Reads a certificate; nothing is believed of it before a `TrustStore` has said so.
  package init(der: [UInt8]) throws(Anomaly) {
    self = try SignedPart.read(der, "certificate", chinese: "证书") { signed, nodes in
      try Certificate(signed, &nodes)
    }
  }

  private init(
    _ signed: SignedPart, _ nodes: inout ASN1NodeCollection.Iterator
  ) throws {
    self.signed = signed
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
    try signed.isSigned(by: authority, module)
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
