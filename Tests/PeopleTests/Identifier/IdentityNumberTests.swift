import Testing

@testable import People

/// GB 11643-1999, sections 3 and 4.
@Suite struct IdentityNumberTests {
  @Test(arguments: [
    ("11010519491231002X", "19491231", false), ("440524188001010014", "18800101", true),
    ("44052418800101001４", "18800101", true), (" 110105 19491231 002x ", "19491231", false),
  ])
  func `takes a number whose check digit holds`(
    text: String, birthDate: String, isMale: Bool
  ) throws {
    let number = try IdentityNumber(text)
    #expect(number.birthDate == birthDate)
    #expect(number.isMale == isMale)
    #expect(try IdentityNumber(number.text) == number)
  }

  @Test func `brings a number of 15 digits to 18`() throws {
    #expect(try IdentityNumber("110105491231002").text == "11010519491231002X")
  }

  @Test(arguments: [
    ("110105194912310021", IdentityNumber.Defect.checkDigit), ("11010519491231002", .length),
    ("11010519491331002X", .birthDate), ("1101A519491231002X", .character),
    ("00010519491231002X", .province), ("", .length), ("𠀀𠀀𠀀", .length),
    ("110105194902300026", .birthDate),
  ])
  func `says what is wrong with any other`(text: String, defect: IdentityNumber.Defect) {
    #expect(throws: IdentityNumberError(defect: defect)) { try IdentityNumber(text) }
  }

  @Test func `finds every single wrong digit and every exchange of neighbours`() throws {
    let right = Array("11010519491231002X".utf8)
    for place in 0..<17 {
      for digit in UInt8(0x30)...0x39 where digit != right[place] {
        var wrong = right
        wrong[place] = digit
        #expect(throws: IdentityNumberError.self) {
          try IdentityNumber(String(decoding: wrong, as: UTF8.self))
        }
      }
      var exchanged = right
      exchanged.swapAt(place, place + 1)
      guard exchanged != right else { continue }
      #expect(throws: IdentityNumberError.self) {
        try IdentityNumber(String(decoding: exchanged, as: UTF8.self))
      }
    }
  }
}
