import Testing

@testable import Registries

@Suite("National code lists") struct CodeListTests {
  @Test func `GB-T 3304 has fifty-six peoples`() {
    #expect(CodeList.ethnic.items.count == 56)
    #expect(CodeList.ethnic["56"]?.chinese == "基诺族")
  }

  @Test func `GB-T 4761 tells a son-in-law from a daughter-in-law`() {
    #expect(CodeList.kinship["28"]?.chinese == "女婿")
    #expect(CodeList.kinship["38"]?.chinese == "儿媳")
  }

  @Test func `no list is empty, no code stands in it twice`() {
    let lists = [
      CodeList.sex, .marital, .ethnic, .kinship, .title, .institutionClass, .level, .standing,
    ]
    for list in lists {
      #expect(!list.items.isEmpty, "\(list.system)")
      #expect(Set(list.items.map(\.code)).count == list.items.count, "\(list.system)")
      for item in list.items {
        #expect(list.code(in: list.concept(item.code)) == item.code)
      }
    }
  }
}
