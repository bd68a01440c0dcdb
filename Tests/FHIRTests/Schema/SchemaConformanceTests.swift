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

  @Test func `every invariant of every definition holds where it is published`() throws {
    let schema = Schema.r4
    var total = 0
    var passed = 0
    for structure in try structures() {
      for element in structure.snapshot.element {
        if structure.kind == "primitive-type", element.path.hasSuffix(".value") { continue }
        let known = try Set(invariants(at: element.path, in: schema).map(\.key))
        for constraint in element.constraint ?? [] {
          total += 1
          if known.contains(constraint.key) { passed += 1 }
          #expect(known.contains(constraint.key), "\(element.path) lacks \(constraint.key)")
        }
      }
    }
    print("CONFORMANCE fhir-r4 invariants: \(passed)/\(total)")
    #expect(passed == total)
  }

  /// The rules of a type, or those of an element with those of its types.
  private func invariants(at path: String, in schema: Schema) throws -> [InvariantDefinition] {
    guard let dot = path.lastIndex(of: ".") else {
      return schema.invariants(of: try #require(schema.type(named: path)))
    }
    let owner = try #require(schema.type(named: String(path[..<dot])))
    var name = String(path[path.index(after: dot)...])
    if name.hasSuffix("[x]") { name.removeLast(3) }
    let element = try #require(schema[owner].element(named: name))
    return element.invariants + element.types.flatMap { schema.invariants(of: $0.type) }
  }
}
