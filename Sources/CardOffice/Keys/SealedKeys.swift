import Credentials
package import FHIR
package import Trust

/// The keys of a region as they are kept: each wrapped under the operator's key, by SM4-GCM.
///
/// The file can be copied and lost; without the key-encryption key it opens nothing.
extension RegionKeys {
  private static let format = 1
  private static let kind = "kangqu card keys"

  /// The key-encryption key 密钥加密密钥 from its text: 32 hexadecimal digits.
  package static func wrappingKey(
    _ text: String, _ module: any CryptographicModule
  ) throws(Anomaly) -> any SymmetricKey {
    let digits = text.trimmingSpaces
    guard digits.utf8.count == 2 * SM4.keyByteCount else {
      throw .incorrect(
        "A key-encryption key is 32 hexadecimal digits, as `openssl rand -hex 16` makes them.",
        chinese: "密钥加密密钥应为32位十六进制数字，可用 openssl rand -hex 16 生成。")
    }
    var bytes = try Hex.bytes(digits)
    return try module.symmetricKey(Secret(taking: &bytes))
  }

  /// Everything, to be kept.
  package func sealed(under wrapping: any SymmetricKey) throws(Anomaly) -> JSON {
    func wrapped(_ key: WrappableKey, _ label: String) throws(Anomaly) -> JSON {
      .string(Hex.text(try module.wrap(key, under: wrapping, label: label)))
    }
    var issuers: [JSON] = []
    for signer in self.issuers {
      let label = Label.issuer(signer.certificate)
      issuers.append([
        "certificate": .string(Hex.text(signer.certificate.der)),
        "key": try wrapped(.private(signer.key), label),
      ])
    }
    var classes: [JSON] = []
    for name in KeyClass.all {
      guard let versions = hierarchy.classes[name]?.versions else { continue }
      var list: [JSON] = []
      for version in versions {
        var item: JSON = [
          "number": .number(Int(version.number)), "begins": .string(version.begins.text),
          "key": try wrapped(.symmetric(version.key), Label.chip(name, version.number)),
        ]
        item["ends"] = version.ends.map { .string($0.text) }
        item["acceptedUntil"] = version.acceptedUntil.map { .string($0.text) }
        list.append(item)
      }
      classes.append(["name": .string(name.name), "versions": .array(list)])
    }
    var certificates: [JSON] = []
    for issued in ledger {
      var item: JSON = [
        "purpose": .string(issued.purpose.rawValue),
        "certificate": .string(Hex.text(issued.certificate.der)),
      ]
      if let key = issued.key {
        item["key"] = try wrapped(.private(key), Label.holder(issued.certificate))
      }
      item["revoked"] = issued.revocation.map { .string($0.at.text) }
      item["reason"] = issued.revocation.map { .number(Int($0.reason.rawValue)) }
      certificates.append(item)
    }
    return [
      "kind": .string(Self.kind), "format": .number(Self.format), "region": .string(region),
      "cityCode": .string(cityCode),
      "authority": [
        "certificate": .string(Hex.text(authority.certificate.der)),
        "key": try wrapped(.private(authorityKey), Label.authority),
      ],
      "issuers": .array(issuers),
      "identifierKey": try wrapped(.symmetric(identifierKey), Label.identifier),
      "chipKeys": .array(classes), "certificates": .array(certificates),
    ]
  }

  /// Takes what was kept into a module; refuses another key and whatever was changed.
  package init(
    sealed: JSON, under wrapping: any SymmetricKey, _ module: any CryptographicModule
  ) throws(Anomaly) {
    let reading = SealedReading(wrapping: wrapping, module: module)
    guard sealed["kind"]?.string == Self.kind, sealed["format"] == .number(Self.format) else {
      throw SealedReading.wrong("kind")
    }
    let authorityKey = try reading.privateKey(sealed["authority"]?["key"], Label.authority)
    let certificate = try reading.certificate(sealed["authority"]?["certificate"])
    var issuers: [Signer] = []
    for item in sealed["issuers"]?.items ?? [] {
      let certificate = try reading.certificate(item["certificate"])
      issuers.append(
        Signer(
          certificate: certificate,
          key: try reading.privateKey(item["key"], Label.issuer(certificate))))
    }
    var ledger: [IssuedCertificate] = []
    for item in sealed["certificates"]?.items ?? [] { ledger.append(try reading.issued(item)) }
    try self.init(
      module: module, region: reading.text(sealed["region"], "region"),
      cityCode: reading.text(sealed["cityCode"], "cityCode"),
      authority: CertificateAuthority(certificate, key: authorityKey, module),
      authorityKey: authorityKey, issuers: issuers,
      identifierKey: reading.symmetricKey(sealed["identifierKey"], Label.identifier),
      hierarchy: KeyHierarchy(root: reading.classes(sealed["chipKeys"]), module),
      ledger: ledger)
  }
}

