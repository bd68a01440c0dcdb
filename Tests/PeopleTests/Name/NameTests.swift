import Testing

@testable import People

@Suite struct NameTests {
  private static func split(_ text: String) -> [String] {
    let name = Array(text.utf8).withUnsafeBufferPointer { PersonName(whole: $0) }
    return [name.surname, name.given].map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("王小明", ["王", "小明"]), ("王　明", ["王", "明"]), ("欧阳修", ["欧阳", "修"]), ("欧阳", ["欧", "阳"]),
    ("阿依古丽·买买提", ["买买提", "阿依古丽"]), ("OU Yan", ["ou", "yan"]), ("Xiu OUYANG", ["ouyang", "xiu"]),
    ("ＺＨＡＮＧ Wei-ming", ["zhang", "weiming"]), ("趙昇", ["赵", "升"]), ("𠮷田", ["𠮷", "田"]),
    ("王", ["王", ""]), ("", ["", ""]), ("Lü Bu", ["lv", "bu"]),
  ])
  func `divides a name into surname and given name`(text: String, parts: [String]) {
    #expect(Self.split(text) == parts)
  }

  @Test(arguments: [
    ("单", "shan"), ("曾", "zeng"), ("仇", "qiu"), ("解", "xie"), ("查", "zha"), ("区", "ou"),
    ("尉迟", "yuchi"),
    ("万俟", "moqi"), ("王", "wang"), ("𠀀", "he"),
  ])
  func `reads a surname as a surname is read`(surname: String, reading: String) {
    var vocabulary = Vocabulary()
    let number = vocabulary.name(Array(surname.utf8), isSurname: true)
    let letters = vocabulary.readings.text(vocabulary.reading[Int(number)])
    #expect(String(decoding: letters, as: UTF8.self) == reading)
  }

  @Test(arguments: [
    ("张", "章", Level.sameReading), ("彬", "斌", Level.sameReading), ("斌", "bin", Level.sameReading),
    ("单", "shan", Level.sameReading), ("覃", "qin", Level.sameReading),
    ("吕", "lyu", Level.sameReading),
    ("陈", "成", Level.near), ("林", "宁", Level.near), ("建国", "国建", Level.near),
    ("小明", "明", Level.alike),
    ("志强", "志伟", Level.alike), ("王", "李", Level.different), ("伟明", "wm", Level.close),
    ("martha", "marhta", Level.near), ("john", "mary", Level.different),
  ])
  func `says how near two names are`(one: String, other: String, level: UInt8) {
    var vocabulary = Vocabulary()
    let a = vocabulary.name(Array(one.utf8), isSurname: true)
    let b = vocabulary.name(Array(other.utf8), isSurname: true)
    Comparison.over(vocabulary) { comparison in
      #expect(comparison.nameLevel(a, b, LevelMemory()) == level)
      #expect(comparison.nameLevel(b, a, LevelMemory()) == level)
    }
  }

  /// Winkler (1990), table of examples.
  @Test(arguments: [
    ("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813),
    ("same", "same", 1), ("abc", "xyz", 0),
  ])
  func `gives Winkler's published similarities`(one: String, other: String, likeness: Float) {
    let found = Array(one.utf8).withUnsafeBufferPointer { one in
      Array(other.utf8).withUnsafeBufferPointer { Spelling.jaroWinkler(one, $0) }
    }
    #expect(abs(found - likeness) < 0.001)
  }

  @Test(arguments: [
    ("1234567", "1234567", 0), ("1234567", "1234576", 1), ("1234567", "123457", 1),
    ("1234567", "2134576", 2), ("1234567", "7234561", 2), ("1234567", "9994567", 3),
    ("1234567", "234567", 1), ("1234567", "23456", 2), ("1234567", "12", 3), ("12345", "12453", 2),
  ])
  func `counts edits as far as two`(one: String, other: String, distance: Int) {
    func distanceOf(_ one: String, _ other: String) -> Int {
      Array(one.utf8).withUnsafeBufferPointer { one in
        Array(other.utf8).withUnsafeBufferPointer { Spelling.distance(one, $0) }
      }
    }
    #expect(distanceOf(one, other) == distance)
    #expect(distanceOf(other, one) == distance)
  }
}
