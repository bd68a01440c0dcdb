import FHIR
import Foundation
import TestSupport
import Testing

/// The tables against the definitions they were made from.
@Suite(
  "Schema against the published definitions",
  .enabled(if: Reference.isPresent, "reference data absent"))
struct SchemaConformanceTests {
  struct Bundle: Decodable {
    struct Entry: Decodable { var resource: Structure }
    var entry: [Entry]
  }

  struct Structure: Decodable {
    struct Snapshot: Decodable { var element: [Element] }
    var name: String
    var kind: String
    var snapshot: Snapshot
  }

  struct Element: Decodable {
    struct Constraint: Decodable { var key: String }
    struct Kind: Decodable { var code: String }
    var path: String
    var min: Int
    var max: String
    var isSummary: Bool?
    var isModifier: Bool?
    var type: [Kind]?
    var constraint: [Constraint]?
  }

  private func structures() throws -> [Structure] {
    try ["profiles-types", "profiles-resources"].flatMap { name in
      let bytes = try Reference.bytes("fhir-r4/\(name).json.gz")
      return try JSONDecoder().decode(Bundle.self, from: Data(bytes)).entry.map(\.resource)
    }
  }

  @Test func `every element of every definition is in the tables, with its cardinality and types`()
    throws
  {
    let schema = Schema.r4
    var total = 0
    var passed = 0
    for structure in try structures() {
      for element in structure.snapshot.element {
        guard let dot = element.path.lastIndex(of: ".") else { continue }
        var name = String(element.path[element.path.index(after: dot)...])
        if structure.kind == "primitive-type", name == "value" { continue }
        if name.hasSuffix("[x]") { name.removeLast(3) }
        total += 1
        guard let type = schema.type(named: String(element.path[..<dot])),
          let found = schema[type].element(named: name)
        else {
          Issue.record("\(element.path) is not in the tables")
          continue
        }
        let same =
          found.min == element.min
          && (found.max == .max ? "*" : String(found.max)) == element.max
          && found.isSummary == (element.isSummary ?? false)
          && found.isModifier == (element.isModifier ?? false)
          && found.types.count == (element.type?.count ?? 1)
        #expect(same, "\(element.path)")
        if same { passed += 1 }
      }
    }
    #expect(schema.types.reduce(0) { $0 + $1.elements.count } == total)
    print("CONFORMANCE fhir-r4 elements: \(passed)/\(total)")
    #expect(passed == total)
  }

  @Test func `every invariant of every definition is in the tables`() throws {
    let schema = Schema.r4
    let published = Set(
      try structures().flatMap { $0.snapshot.element.flatMap { $0.constraint ?? [] } }.map(\.key))
    let known = Set(
      schema.types.flatMap { $0.invariants + $0.elements.flatMap(\.invariants) }.map(\.key))
    print("CONFORMANCE fhir-r4 invariants: \(known.count)/\(published.count)")
    #expect(known == published)
  }
}
