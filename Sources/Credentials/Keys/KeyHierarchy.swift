package import FHIR
package import Trust

/// The keys of one level — nation, province, city — and the way down to cards and terminals.
///
/// A level holds one key for each class, in versions. Its children's keys follow from them, so
/// that a city can be given its own keys and no others. WS/T 543.1-2017; card keys are diversified
/// by card number and application city code.
package struct KeyHierarchy: Sendable {
  /// The area code of the level, empty at the root.
  package let areaCode: String
  package private(set) var classes: [KeyClass: KeyVersions]
  private let diversification: Diversification
  private let module: any CryptographicModule

  package init(
    root classes: [KeyClass: KeyVersions], _ module: any CryptographicModule,
    by diversification: Diversification = .digest
  ) {
    self.init(areaCode: "", classes, diversification, module)
  }

  private init(
    areaCode: String, _ classes: [KeyClass: KeyVersions], _ diversification: Diversification,
    _ module: any CryptographicModule
  ) {
    self.areaCode = areaCode
    self.classes = classes
    self.diversification = diversification
    self.module = module
  }

  /// New random keys of all classes, made inside the module.
  package static func generate(
    begins: Instant, _ module: any CryptographicModule,
    by diversification: Diversification = .digest
  ) throws(Anomaly) -> KeyHierarchy {
    var classes: [KeyClass: KeyVersions] = [:]
    for name in KeyClass.all {
      classes[name] = KeyVersions(try module.generateSymmetricKey(), begins: begins)
    }
    return KeyHierarchy(root: classes, module, by: diversification)
  }

  /// The level below: a province of the nation, a city of its province.
  package func level(_ areaCode: String) throws(Anomaly) -> KeyHierarchy {
    guard areaCode.hasPrefix(self.areaCode), areaCode != self.areaCode,
      areaCode.utf8.allSatisfy({ (48...57).contains($0) })
    else {
      throw .incorrect(
        "The area \(areaCode) does not lie in \(self.areaCode).",
        chinese: "地区\(areaCode)不属于\(self.areaCode)。")
    }
    let block = try diversification.block([areaCode], module)
    var children: [KeyClass: KeyVersions] = [:]
    for (name, versions) in classes { children[name] = try versions.diversified(by: block) }
    return KeyHierarchy(areaCode: areaCode, children, diversification, module)
  }

  /// The key that a card gets, or that a card of that version must have.
  ///
  /// - Parameter version: nil for a new card.
  package func cardKey(
    _ name: KeyClass, cardNumber: String, cityCode: String, version: UInt8? = nil,
    at moment: Instant
  ) throws(Anomaly) -> (key: any SymmetricKey, version: UInt8) {
    try child(name, [cardNumber, cityCode], version, at: moment)
  }

  /// The key of a terminal's security module PSAM, by its number.
  package func terminalKey(
    _ name: KeyClass, terminalNumber: String, version: UInt8? = nil, at moment: Instant
  ) throws(Anomaly) -> (key: any SymmetricKey, version: UInt8) {
    try child(name, ["PSAM", terminalNumber], version, at: moment)
  }

  private func child(
    _ name: KeyClass, _ parts: [String], _ version: UInt8?, at moment: Instant
  ) throws(Anomaly) -> (key: any SymmetricKey, version: UInt8) {
    let parent: KeyVersions.Version
    let versions = try self.versions(of: name)
    if let version {
      parent = try versions.accepted(version, at: moment)
    } else {
      parent = try versions.current(at: moment)
    }
    let block = try diversification.block(parts, module)
    return (try parent.key.diversified(by: block), parent.number)
  }

  private func versions(of name: KeyClass) throws(Anomaly) -> KeyVersions {
    guard let versions = classes[name] else {
      throw .notFound("This level has no key \(name.name).", chinese: "本级没有密钥\(name.name)。")
    }
    return versions
  }

  /// Begins a new version of one class.
  package mutating func rotate(
    _ name: KeyClass, at moment: Instant, oldAcceptedUntil end: Instant
  ) throws(Anomaly) {
    var versions = try versions(of: name)
    try versions.rotate(to: module.generateSymmetricKey(), at: moment, oldAcceptedUntil: end)
    classes[name] = versions
  }

  /// Stops accepting a version of one class at once.
  package mutating func withdraw(
    _ name: KeyClass, version: UInt8, at moment: Instant
  ) throws(Anomaly) {
    var versions = try versions(of: name)
    try versions.withdraw(version, at: moment)
    classes[name] = versions
  }

  /// Bytes of a check value, by which two keepers of a key see that it is the same.
  package static let checkValueByteCount = 4

  /// The beginning of the encryption of zeros 密钥校验值.
  package static func checkValue(of key: any SymmetricKey) throws(Anomaly) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: SM4.blockByteCount)
    return Array(try key.encrypt(zeros, .ecb(.none)).prefix(checkValueByteCount))
  }
}
