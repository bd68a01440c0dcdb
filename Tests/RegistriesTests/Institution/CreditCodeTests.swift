import FHIR
import Testing

@testable import Registries

@Suite("GB 32100 unified social credit code") struct CreditCodeTests {
  @Test func `the check character is that of GB 32100-2015`() throws {
    #expect(try CreditCode("91350100M000100Y43").division == "350100")
    #expect(CreditCode.completing("91350100M000100Y4") == "91350100M000100Y43")
    #expect(try CreditCode("９１３５０１００m000100y43").text == "91350100M000100Y43")
  }

  @Test(arguments: [
    ("91350100M000100Y44", "校验码"), ("91350100M000100Y4", "17位"), ("91350100M0001O0Y43", "没有“O”"),
    ("", "0位"), ("91350100M000100Y4é", "没有"),
  ])
  func `what is no code is refused with the reason`(text: String, words: String) {
    do {
      _ = try CreditCode(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.chinese?.contains(words) == true, "\(error)")
    }
  }

  @Test func `no single character can be changed unnoticed`() throws {
    let code = "91350100M000100Y43"
    for place in code.indices {
      for other in "0123456789ABCDEFGHJKLMNPQRTUWXY" where other != code[place] {
        var wrong = code
        wrong.replaceSubrange(place...place, with: String(other))
        #expect(throws: Anomaly.self) { _ = try CreditCode(wrong) }
      }
    }
  }
}
