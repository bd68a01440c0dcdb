import FHIR
import Testing

@testable import Terminology

/// Finding codes by what people type, and by what other lists call them.
@Suite struct TermFinderTests {
  private static func system(_ concepts: [(String, String)]) throws -> CodeSystem {
    let json: JSON = [
      "resourceType": "CodeSystem", "url": "urn:x:s", "content": "complete",
      "concept": .array(concepts.map { ["code": .string($0.0), "display": .string($0.1)] }),
    ]
    let document = try JSONDocument.parse(json.encoded())
    defer { withExtendedLifetime(document) {} }
    return try CodeSystem(document.root)
  }

  private let icd = Result {
    try Self.system([
      ("I10", "高血压"), ("I10.x00", "特发性高血压"), ("J45", "哮喘"), ("E11", "2型糖尿病"),
      ("X10", "接触热饮料"),
    ])
  }

  @Test(arguments: [
    ("I10", ["I10", "I10.x00"]), ("i10", ["I10", "I10.x00"]), ("高血压", ["I10", "I10.x00"]),
    ("血压", ["I10", "I10.x00"]), ("xc", ["J45"]), ("tfxgxy", ["I10.x00"]),
    ("gxy", ["I10", "I10.x00"]), ("没有", []), ("", []),
  ])
  func `a code is found by code, name and first letters, the best first`(
    words: String, codes: [String]
  ) throws {
    let system = try icd.get()
    let (found, total) = TermFinder(words).find(in: [system], limit: 10)
    #expect(found.map { system.code($0.place) } == codes)
    #expect(total == codes.count)
  }

  @Test func `what is beyond the limit is counted`() throws {
    let (found, total) = TermFinder("血压").find(in: [try icd.get()], limit: 1)
    #expect(found.count == 1 && total == 2)
  }

  @Test func `candidates are the names most alike, the best first`() throws {
    let system = try icd.get()
    let found = Candidates.find(["高血压病", "哮喘", "完全无关XYZ", ""], in: system, limit: 2)
    let codes = found.map { $0.map { system.code($0.place) } }
    #expect(codes == [["I10", "I10.x00"], ["J45"], [], []])
    #expect(found[1].first?.likeness == 1)
  }

  @Test func `a code knows what it is mapped to and what is mapped to it`() throws {
    var library = Library(standard: nil)
    try library.add([
      "resourceType": "ConceptMap", "url": "urn:x:m",
      "group": [
        [
          "source": "urn:x:local", "target": "urn:x:s",
          "element": [
            ["code": "A", "target": [["code": "I10", "equivalence": "wider"]]],
            ["code": "B", "target": [["equivalence": "unmatched"]]],
          ],
        ]
      ],
    ])
    let there = library.mappings(of: "A", in: "urn:x:local")
    #expect(there.map(\.code) == ["I10"] && there.first?.equivalence == .wider)
    let back = library.mappings(of: "I10", in: "urn:x:s")
    #expect(back.map(\.code) == ["A"] && back.first?.equivalence == .narrower)
    #expect(back.first?.isIncoming == true)
    #expect(library.mappings(of: "B", in: "urn:x:local").isEmpty)
  }
}
