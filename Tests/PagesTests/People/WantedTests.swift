import Testing

@testable import Pages

@Suite("Finder") struct WantedTests {
  private func queries(_ typed: String) -> [String] { Wanted(typed).searches.map(\.query) }

  @Test func `an identity number is looked for as it is and opens its only owner`() {
    #expect(queries("13999919800101123x").first == "identifier=13999919800101123X")
    #expect(Wanted("139999198001011230").opensAlone)
    #expect(queries("199 0000 0012") == ["identifier=19900000012", "phone=19900000012"])
    #expect(!Wanted("19900000012").opensAlone)
  }

  @Test func `the parts of a name stand in any order, in characters or pinyin`() {
    #expect(queries("zhang wei") == ["name=zhang&name=wei"])
    #expect(queries("张伟").first == "name=%E5%BC%A0%E4%BC%9F")
    #expect(queries("艾力•买买提") == queries("艾力·买买提"))
    #expect(queries("  zhang　wei ") == ["name=zhang&name=wei"])
  }

  @Test func `pinyin without a space is cut at every syllable, either name first`() {
    #expect(
      queries("zhangwei")
        == ["name=zhangwei", "family=zhang&given=wei", "family=wei&given=zhang"])
    #expect(queries("ouyangjianguo").contains("family=ouyang&given=jianguo"))
  }

  @Test func `first letters are taken as such`() {
    #expect(Wanted("zw").searches.last == Wanted.Search(query: "family=z&given=w", initials: "zw"))
    #expect(Pinyin.initials(of: "Zhang Jianguo") == "zjg")
    #expect(Pinyin.initials(of: "Ouyang Xiu") == "oyx")
  }

  @Test func `a date is a birthday`() {
    #expect(queries("张 1980-05-01") == ["name=%E5%BC%A0&birthdate=1980-05-01"])
    #expect(queries("1980-05-01") == ["birthdate=1980-05-01"])
  }

  @Test func `separators of searches are characters of a name`() {
    #expect(queries("a,b|c$d") == ["name=a&name=b%5C%7Cc%5C%24d"])
    #expect(queries("").isEmpty)
  }
}
