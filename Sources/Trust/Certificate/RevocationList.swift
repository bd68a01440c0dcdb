package import FHIR
import SwiftASN1

/// A certificate revocation list, RFC 5280 §5: which certificates of an authority are revoked.
package struct RevocationList: Hashable, Sendable {
  /// Why a certificate is revoked, RFC 5280 §5.3.1.
  package enum Reason: UInt8, CaseIterable, Sendable {
    case unspecified = 0
    case keyCompromise, authorityCompromise, affiliationChanged, superseded
    case cessationOfOperation, certificateHold
    case privilegeWithdrawn = 9
  }

  package struct Entry: Hashable, Sendable {
    package let serialNumber: [UInt8]
    package let revoked: Instant
    package let reason: Reason

    package init(serialNumber: [UInt8], revoked: Instant, reason: Reason) {
      self.serialNumber = serialNumber
      self.revoked = revoked
      self.reason = reason
    }
  }

  private let signed: SignedPart
  package let issuer: DistinguishedName
  package let thisUpdate: Instant
  package let nextUpdate: Instant
  package let number: UInt64
  package let entries: [[UInt8]: Entry]

  /// The whole, as written.
  package var der: [UInt8] { signed.der }

  /// Reads a list; it counts only when its authority's signature is found right.
  package init(der: [UInt8]) throws(Anomaly) {
    self = try SignedPart.read(der, "revocation list", chinese: "证书撤销列表") { signed, nodes in
      try RevocationList(signed, &nodes)
    }
  }

  private init(
    _ signed: SignedPart, _ nodes: inout ASN1NodeCollection.Iterator
  ) throws {
    self.signed = signed
    guard try Int(derEncoded: &nodes) == 1 else {
      throw ASN1Error.invalidASN1Object(reason: "only version 2 is read")
    }
    try SignedPart.algorithm(nodes.next())
    issuer = try DistinguishedName(nodes.next())
    thisUpdate = try CertificateTime.read(nodes.next())
    nextUpdate = try CertificateTime.read(nodes.next())
    var entries: [[UInt8]: Entry] = [:]
    var next = nodes.next()
    if let list = next, list.identifier == .sequence {
      try DERReading.sequence(list) { items in
        while let item = items.next() {
          let entry = try DERReading.sequence(item, Self.entry)
          entries[entry.serialNumber] = entry
        }
      }
      next = nodes.next()
    }
    self.entries = entries
    number = try Self.number(next)
  }

  private static func entry(_ parts: inout ASN1NodeCollection.Iterator) throws -> Entry {
    let serialNumber = try SignedPart.serialNumber(&parts)
    let revoked = try CertificateTime.read(parts.next())
    var reason = Reason.unspecified
    if let list = parts.next() {
      try eachExtension(of: list) { identifier, content in
        guard identifier == .reasonCode else { return false }
        guard let node = Optional(try DERReading.node(content)), node.identifier == .enumerated,
          case .primitive(let bytes) = node.content, bytes.count == 1,
          let known = bytes.first.flatMap(Reason.init(rawValue:))
        else { throw ASN1Error.invalidASN1Object(reason: "an unknown reason code") }
        reason = known
        return true
      }
    }
    return Entry(serialNumber: serialNumber, revoked: revoked, reason: reason)
  }

  /// The number inside of the tag 0, RFC 5280 §5.2.3.
  private static func number(_ node: ASN1Node?) throws -> UInt64 {
    var number: UInt64?
    guard let node, case .constructed(let items) = node.content,
      node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific),
      let list = items.first(where: { _ in true })
    else { throw ASN1Error.invalidASN1Object(reason: "a list without extensions") }
    try eachExtension(of: list) { identifier, content in
      guard identifier == .crlNumber else { return identifier == .authorityKeyIdentifier }
      number = try UInt64(derEncoded: DERReading.node(content))
      return true
    }
    guard let number else { throw ASN1Error.invalidASN1Object(reason: "a list without number") }
    return number
  }

  /// A critical extension that is not understood makes the list useless, RFC 5280 §5.2.
  private static func eachExtension(
    of list: ASN1Node, _ read: (OID, [UInt8]) throws -> Bool
  ) throws {
    try DERReading.sequence(list) { nodes in
      while let node = nodes.next() {
        let (identifier, isCritical, content) = try CertificateExtensionSet.item(node)
        guard try read(identifier, content) || !isCritical else {
          throw ASN1Error.invalidASN1Object(reason: "an unknown critical extension")
        }
      }
    }
  }

  static func body(
    _ entries: [Entry], number: UInt64, thisUpdate: Instant, nextUpdate: Instant,
    issuer: Certificate
  ) -> DERValue {
    let list = entries.map { entry in
      let reason = DERValue(tag: 0x0A, content: [entry.reason.rawValue])
      let why = DERValue.sequence([OID.reasonCode.value, .octets(reason.bytes)])
      return DERValue.sequence(
        [
          .integer(entry.serialNumber), CertificateTime.value(entry.revoked),
          .sequence(entry.reason == .unspecified ? [] : [why]),
        ].filter { $0.bytes != [0x30, 0] })
    }
    let key = DERValue(tag: 0x80, content: issuer.extensions.subjectKeyIdentifier)
    let digits = withUnsafeBytes(of: number.bigEndian) { DERValue.integer(Array($0)) }
    let extensions = DERValue.sequence([
      .sequence([
        OID.authorityKeyIdentifier.value, .octets(DERValue.sequence([key]).bytes),
      ]),
      .sequence([OID.crlNumber.value, .octets(digits.bytes)]),
    ])
    return .sequence(
      [
        .integer([1]), SignedPart.algorithm, issuer.subject.value,
        CertificateTime.value(thisUpdate), CertificateTime.value(nextUpdate),
      ] + (list.isEmpty ? [] : [.sequence(list)]) + [.tagged(0, extensions)])
  }

  /// Whether the authority's key has signed this list.
  package func isSigned(
    by authority: Certificate, _ module: any CryptographicModule
  ) throws(Anomaly) -> Bool {
    guard issuer == authority.subject, authority.extensions.usage.contains(.crlSign) else {
      return false
    }
    return try signed.isSigned(by: authority, module)
  }
}
