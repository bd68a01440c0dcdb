import Credentials
import FHIR
import TestSupport
import Testing
import Trust

/// The hierarchy of card keys: nation, province, city, card.
@Suite("Card keys") struct KeyHierarchyTests {
  let module: OpenSSLModule
  let reading: KeyClass

  init() throws {
    module = try OpenSSLModule()
    reading = try #require(KeyClass.named("RK1_DF01"))
  }

  static let start = Issuing.start
  static let now = Issuing.now

  private func root(_ way: Diversification = .digest) throws -> KeyHierarchy {
    try KeyHierarchy.generate(begins: Self.start, module, by: way)
  }

  private func check(_ key: any SymmetricKey) throws -> String {
    Hex.text(try KeyHierarchy.checkValue(of: key))
  }

  @Test func `a city derives the same card key as its province does through it`() throws {
    let province = try root().level("32")
    let city = try province.level("3201")
    let again = try root().level("32")
    let (card, version) = try city.cardKey(
      reading, cardNumber: "320102199001011234", cityCode: "025", at: Self.now)
    let same = try province.level("3201").cardKey(
      reading, cardNumber: "320102199001011234", cityCode: "025", at: Self.now)
    #expect(try check(card) == check(same.key) && version == 1)
    let other = try again.level("3201").cardKey(
      reading, cardNumber: "320102199001011234", cityCode: "025", at: Self.now)
    #expect(try check(card) != check(other.key), "another root has other keys")
  }

  @Test(arguments: [Diversification.digest, .complement])
  func `no two cards, cities, classes or terminals share a key`(way: Diversification) throws {
    let level = try root(way).level("32")
    var seen: Set<[UInt8]> = []
    var count = 0
    let zeros = [UInt8](repeating: 0, count: 16)
    for number in 0..<200 {
      for name in [reading, try #require(KeyClass.named("UK1_DF01"))] {
        let card = try level.cardKey(
          name, cardNumber: "3201021990010\(10_000 + number)", cityCode: "025", at: Self.now)
        seen.insert(try card.key.encrypt(zeros, .ecb(.none)))
        count += 1
      }
    }
    #expect(seen.count == count)
  }

  @Test func `one number cut in two ways gives two keys`() throws {
    let level = try root()
    let left = try level.cardKey(reading, cardNumber: "12", cityCode: "345", at: Self.now)
    let right = try level.cardKey(reading, cardNumber: "123", cityCode: "45", at: Self.now)
    #expect(try check(left.key) != check(right.key))
  }

  /// GB/T 32907-2016 §A.1 with the block of the complement way.
  @Test func `the complement way encrypts sixteen digits and their complement`() throws {
    let root = try module.symmetricKey(
      Secret(copying: Hex.bytes("0123456789abcdeffedcba9876543210")))
    let hierarchy = KeyHierarchy(
      root: [reading: KeyVersions(root, begins: Self.start)], module, by: .complement)
    let card = try hierarchy.cardKey(
      reading, cardNumber: "32010219900101123X", cityCode: "025", at: Self.now)
    let expected = try root.encrypt(Self.block(of: "32010219900101123X025"), .ecb(.none))
    let zeros = [UInt8](repeating: 0, count: 16)
    let child = try module.symmetricKey(Secret(copying: expected))
    #expect(
      try card.key.encrypt(zeros, .ecb(.none)) == child.encrypt(zeros, .ecb(.none)))
  }

  /// The block by hand: the last sixteen characters, X as a.
  static func block(of text: String) throws -> [UInt8] {
    let half = try Hex.bytes(String(text.suffix(16).replacing("X", with: "a")))
    return half + half.map { ~$0 }
  }

  @Test func `after a rotation new cards get the new version and old cards work until the end`()
    throws
  {
    var level = try root()
    let number = "320102199001011234"
    let old = try level.cardKey(reading, cardNumber: number, cityCode: "025", at: Self.now)
    let later = Self.now.adding(seconds: 86_400)
    let end = Self.now.adding(seconds: 365 * 86_400)
    try level.rotate(reading, at: later, oldAcceptedUntil: end)
    let new = try level.cardKey(reading, cardNumber: number, cityCode: "025", at: later)
    #expect(old.version == 1 && new.version == 2)
    #expect(try check(old.key) != check(new.key))
    let before = try level.cardKey(reading, cardNumber: number, cityCode: "025", at: Self.now)
    #expect(before.version == 1, "before the rotation the old version is current")
    let kept = try level.level("32").cardKey(
      reading, cardNumber: number, cityCode: "025", version: 1, at: later)
    #expect(kept.version == 1, "versions go down the levels")
    #expect(throws: Anomaly.self) {
      try level.cardKey(reading, cardNumber: number, cityCode: "025", version: 1, at: end)
    }
    #expect(throws: Anomaly.self) {
      try level.cardKey(reading, cardNumber: number, cityCode: "025", version: 9, at: later)
    }
  }

  @Test func `a version whose key became known is accepted no more, at once`() throws {
    var level = try root()
    try level.rotate(reading, at: Self.now, oldAcceptedUntil: Self.now.adding(seconds: 999))
    try level.withdraw(reading, version: 1, at: Self.now)
    #expect(throws: Anomaly.self) {
      try level.cardKey(reading, cardNumber: "1", cityCode: "2", version: 1, at: Self.now)
    }
    try level.withdraw(reading, version: 2, at: Self.now.adding(seconds: 5))
    #expect(throws: Anomaly.self) {
      try level.cardKey(reading, cardNumber: "1", cityCode: "2", at: Self.now.adding(seconds: 5))
    }
  }

  @Test func `a level gives keys only to what lies in it`() throws {
    let province = try root().level("32")
    #expect(throws: Anomaly.self) { try province.level("33") }
    #expect(throws: Anomaly.self) { try province.level("32") }
    #expect(throws: Anomaly.self) { try province.level("32ab") }
  }

  @Test func `every file of the card has keys to read and to write it`() {
    #expect(KeyClass.all.count == 22 && Set(KeyClass.all).count == 22)
    for name in ["IRK_DDF1", "RK1_DDF1", "RK1_DF03", "UK2_DF02", "UK3_DF02", "UK2_DF03", "BK_MF"] {
      #expect(KeyClass.named(name)?.name == name)
    }
    #expect(KeyClass.named("RK9_DF09") == nil)
  }
}
