import FHIR
import Testing

@testable import FHIRSearch

/// Parameters that say nothing but what others say together.
@Suite("Unions") struct UnionTests {
  static func parameter(_ code: String, of name: String) throws -> SearchParameter {
    let type = try #require(Schema.r4.type(named: name))
    return try #require(ParameterTable.r4.parameter(code, of: type))
  }

  @Test(arguments: [
    ("combo-code", ["code", "component-code"]),
    ("combo-value-quantity", ["component-value-quantity", "value-quantity"]),
    ("combo-value-concept", ["component-value-concept", "value-concept"]),
    (
      "combo-code-value-quantity",
      ["code-value-quantity", "component-code-value-quantity"]
    ),
    ("combo-code-value-concept", ["code-value-concept", "component-code-value-concept"]),
  ])
  func `what is of an observation or its components is both`(
    code: String, members: [String]
  ) throws {
    let union = try Self.parameter(code, of: "Observation").union
    #expect(union.map(\.code).sorted() == members)
  }

  @Test func `a member of a union has its own rows`() {
    for type in Schema.r4.resourceTypes {
      for parameter in ParameterTable.r4.parameters(of: type) where !parameter.union.isEmpty {
        #expect(parameter.union.allSatisfy { $0.union.isEmpty && $0.type == parameter.type })
        #expect(!parameter.union.contains { $0.number == parameter.number })
      }
    }
  }

  @Test func `an observation has no index rows of a union`() throws {
    let document = try JSONDocument.parse(ExtractionTests.observation)
    let observation = try #require(Schema.r4.type(named: "Observation"))
    let entries = IndexExtractor(.r4).entries(for: document.root, observation)
    withExtendedLifetime(document) {}
    let present = Set(entries.rows.map { $0.key / IndexVariant.count })
    for parameter in ParameterTable.r4.parameters(of: observation) {
      if !parameter.union.isEmpty { #expect(!present.contains(parameter.number)) }
    }
    let code = try Self.parameter("code", of: "Observation")
    #expect(present.contains(code.number))
  }

  @Test func `a parameter that is added keeps its own rows`() throws {
    let observation = try #require(Schema.r4.type(named: "Observation"))
    let custom = SearchParameterDefinition(
      url: "http://x/any-code", code: "any-code", type: .token, base: [observation],
      expression: "Observation.code | Observation.component.code")
    let table = try ParameterTable(numbers: [:], custom: [custom])
    let added = try #require(table.parameter("any-code", of: observation))
    #expect(added.union.isEmpty)
    #expect(table.parameter("combo-code", of: observation)?.union.count == 2)
  }
}
