import Testing

@testable import People

@Suite struct BirthTests {
  @Test(arguments: [
    ("1975-03-03", 19_750_303), ("19750303", 19_750_303), ("1975/3/3", 19_750_303),
    ("1975年3月3日", 19_750_303), ("1975-03", 19_750_300), ("1975", 19_750_000),
    ("１９７５-０３-０３", 19_750_303), ("1975-03-03T08:00:00+08:00", 19_750_303),
    ("1945-92-31", 19_459_231),
  ])
  func `reads a date as people write it`(text: String, digits: UInt32) {
    #expect(Self.date(text)?.digits == digits)
  }

  @Test(arguments: ["", "unknown", "03/03/1975", "75-3-3", "197503031", "不详", "0"])
  func `takes nothing else for a date`(text: String) {
    #expect(Self.date(text) == nil)
  }

  private static func date(_ text: String) -> BirthDate? {
    var folded: [UInt8] = []
    Array(text.utf8).withUnsafeBufferPointer { Folding.words($0, into: &folded) }
    return BirthDate(folded: folded)
  }

  /// Days of the Hong Kong Observatory's conversion table.
  @Test(arguments: [
    (20_230_122, 20_230_101), (20_230_322, 20_230_201), (20_250_725, 20_250_601),
    (19_760_909, 19_760_816), (19_491_001, 19_490_810), (20_000_101, 19_991_125),
  ])
  func `knows the day of the Chinese calendar`(gregorian: UInt32, lunar: UInt32) {
    #expect(LunarCalendar.shared.digits(of: BirthDate(digits: gregorian)) == lunar)
  }

  @Test(arguments: [
    ("1975-03-04", "1975-04-03", Level.swapped), ("1976-09-09", "1976-08-16", Level.lunar),
    ("1975-03-03", "1975-03-08", Level.near), ("1975-03-03", "1957-03-03", Level.near),
    ("1975-03-31", "1975-04-01", Level.near), ("1975-03-03", "1988-03-03", Level.close),
    ("1975-03-03", "1975", Level.close), ("1975-03-03", "1982-11-27", Level.different),
    ("1975-03-03", "", Level.unknown), ("1975-03-03", "1975-03-03", Level.exact),
  ])
  func `says how near two dates are`(one: String, other: String, level: UInt8) {
    let (a, b) = (Self.date(one)?.digits ?? 0, Self.date(other)?.digits ?? 0)
    #expect(Comparison.birth(a, b) == level)
    #expect(Comparison.birth(b, a) == level)
  }
}
