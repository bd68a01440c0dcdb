import FHIR
import Testing

@testable import Terminology

/// <https://hl7.org/fhir/R4/codesystem.html#hierarchy>
@Suite struct HierarchyTests {
  private func system(_ concepts: JSON) throws -> CodeSystem {
    let resource: JSON = [
      "resourceType": "CodeSystem", "url": "http://example.org/s", "status": "active",
      "content": "complete", "concept": concepts,
    ]
    let document = try JSONDocument.parse(resource.encoded())
    defer { withExtendedLifetime(document) {} }
    return try CodeSystem(document.root)
  }

  private func parent(_ code: String) -> JSON { ["code": "parent", "valueCode": .string(code)] }

  private func place(_ code: String, _ system: CodeSystem) throws -> Int {
    try #require(system.place(of: code))
  }

  @Test func `a tree of nested concepts subsumes what is below`() throws {
    let system = try system([
      ["code": "A", "concept": [["code": "A1", "concept": [["code": "A11"]]], ["code": "A2"]]],
      ["code": "B"],
    ])
    let hierarchy = system.hierarchy
    #expect(hierarchy.isTree)
    let root = try place("A", system)
    #expect(hierarchy.below(root).map { system.code(Int($0)) } == ["A", "A1", "A11", "A2"])
    #expect(hierarchy.subsumes(root, try place("A11", system)))
    #expect(!hierarchy.subsumes(try place("A11", system), root))
    #expect(!hierarchy.subsumes(root, try place("B", system)))
  }

  @Test func `a parent that is named by a property counts like nesting`() throws {
    let system = try system([
      ["code": "A11", "property": [parent("A1")]], ["code": "A1", "property": [parent("A")]],
      ["code": "A"],
    ])
    #expect(system.hierarchy.isTree)
    #expect(system.hierarchy.below(try place("A", system)).count == 3)
    #expect(system.hierarchy.above(try place("A11", system)).count == 3)
  }

  @Test func `a concept with two parents lies below both`() throws {
    let system = try system([
      ["code": "A"], ["code": "B"], ["code": "C", "property": [parent("A"), parent("B")]],
    ])
    #expect(!system.hierarchy.isTree)
    for code in ["A", "B"] {
      #expect(system.hierarchy.subsumes(try place(code, system), try place("C", system)))
    }
  }

  @Test func `concepts that lie below each other do not catch the walk`() throws {
    let system = try system([
      ["code": "A", "property": [parent("B")]], ["code": "B", "property": [parent("A")]],
    ])
    #expect(!system.hierarchy.isTree)
    #expect(system.hierarchy.below(try place("A", system)).count == 2)
  }

  @Test func `codes are found whatever their case only where case is nothing`() throws {
    let strict = try system([["code": "E11.9"]])
    #expect(strict.place(of: "e11.9") == nil)
    let resource: JSON = [
      "resourceType": "CodeSystem", "url": "http://example.org/s", "content": "complete",
      "caseSensitive": false, "concept": [["code": "E11.9"]],
    ]
    let document = try JSONDocument.parse(resource.encoded())
    defer { withExtendedLifetime(document) {} }
    #expect(try CodeSystem(document.root).place(of: "e11.9") == 0)
  }

  @Test func `a version that leaves parts open means the newest that fits`() {
    #expect(VersionPattern.matches("1.2.0", "1.x.x"))
    #expect(VersionPattern.matches("1.2.0", "1.x"))
    #expect(!VersionPattern.matches("1.2.0", "1"))
    #expect(!VersionPattern.matches("2.0.0", "1.x.x"))
    #expect(VersionPattern.isOlder("1.9", "1.10"))
    #expect(VersionPattern.isOlder("国临版2.0", "国临版3.0"))
    #expect(!VersionPattern.isOlder("1.0", "1.0"))
  }
}
