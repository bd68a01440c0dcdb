import FHIR
import Testing

@Suite("Value sets of required bindings") struct RequiredValueSetTests {
  let schema = Schema.r4

  @Test func `Patient.gender is bound to four codes`() throws {
    let patient = try #require(schema.type(named: "Patient"))
    let binding = try #require(schema[patient].element(named: "gender")?.binding)
    let codes = try #require(schema.requiredCodes(binding.valueSet))
    #expect(codes.isComplete)
    #expect(codes.codes.map(\.code) == ["male", "female", "other", "unknown"])
    #expect(codes.contains(code: "female"))
    #expect(!codes.contains(code: "Female"))
    #expect(!codes.contains(code: "final"))
    #expect(!codes.contains(code: ""))
  }

  @Test func `a coding counts only with its system`() throws {
    let url = "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"
    let codes = try #require(schema.requiredCodes(url))
    #expect(codes.contains(system: "http://hl7.org/fhir/administrative-gender", code: "male"))
    #expect(!codes.contains(system: "http://hl7.org/fhir/observation-status", code: "male"))
    #expect(!codes.contains(system: "", code: "male"))
    #expect(!codes.contains(system: "urn:unknown", code: "male"))
  }

  @Test func `codes from outside FHIR are not pretended to be known`() throws {
    for name in ["all-languages", "mimetypes", "ucum-units", "currencies"] {
      let codes = try #require(schema.requiredCodes("http://hl7.org/fhir/ValueSet/\(name)"))
      #expect(!codes.isComplete && codes.codes.isEmpty)
    }
  }

  @Test func `every required binding leads to a value set`() {
    for element in schema.types.flatMap(\.elements) {
      guard let binding = element.binding else { continue }
      if binding.strength == .required {
        #expect(schema.requiredCodes(binding.valueSet) != nil, "\(binding.valueSet)")
      }
      if let most = binding.maxValueSet { #expect(schema.requiredCodes(most) != nil, "\(most)") }
    }
  }

  @Test func `concepts below a concept are of its value set`() throws {
    let url = "http://hl7.org/fhir/ValueSet/defined-types"
    let types = try #require(schema.requiredCodes(url))
    for type in schema.resourceTypes {
      #expect(
        types.contains(system: "http://hl7.org/fhir/resource-types", code: schema.name(of: type)))
    }
  }
}
