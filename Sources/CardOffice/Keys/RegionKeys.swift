package import Credentials
package import FHIR
package import Trust

/// The keys of one region's cards 卡密钥: its authority, the issuers of codes, and the chip keys.
///
/// All of them live in a cryptographic module; what is kept of them is `sealed(under:)`.
package struct RegionKeys: Sendable {
  /// A certified key that signs codes.
  package struct Signer: Sendable {
    package let certificate: Certificate
    package let key: any PrivateKey
  }

  /// How long the certificates are valid.
  package static let authorityLifetimeInYears = 20
  package static let issuerLifetimeInYears = 3
  package static let practitionerLifetimeInYears = 2
  /// The most certificates that one region keeps account of.
  package static let largestLedgerCount = 1_000_000

  package let module: any CryptographicModule
  /// The region's name, such as 和安县.
  package let region: String
  /// 应用城市代码, by which card keys are diversified.
  package let cityCode: String
  package let authority: CertificateAuthority
  let authorityKey: any PrivateKey
  /// The oldest first; the last signs.
  package internal(set) var issuers: [Signer]
  /// From which the secret follows that makes numbers of electronic cards.
  let identifierKey: any SymmetricKey
  package let identifierSecret: Secret
  package internal(set) var hierarchy: KeyHierarchy
  /// Every certificate that the authority has issued, with what became of it.
  package internal(set) var ledger: [IssuedCertificate]

  init(
    module: any CryptographicModule, region: String, cityCode: String,
    authority: CertificateAuthority, authorityKey: any PrivateKey, issuers: [Signer],
    identifierKey: any SymmetricKey, hierarchy: KeyHierarchy, ledger: [IssuedCertificate]
  ) throws(Anomaly) {
    self.module = module
    self.region = region
    self.cityCode = cityCode
    self.authority = authority
    self.authorityKey = authorityKey
    self.issuers = issuers
    self.identifierKey = identifierKey
    self.hierarchy = hierarchy
    self.ledger = ledger
    // The secret never leaves the module's key: it is the key's encryption of a constant.
    var secret = try identifierKey.encrypt(
      module.sm3(Array("electronic health card id".utf8)), .ecb(.none))
    identifierSecret = try Secret(taking: &secret)
  }

  /// New keys of a region, all made inside the module.
  package static func make(
    region: String, cityCode: String, at moment: Instant, _ module: any CryptographicModule
  ) throws(Anomaly) -> RegionKeys {
    guard (2...6).contains(cityCode.utf8.count),
      cityCode.utf8.allSatisfy({ (48...57).contains($0) })
    else {
      throw .incorrect(
        "The code of a city or county has 2 to 6 digits, GB/T 2260, not '\(cityCode)'.",
        chinese: "城市代码应为2至6位数字（GB/T 2260），实为“\(cityCode)”。", path: "area")
    }
    let authorityKey = try module.generatePrivateKey()
    let authority = try CertificateAuthority.root(
      DistinguishedName(
        (.country, "CN"), (.organization, region), (.commonName, "\(region)居民健康卡CA")),
      key: authorityKey, validFrom: moment,
      validUntil: moment.adding(years: authorityLifetimeInYears),
      serialNumber: serialNumber(module), module)
    var keys = try RegionKeys(
      module: module, region: region, cityCode: cityCode, authority: authority,
      authorityKey: authorityKey, issuers: [],
      identifierKey: module.generateSymmetricKey(),
      hierarchy: KeyHierarchy.generate(begins: moment, module), ledger: [])
    try keys.addIssuer(at: moment)
    return keys
  }

  /// The issuer that signs codes now.
  package func signer(at moment: Instant) throws(Anomaly) -> Signer {
    guard
      let signer = issuers.last(where: { signer in
        signer.certificate.isValid(at: moment) && !isRevoked(signer.certificate)
      })
    else {
      throw .conflict(
        "No issuer's certificate is valid; see `kangqu card keys rotate --help`.",
        chinese: "没有有效的发码证书，请轮换密钥：kangqu card keys rotate。")
    }
    return signer
  }

  /// The version of the keys that a chip gets now.
  package func chipKeyVersion(at moment: Instant) throws(Anomaly) -> UInt8? {
    guard let name = KeyClass.named("IRK_DDF1") else { return nil }
    return try hierarchy.classes[name]?.current(at: moment).number
  }

  /// New keys for what is made from now on 密钥轮换: a new issuer, and a new version of each class.
  ///
  /// - Parameters:
  ///   - end: until when chips with older keys are accepted.
  ///   - isCompromised: whether the issuer before became known and is revoked at once.
  package mutating func rotate(
    at moment: Instant, oldAcceptedUntil end: Instant, isCompromised: Bool = false
  ) throws(Anomaly) {
    if isCompromised, let last = issuers.last {
      try revoke(last.certificate.serialNumber, because: .keyCompromise, at: moment)
    }
    for name in KeyClass.all {
      try hierarchy.rotate(name, at: moment, oldAcceptedUntil: end)
    }
    try addIssuer(at: moment)
  }

  private mutating func addIssuer(at moment: Instant) throws(Anomaly) {
    let key = try module.generatePrivateKey()
    let name = try DistinguishedName(
      (.country, "CN"), (.organization, region), (.commonName, "电子健康卡发码服务"),
      (.serialNumber, "\(cityCode)-\(issuers.count + 1)"))
    let certificate = try issue(
      name, key.publicKey.point, .healthCode, at: moment, years: Self.issuerLifetimeInYears)
    issuers.append(Signer(certificate: certificate, key: key))
  }

  /// A positive number of 16 bytes that nobody can guess, RFC 5280 §4.1.2.2.
  static func serialNumber(_ module: any CryptographicModule) throws(Anomaly) -> [UInt8] {
    var bytes = try module.randomBytes(16)
    bytes[0] = bytes[0] & 0x3F | 0x40
    return bytes
  }
}

extension Instant {
  /// The same day and time so many years later, by 365.25 days a year.
  package func adding(years: Int) -> Instant {
    Instant(milliseconds: milliseconds + Int64(years) * 31_557_600_000)
  }

  package func adding(hours: Int) -> Instant {
    Instant(milliseconds: milliseconds + Int64(hours) * 3_600_000)
  }
}
