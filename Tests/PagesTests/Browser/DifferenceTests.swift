import FHIR
import Testing

@testable import Pages

@Suite("Difference") struct DifferenceTests {
  private func lines(_ before: JSON, _ after: JSON) -> [Difference.Line] {
    Difference(from: before, to: after).lines
  }

  @Test func `two equal versions differ in nothing`() {
    let patient: JSON = ["resourceType": "Patient", "name": [["family": "单"]]]
    #expect(lines(patient, patient).isEmpty)
  }

  @Test func `a changed element shows what stood there before`() {
    #expect(
      lines(["name": [["family": "单"]]], ["name": [["family": "曾"]]])
        == [Difference.Line(path: "name[0].family", before: "单", after: "曾")])
  }

  @Test func `what was added has no before, what was taken away has no after`() {
    #expect(
      lines(["a": 1, "b": 2, "c": 3], ["a": 1, "c": 3, "d": 4]) == [
        Difference.Line(path: "b", before: "2", after: nil),
        Difference.Line(path: "d", before: nil, after: "4"),
      ])
  }

  @Test func `the number and the time of the version are no difference`() {
    #expect(
      lines(
        ["meta": ["versionId": "1", "lastUpdated": "2026-01-01T00:00:00Z"]],
        ["meta": ["versionId": "2", "lastUpdated": "2026-01-02T00:00:00Z"]]
      ).isEmpty)
  }

  @Test func `a decimal that gained a zero has changed`() {
    #expect(lines(["v": .number("1.5")], ["v": .number("1.50")]).count == 1)
  }
}
