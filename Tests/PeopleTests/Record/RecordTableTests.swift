import FHIR
import Testing

@testable import People

@Suite struct RecordTableTests {
  static func table(_ text: String) throws -> RecordTable {
    try Array(text.utf8).withUnsafeBufferPointer { bytes throws(Anomaly) in
      try RecordTable(bytes)
    }
  }

  @Test func `reads quoted cells with commas, quotes and line ends`() throws {
    let table = try Self.table(
      "\u{FEFF}id,name,address\r\n1,\"王, \"\"小\"\"明\",\"中山路\n1号\"\r\n2,李雷,\r\n")
    #expect(table.badLines.isEmpty)
    #expect(table.count == 2)
    #expect(table.id(1) == "2")
  }

  @Test func `names a bad line with its number and goes on`() throws {
    let table = try Self.table(
      "id,name\n1,王\n2\n\n,李\n1,赵\n\"3\"x,孙\n4,钱\n5,\"周\n6,吴\n")
    #expect(table.badLines.map(\.line) == [3, 5, 6, 7, 9])
    #expect(table.count == 3)
  }

  @Test func `names bytes that are not UTF-8`() throws {
    let bytes = Array("id,name\n1,".utf8) + [0xCD, 0xF5] + Array("\n2,李\n".utf8)
    let table = try bytes.withUnsafeBufferPointer { bytes throws(Anomaly) in
      try RecordTable(bytes)
    }
    #expect(table.badLines.map(\.line) == [2])
    #expect(table.count == 1)
  }

  @Test(arguments: ["", "id\n", "id,nam\n", "id,name,name\n", "id,age\n"])
  func `refuses a header by which nothing can be compared`(text: String) {
    #expect(throws: Anomaly.self) { try Self.table(text) }
  }

  @Test func `takes what tables write for nothing as nothing`() throws {
    let table = try Self.table(
      "id,name,gender,birthDate,idCard,phone\n1,王明,NaN,null,None,-\n2,Nan Null,<NA>,n/a,,\n")
    #expect(table.findingCount == 0)
    #expect(table.packing.rows[Trait.phone.rawValue] == 0)
    #expect(table.packing.rows[Packing.width + Trait.surname.rawValue] != 0)
  }

  @Test func `says which column is unknown and which is meant`() throws {
    let anomaly = #expect(throws: Anomaly.self) { try Self.table("id,birthdate\n1,x\n") }
    #expect(anomaly?.message.contains("birthDate") == true)
  }

  @Test func `keeps bad values apart with their line and reason, and drops no record`() throws {
    let table = try Self.table(
      """
      id,name,gender,birthDate,idCard
      1,王明,男,1975-02-30,11010519491231002X
      2,王明,male,1975-03-01,110105194912310021
      3,王明,x,soon,11
      """)
    #expect(table.count == 3)
    let told = table.findings.map { "\($0.line) \($0.finding.field) \($0.finding.reason.rawValue)" }
    #expect(
      told == [
        "2 birthDate date-impossible", "3 identityNumber identity-number-check-digit",
        "4 gender gender-unknown", "4 birthDate date-form",
        "4 identityNumber identity-number-length",
      ])
  }

  @Test(arguments: [
    "ＡＢＣ　１２３", "  Müller-Lüdenscheidt ", "趙雲 𠮷", "a\u{301}e", "中山路１２３号", "ŁÓDŹ", "ﬁ", "İ", "😀x",
  ])
  func `folding twice gives the same as folding once`(text: String) {
    for fold in [Folding.words, Folding.letters, Folding.code, Folding.digits] {
      var (once, twice): ([UInt8], [UInt8]) = ([], [])
      Array(text.utf8).withUnsafeBufferPointer { fold($0, &once) }
      once.withUnsafeBufferPointer { fold($0, &twice) }
      #expect(once == twice)
    }
  }

  @Test func `takes any bytes without a trap`() throws {
    var random = Draws(seed: 3)
    let alphabet = Array("id,name\n\"1年月日男X 王😀é\u{0}\r;-·０".utf8) + [0xFF, 0xC3]
    for _ in 0..<400 {
      let header = Array("id,name,birthDate,idCard,phone,address,gender\n".utf8)
      let body = (0..<120).map { _ in alphabet[random.next(below: alphabet.count)] }
      let table = try (header + body).withUnsafeBufferPointer { bytes throws(Anomaly) in
        try RecordTable(bytes)
      }
      #expect(Clusters(table.link()).person.count == table.count)
    }
  }
}

/// Numbers that are the same in every run.
struct Draws {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below bound: Int) -> Int {
    state &+= 1
    return Int(Hashing.mix(state &* 0x9E37_79B9_7F4A_7C15) % UInt64(bound))
  }
}
