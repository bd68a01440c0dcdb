import Credentials
import FHIR
import Testing
import Trust

@Suite("Electronic card id") struct ElectronicCardIDTests {
  let module: OpenSSLModule

  init() throws { module = try OpenSSLModule() }

  private func id(
    _ number: String, _ name: String, _ rule: ElectronicCardID.Rule
  ) throws -> String {
    try ElectronicCardID.make(
      documentType: "01", number: number, name: name, by: rule, module)
  }

  @Test func `the same person has one id, another region's key another, and both fit a code`()
    throws
  {
    let key = try Secret(copying: Array("region key".utf8))
    let other = try Secret(copying: Array("other key".utf8))
    let first = try id("11010519491231002X", "张三", .keyed(key))
    #expect(try first == id("11010519491231002X", "张三", .keyed(key)))
    #expect(try first != id("11010519491231002X", "张三", .keyed(other)))
    #expect(try first != id("11010519491231002X", "张四", .keyed(key)))
    #expect(first.count == HealthCode.longestID && !first.contains("19491231"))
  }

  @Test func `the keyed rule does not confuse where number and name meet`() throws {
    let key = try Secret(copying: [1])
    #expect(try id("12", "3", .keyed(key)) != id("1", "23", .keyed(key)))
  }

  @Test func `the digest rule is the SM3 hash of the parts as they stand`() throws {
    let expected = Hex.text(try module.sm3(Array("0111010519491231002X张三".utf8)))
    #expect(try id("11010519491231002X", "张三", .digest) == expected)
    #expect(throws: Anomaly.self) { try id("", "张三", .digest) }
    #expect(throws: Anomaly.self) { try id("1", String(repeating: "康", count: 100), .digest) }
  }
}
