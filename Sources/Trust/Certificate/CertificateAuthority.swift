package import FHIR

/// An authority 证书认证机构 that issues certificates and says which are revoked.
package struct CertificateAuthority: Sendable {
  package let certificate: Certificate
  private let key: any PrivateKey
  private let module: any CryptographicModule

  /// What is to be certified.
  package struct Request: Sendable {
    package var subject: DistinguishedName
    /// `04 ‖ x ‖ y`.
    package var publicKeyPoint: [UInt8]
    package var profile: CertificateProfile
    package var validFrom: Instant
    package var validUntil: Instant
    /// 8 to 20 bytes that nobody can guess, RFC 5280 §4.1.2.2.
    package var serialNumber: [UInt8]

    package init(
      subject: DistinguishedName, publicKeyPoint: [UInt8], profile: CertificateProfile,
      validFrom: Instant, validUntil: Instant, serialNumber: [UInt8]
    ) {
      self.subject = subject
      self.publicKeyPoint = publicKeyPoint
      self.profile = profile
      self.validFrom = validFrom
      self.validUntil = validUntil
      self.serialNumber = serialNumber
    }
  }

  /// An authority whose certificate exists; the key must be the certified one.
  package init(
    _ certificate: Certificate, key: any PrivateKey, _ module: any CryptographicModule
  ) throws(Anomaly) {
    guard certificate.publicKeyPoint == key.publicKey.point,
      certificate.extensions.isAuthority
    else {
      throw .incorrect(
        "The certificate is not an authority's, or not of this key.",
        chinese: "该证书不是CA证书，或与私钥不符。")
    }
    self.certificate = certificate
    self.key = key
    self.module = module
  }

  /// A new authority that certifies itself.
  package static func root(
    _ name: DistinguishedName, key: any PrivateKey, validFrom: Instant, validUntil: Instant,
    serialNumber: [UInt8], pathLength: Int = 3, _ module: any CryptographicModule
  ) throws(Anomaly) -> CertificateAuthority {
    let request = Request(
      subject: name, publicKeyPoint: key.publicKey.point,
      profile: .authority(pathLength: pathLength), validFrom: validFrom, validUntil: validUntil,
      serialNumber: serialNumber)
    let certificate = try certify(request, issuer: name, issuerKey: nil, key, module)
    return try CertificateAuthority(certificate, key: key, module)
  }

  /// Certifies a key.
  package func issue(_ request: Request) throws(Anomaly) -> Certificate {
    let own = certificate.extensions
    if case .authority(let length) = request.profile, length >= own.pathLength ?? .max {
      throw .incorrect(
        "An authority below one of path length \(own.pathLength ?? 0) cannot have \(length).",
        chinese: "下级CA的路径长度\(length)超出上级限制。")
    }
    guard certificate.isValid(at: request.validFrom), certificate.isValid(at: request.validUntil)
    else {
      throw .incorrect(
        "A certificate cannot be valid when its authority's is not.",
        chinese: "证书有效期超出CA证书有效期。")
    }
    return try Self.certify(
      request, issuer: certificate.subject, issuerKey: own.subjectKeyIdentifier, key, module)
  }

  private static func certify(
    _ request: Request, issuer: DistinguishedName, issuerKey: [UInt8]?, _ key: any PrivateKey,
    _ module: any CryptographicModule
  ) throws(Anomaly) -> Certificate {
    guard (8...20).contains(request.serialNumber.count), request.serialNumber[0] < 0x80,
      request.serialNumber[0] > 0, request.validFrom.milliseconds < request.validUntil.milliseconds
    else {
      throw .incorrect(
        "A certificate has a positive serial number of 8 to 20 bytes and ends after it begins.",
        chinese: "证书序列号应为8至20字节的正数，且终止时间晚于起始时间。")
    }
    let point = try module.publicKey(request.publicKeyPoint).point
    let subjectKey = try keyIdentifier(point, module)
    let extensions = CertificateExtensionSet(
      request.profile, subjectKey: subjectKey, authorityKey: issuerKey ?? subjectKey)
    let body = DERValue.sequence([
      .tagged(0, .integer([2])), .integer(request.serialNumber), SignedPart.algorithm,
      issuer.value,
      .sequence([
        CertificateTime.value(request.validFrom), CertificateTime.value(request.validUntil),
      ]),
      request.subject.value,
      .sequence([
        .sequence([OID.ecPublicKey.value, OID.sm2Curve.value]), .bits(point),
      ]),
      extensions.value,
    ])
    return try Certificate(der: SignedPart.sign(body, key))
  }

  /// The leftmost 160 bits of the key's hash, RFC 7093 §2.
  package static func keyIdentifier(
    _ point: [UInt8], _ module: any CryptographicModule
  ) throws(Anomaly) -> [UInt8] {
    Array(try module.sm3(point).prefix(20))
  }

  /// Says which certificates are revoked, until the next list.
  package func revoke(
    _ entries: [RevocationList.Entry], number: UInt64, thisUpdate: Instant, nextUpdate: Instant
  ) throws(Anomaly) -> RevocationList {
    let body = RevocationList.body(
      entries, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate,
      issuer: certificate)
    return try RevocationList(der: SignedPart.sign(body, key))
  }
}
