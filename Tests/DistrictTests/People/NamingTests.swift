import Testing

@testable import District

struct NamingTests {
  @Test func `names are spoken with the readings of surnames`() throws {
    let naming = try Naming()
    let han = try #require(naming.allGroups.first { $0.code == "01" })
    var chance = Chance(seed: 1)
    var sounds: [String: String] = [:]
    for _ in 0..<60_000 {
      let line = naming.line(of: han, &chance)
      if let line { sounds[line.text] = line.sound }
    }
    #expect(sounds["单"] == "shan")
    #expect(sounds["仇"] == "qiu")
    #expect(sounds["解"] == "xie")
    #expect(sounds["区"] == "ou")
    #expect(sounds["曾"] == "zeng")
    #expect(sounds["欧阳"] == "ouyang")
  }

  @Test func `each custom of naming is followed`() throws {
    let naming = try Naming()
    let birth = Day(year: 1990, month: 1, day: 1)
    var chance = Chance(seed: 3)
    for group in naming.allGroups {
      for sex in [Sex.male, .female] {
        let line = naming.line(of: group, &chance)
        let name = naming.name(group, sex: sex, born: birth, line: line, father: nil, &chance)
        #expect(!name.given.isEmpty && !name.sound.isEmpty)
        #expect(name.text.contains("\u{B7}") || [.han, .given].contains(group.custom))
      }
    }
  }
}
