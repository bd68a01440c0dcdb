import Testing

@testable import Registries

@Suite("Kinship") struct KinshipTests {
  @Test(arguments: [
    ("02", "1", "20"), ("12", "2", "30"), ("20", "1", "41"), ("38", "2", "42"), ("30", "1", "43"),
    ("28", "2", "44"), ("52", "1", "73"), ("97", "2", "97"),
  ])
  func `a newborn is to the head what the parent makes it`(
    parent: String, sex: String, kin: String
  ) {
    #expect(Kinship.child(of: parent, sex: sex) == kin)
  }

  @Test(arguments: [
    // member and sex, new head and sex, sex of the old head, then what the member is.
    ("02", "1", "12", "2", "1", "11"), ("20", "1", "12", "2", "1", "20"),
    ("51", "1", "12", "2", "1", "53"), ("52", "2", "11", "1", "2", "56"),
    ("02", "1", "20", "1", "1", "51"), ("12", "2", "20", "1", "1", "52"),
    ("30", "2", "20", "1", "1", "79"), ("51", "1", "20", "1", "1", "61"),
    ("52", "2", "20", "1", "2", "64"), ("02", "1", "51", "1", "1", "20"),
    ("12", "2", "51", "1", "1", "38"), ("30", "2", "51", "1", "1", "42"),
    ("52", "2", "51", "1", "1", "12"), ("99", "1", "12", "2", "1", "99"),
    ("75", "2", "12", "2", "1", "97"),
  ])
  func `what a member is to a new head follows from what both were to the old`(
    kin: String, sex: String, head: String, headSex: String, oldSex: String, expected: String
  ) {
    #expect(
      Kinship.kin(kin, sex: sex, to: (head, headSex), oldHeadSex: oldSex) == expected)
  }
}
