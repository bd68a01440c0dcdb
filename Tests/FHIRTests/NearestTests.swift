import FHIR
import Testing

@Suite("Nearest name") struct NearestTests {
  @Test(arguments: [
    ("birthdte", "birthdate"), ("nmae", "name"), ("Gender", "gender"), ("zzzzzz", nil), ("x", nil),
  ])
  func `a misspelt name is met by the one that was probably meant`(name: String, meant: String?) {
    #expect(["birthdate", "gender", "name"].nearest(to: name) == meant)
  }

  @Test func `a name too long to be meant is not compared`() {
    #expect(["name"].nearest(to: String(repeating: "n", count: 10_000)) == nil)
  }
}
