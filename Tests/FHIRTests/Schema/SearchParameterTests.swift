import FHIR
import Testing

@Suite("Search parameters of the standard") struct SearchParameterTests {
  let schema = Schema.r4

  private func type(_ name: String) throws -> TypeID {
    try #require(schema.type(named: name), "\(name)")
  }

  @Test func `knows 1387 search parameters, each with a type that can be searched`() {
    #expect(schema.searchParameters.count == 1387)
    for parameter in schema.searchParameters {
      #expect(!parameter.base.isEmpty, "\(parameter.url)")
      #expect(parameter.base.allSatisfy { schema.isSubtype($0, of: .resource) })
      #expect(parameter.components.isEmpty == (parameter.type != .composite), "\(parameter.url)")
    }
  }

  @Test func `no type has two search parameters of one name`() {
    for type in schema.resourceTypes {
      let codes = schema.searchParameters(for: type).map(\.code)
      #expect(Set(codes).count == codes.count, "\(schema.name(of: type))")
    }
  }

  @Test func `every resource can be searched by the parameters of Resource`() throws {
    let binary = Set(schema.searchParameters(for: try type("Binary")).map(\.code))
    #expect(binary.isSuperset(of: ["_id", "_lastUpdated", "_tag", "_profile", "_security"]))
    #expect(!binary.contains("_text"))
    let patient = schema.searchParameters(for: try type("Patient")).map(\.code)
    #expect(Set(patient).isSuperset(of: ["_text", "_id", "birthdate", "identifier", "phonetic"]))
  }

  @Test func `a reference says where it leads`() throws {
    let patient = try #require(schema.searchParameter("patient", for: try type("Observation")))
    #expect(patient.type == .reference)
    #expect(Set(patient.targets) == [try type("Patient"), try type("Group")])
    let focus = try #require(schema.searchParameter("focus", for: try type("Observation")))
    #expect(focus.targets.isEmpty)
  }

  @Test func `every part of a composite is a search parameter`() throws {
    let pair = try #require(
      schema.searchParameter("code-value-quantity", for: try type("Observation")))
    #expect(pair.components.map(\.expression) == ["code", "value.as(Quantity)"])
    for part in schema.searchParameters.flatMap(\.components) {
      #expect(schema.searchParameter(url: part.definition) != nil, "\(part.definition)")
    }
  }

  @Test func `every parameter of a compartment is a search parameter of the type`() throws {
    #expect(
      Set(schema.compartments.keys.map { schema.name(of: $0) }) == [
        "Patient", "Encounter", "RelatedPerson", "Practitioner", "Device",
      ])
    for compartment in schema.compartments.values {
      for (type, codes) in compartment.parameters {
        for code in codes where code != "{def}" {
          #expect(
            schema.searchParameter(code, for: type) != nil, "\(schema.name(of: type)).\(code)")
        }
      }
    }
    let patient = try #require(schema.compartment(of: try type("Patient")))
    #expect(patient.parameters[try type("Observation")] == ["subject", "performer"])
    #expect(patient.parameters[try type("Questionnaire")] == nil)
  }
}
