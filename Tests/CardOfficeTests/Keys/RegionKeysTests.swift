import CardOffice
import Credentials
import FHIR
import Testing
import Trust

@Suite("Keys of a region") struct RegionKeysTests {
  private let module: OpenSSLModule
  private let start = Office.start

  init() throws { module = try OpenSSLModule() }

  private func keys() throws -> RegionKeys {
    try RegionKeys.make(region: "和安县", cityCode: "429900", at: start, module)
  }

  private func wrapping(_ digit: Character = "1") throws -> any SymmetricKey {
    try RegionKeys.wrappingKey(String(repeating: digit, count: 32), module)
  }

  @Test func `what is kept opens to the same keys`() throws {
    var keys = try keys()
    try keys.rotate(at: start.adding(hours: 1), oldAcceptedUntil: start.adding(years: 10))
    try keys.certify(
      DistinguishedName((.commonName, "王医生")), for: .practitioner, at: start.adding(hours: 2))
    let sealed = try keys.sealed(under: wrapping())
    let opened = try RegionKeys(
      sealed: JSON(parsing: sealed.encoded()), under: wrapping(), module)
    #expect(opened.issuers.map(\.certificate) == keys.issuers.map(\.certificate))
    #expect(opened.issuers.map(\.key.publicKey.point) == keys.issuers.map(\.key.publicKey.point))
    #expect(
      opened.identifierSecret.withBytes(Array.init) == keys.identifierSecret.withBytes(Array.init))
    for name in KeyClass.all {
      let (left, right) = (opened.hierarchy.classes[name], keys.hierarchy.classes[name])
      #expect(left?.versions.map(\.number) == [1, 2])
      #expect(
        try left?.versions.map { try KeyHierarchy.checkValue(of: $0.key) }
          == right?.versions.map { try KeyHierarchy.checkValue(of: $0.key) })
    }
    #expect(opened.ledger.map(\.isKept) == [false, false, true])
  }

  @Test func `another key-encryption key opens nothing, and no change goes unseen`() throws {
    let sealed = try keys().sealed(under: wrapping())
    let wrong = #expect(throws: Anomaly.self) {
      try RegionKeys(sealed: sealed, under: wrapping("2"), module)
    }
    #expect(wrong?.category == .forbidden)
    var changed = sealed
    changed["identifierKey"] = sealed["chipKeys"]?[0]?["versions"]?[0]?["key"]
    let swapped = #expect(throws: Anomaly.self) {
      try RegionKeys(sealed: changed, under: wrapping(), module)
    }
    #expect(swapped?.category == .forbidden)
  }

  @Test func `what is kept holds no key in the clear`() throws {
    let keys = try keys()
    let text = try keys.sealed(under: wrapping()).text
    #expect(!text.contains(Hex.text(keys.identifierSecret.withBytes(Array.init))))
    #expect(!text.contains(String(repeating: "1", count: 32)))
  }

  @Test(arguments: ["", "12", "zz000000000000000000000000000000"])
  func `a key-encryption key that is none is refused without being repeated`(text: String) throws {
    let refused = #expect(throws: Anomaly.self) { try RegionKeys.wrappingKey(text, module) }
    #expect(text.isEmpty || refused?.message.contains(text) == false)
  }

  @Test func `rotation makes new versions while older chips are accepted until their end`() throws {
    var keys = try keys()
    let (later, end) = (start.adding(hours: 1), start.adding(years: 10))
    try keys.rotate(at: later, oldAcceptedUntil: end)
    #expect(try keys.chipKeyVersion(at: start) == 1)
    #expect(try keys.chipKeyVersion(at: later) == 2)
    let name = try #require(KeyClass.named("IRK_DDF1"))
    let versions = try #require(keys.hierarchy.classes[name])
    #expect(try versions.accepted(1, at: later).number == 1)
    #expect(throws: Anomaly.self) { try versions.accepted(1, at: end) }
    #expect(try keys.signer(at: later).certificate == keys.issuers.last?.certificate)
  }

  @Test func `a practitioner's certificate is believed until it is revoked`() throws {
    var keys = try keys()
    let issued = try keys.certify(
      DistinguishedName((.commonName, "王医生"), (.serialNumber, "110001")), for: .practitioner,
      at: start)
    let now = start.adding(hours: 1)
    func trust() throws -> TrustStore {
      TrustStore(
        anchors: [keys.authority.certificate], lists: [try keys.revocationList(at: now)], module)
    }
    _ = try trust().path(of: issued.certificate, for: .practitioner, at: now)
    #expect(throws: Anomaly.self) {
      try trust().path(of: issued.certificate, for: .terminal, at: now)
    }
    try keys.revoke(issued.certificate.serialNumber, because: .affiliationChanged, at: now)
    let refused = #expect(throws: Anomaly.self) {
      try trust().path(of: issued.certificate, for: .practitioner, at: now)
    }
    #expect(refused?.chinese?.contains("已被撤销") == true)
    #expect(throws: Anomaly.self) {
      try keys.revoke(issued.certificate.serialNumber, because: .superseded, at: now)
    }
  }
}
