import Testing

@testable import District

struct IdentityNumberTests {
  @Test func `the check digit is that of GB 11643`() {
    #expect(IdentityNumber.check("11010519491231002") == "X")
    #expect(IdentityNumber.check("44052418800101001") == "4")
  }

  @Test func `the number tells birth and sex, and its division has never been assigned`() {
    let birth = Day(year: 1949, month: 12, day: 31)
    let number = IdentityNumber(province: "13", birth: birth, sex: .female, sequence: 7)
    #expect(number.text.hasPrefix("13999919491231014"))
    #expect(number.text.utf8.count == 18)
    #expect(number.old == "139999491231014")
  }

  @Test func `no two persons of one birthday and sex have one number`() {
    var registry = Registry()
    let birth = Day(year: 1985, month: 6, day: 1)
    var numbers: Set<String> = []
    for _ in 0..<500 {
      numbers.insert(registry.number(province: "13", birth: birth, sex: .male).text)
    }
    #expect(numbers.count == 500)
  }
}