/// What each wrapped key is, so that none can be put in another's place.
private enum Label {
  static let authority = "card authority"
  static let identifier = "electronic card id"

  static func issuer(_ certificate: Certificate) -> String {
    "code issuer \(Hex.text(certificate.serialNumber))"
  }

  static func holder(_ certificate: Certificate) -> String {
    "certificate holder \(Hex.text(certificate.serialNumber))"
  }

  static func chip(_ name: KeyClass, _ version: UInt8) -> String { "\(name.name) \(version)" }
}

/// Reads the members of what was kept; each failure names its member.
private struct SealedReading {
  let wrapping: any SymmetricKey
  let module: any CryptographicModule

  static func wrong(_ member: String) -> Anomaly {
    .incorrect(
      "The file of card keys is damaged at '\(member)'.",
      chinese: "卡密钥文件在“\(member)”处损坏。", code: .structure, path: member)
  }

  func text(_ json: JSON?, _ member: String) throws(Anomaly) -> String {
    guard let text = json?.string else { throw Self.wrong(member) }
    return text
  }

  private func bytes(_ json: JSON?, _ member: String) throws(Anomaly) -> [UInt8] {
    try Hex.bytes(text(json, member))
  }

  func certificate(_ json: JSON?) throws(Anomaly) -> Certificate {
    try Certificate(der: bytes(json, "certificate"))
  }

  func privateKey(_ json: JSON?, _ label: String) throws(Anomaly) -> any PrivateKey {
    let wrapped = try bytes(json, label)
    do throws(Anomaly) {
      return try module.unwrapPrivateKey(wrapped, under: wrapping, label: label)
    } catch { throw notOpened(label) }
  }

  func symmetricKey(_ json: JSON?, _ label: String) throws(Anomaly) -> any SymmetricKey {
    let wrapped = try bytes(json, label)
    do throws(Anomaly) {
      return try module.unwrapSymmetricKey(wrapped, under: wrapping, label: label)
    } catch { throw notOpened(label) }
  }

  private func notOpened(_ label: String) -> Anomaly {
    Anomaly(
      .forbidden, "The key-encryption key does not open '\(label)', or the file was changed.",
      chinese: "密钥加密密钥不正确，或密钥文件被改动（\(label)）。", code: .security)
  }

  private func moment(_ json: JSON?) throws(Anomaly) -> Instant? {
    guard let json else { return nil }
    guard let date = PartialDate(json.string ?? "", as: .instant) else {
      throw Self.wrong("time")
    }
    return Instant(milliseconds: date.range().lowerBound)
  }

  private func number(_ json: JSON?, _ member: String) throws(Anomaly) -> UInt8 {
    guard case .number(let text)? = json, let number = UInt8(text) else {
      throw Self.wrong(member)
    }
    return number
  }

  func classes(_ json: JSON?) throws(Anomaly) -> [KeyClass: KeyVersions] {
    var classes: [KeyClass: KeyVersions] = [:]
    for item in json?.items ?? [] {
      guard let name = KeyClass.named(try text(item["name"], "name")) else {
        throw Self.wrong("chipKeys.name")
      }
      var versions: [KeyVersions.Version] = []
      for version in item["versions"]?.items ?? [] {
        let number = try number(version["number"], "number")
        guard let begins = try moment(version["begins"]) else { throw Self.wrong("begins") }
        versions.append(
          KeyVersions.Version(
            number: number, key: try symmetricKey(version["key"], Label.chip(name, number)),
            begins: begins, ends: try moment(version["ends"]),
            acceptedUntil: try moment(version["acceptedUntil"])))
      }
      classes[name] = try KeyVersions(restoring: versions)
    }
    return classes
  }

  func issued(_ json: JSON) throws(Anomaly) -> IssuedCertificate {
    let certificate = try certificate(json["certificate"])
    guard let purpose = IssuedCertificate.Purpose(rawValue: try text(json["purpose"], "purpose"))
    else { throw Self.wrong("purpose") }
    let key = try json["key"].map { wrapped throws(Anomaly) in
      try privateKey(wrapped, Label.holder(certificate))
    }
    var issued = IssuedCertificate(certificate: certificate, purpose: purpose, key: key)
    if let revoked = try moment(json["revoked"]) {
      guard let reason = RevocationList.Reason(rawValue: try number(json["reason"], "reason"))
      else { throw Self.wrong("reason") }
      issued.revocation = IssuedCertificate.Revocation(at: revoked, reason: reason)
    }
    return issued
  }
}
