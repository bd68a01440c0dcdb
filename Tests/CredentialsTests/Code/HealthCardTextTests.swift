import Credentials
import FHIR
import Testing

@Suite("Texts of health cards") struct HealthCardTextTests {
  @Test func `the fields are read by the issuer's own types`() throws {
    let plain = try HealthCardText(parsing: "ABC123:0:x:")
    #expect(plain.id == "ABC123" && plain.form == .static && plain.rest == ["x", ""])
    #expect(try HealthCardText(parsing: "ABC123:1").form == .dynamic)
    #expect(try HealthCardText(parsing: "ABC123:1", .oneAndTwo).form == .static)
    #expect(try HealthCardText(parsing: "ABC123:2", .oneAndTwo).form == .dynamic)
  }

  @Test func `our own dynamic code is one of them`() throws {
    let issuing = try Issuing()
    let code = try issuing.code("EHC-1", nonce: [UInt8](repeating: 1, count: 12))
    let text = try HealthCardText(parsing: code.text)
    #expect(text.id == "EHC-1" && text.form == .dynamic && text.rest.count == 1)
  }

  @Test func `other texts are refused`() {
    for text in [
      "", ":", ":1", "ABC", "ABC:", "ABC:9", "康:1", "a b:1",
      String(repeating: "a", count: 65) + ":1", "a:1:" + String(repeating: "b", count: 1024),
    ] {
      #expect(throws: Anomaly.self, "\(text)") { try HealthCardText(parsing: text) }
    }
  }
}
