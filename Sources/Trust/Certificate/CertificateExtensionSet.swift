import FHIR
import SwiftASN1

/// The extensions of a certificate that the platform understands, RFC 5280 §4.2.
///
/// A critical extension that is not understood makes the certificate useless, §4.2.
package struct CertificateExtensionSet: Hashable, Sendable {
  package var isAuthority = false
  /// How many authorities may stand between this one and an end entity; nil for any number.
  package var pathLength: Int?
  package var usage: KeyUsage = []
  package var purposes: Set<OID> = []
  package var subjectKeyIdentifier: [UInt8] = []
  package var authorityKeyIdentifier: [UInt8]?

  /// The most extensions of one certificate.
  static let largestCount = 32

  init() {}

  init(_ profile: CertificateProfile, subjectKey: [UInt8], authorityKey: [UInt8]) {
    if case .authority(let length) = profile {
      isAuthority = true
      pathLength = length
    }
    usage = profile.usage
    purposes = Set([profile.purpose].compactMap { $0 })
    subjectKeyIdentifier = subjectKey
    authorityKeyIdentifier = authorityKey
  }

  var value: DERValue {
    var items: [DERValue] = []
    func add(_ identifier: OID, isCritical: Bool, _ value: DERValue) {
      let flag: [DERValue] = isCritical ? [.yes] : []
      items.append(.sequence([identifier.value] + flag + [.octets(value.bytes)]))
    }
    let length = pathLength.map { [DERValue.integer([UInt8(clamping: $0)])] } ?? []
    add(.basicConstraints, isCritical: true, .sequence(isAuthority ? [.yes] + length : []))
    add(.keyUsage, isCritical: true, usage.value)
    if !purposes.isEmpty {
      let list = purposes.map(\.value).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      add(.extendedKeyUsage, isCritical: true, .sequence(list))
    }
    add(.subjectKeyIdentifier, isCritical: false, .octets(subjectKeyIdentifier))
    if let authorityKeyIdentifier {
      let key = DERValue(tag: 0x80, content: authorityKeyIdentifier)
      add(.authorityKeyIdentifier, isCritical: false, .sequence([key]))
    }
    return .tagged(3, .sequence(items))
  }

  /// Reads the list inside of the tag 3.
  init(_ node: ASN1Node) throws {
    try DERReading.sequence(node) { nodes in
      var seen: Set<OID> = []
      while let node = nodes.next() {
        let (identifier, isCritical, content) = try Self.item(node)
        guard seen.insert(identifier).inserted, seen.count <= Self.largestCount else {
          throw ASN1Error.invalidASN1Object(reason: "an extension stands twice, or too many")
        }
        let isKnown = try read(identifier, content)
        guard isKnown || !isCritical else {
          throw Anomaly.unsupported(
            "A critical extension of the certificate is unknown.", chinese: "证书含未知的关键扩展。")
        }
      }
    }
  }

  /// An extension's identifier, whether it is critical, and its content; certificates and
  /// revocation lists write them alike.
  static func item(_ node: ASN1Node) throws -> (OID, Bool, [UInt8]) {
    try DERReading.sequence(node) { parts in
      let identifier = try OID(parts.next())
      let isCritical = try DER.decodeDefault(&parts, defaultValue: false)
      return (identifier, isCritical, Array(try ASN1OctetString(derEncoded: &parts).bytes))
    }
  }

  /// Whether the extension is understood.
  private mutating func read(_ identifier: OID, _ content: [UInt8]) throws -> Bool {
    switch identifier {
    case .basicConstraints:
      (isAuthority, pathLength) = try DERReading.sequence(DERReading.node(content)) { parts in
        let isAuthority = try DER.decodeDefault(&parts, defaultValue: false)
        let length = try parts.next().map { try Int(derEncoded: $0) }
        guard length.map({ isAuthority && (0...255).contains($0) }) ?? true else {
          throw ASN1Error.invalidASN1Object(reason: "a path length out of range")
        }
        return (isAuthority, length)
      }
    case .keyUsage:
      usage = KeyUsage(bits: try ASN1BitString(derEncoded: DERReading.node(content)).bytes)
    case .extendedKeyUsage:
      purposes = try DERReading.sequence(DERReading.node(content)) { parts in
        var purposes: Set<OID> = []
        while let node = parts.next() { purposes.insert(try OID(node)) }
        return purposes
      }
    case .subjectKeyIdentifier:
      subjectKeyIdentifier = Array(
        try ASN1OctetString(derEncoded: DERReading.node(content)).bytes)
    case .authorityKeyIdentifier:
      authorityKeyIdentifier = try Self.keyIdentifier(content)
    default: return false
    }
    return true
  }

  /// The key identifier `[0]` of an authority's key, RFC 5280 §4.2.1.1; nil where it has others.
  static func keyIdentifier(_ content: [UInt8]) throws -> [UInt8]? {
    try DERReading.sequence(DERReading.node(content)) { parts in
      var found: [UInt8]?
      while let node = parts.next() {
        guard case .primitive(let bytes) = node.content,
          node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        else { continue }
        found = Array(bytes)
      }
      return found
    }
  }
}
