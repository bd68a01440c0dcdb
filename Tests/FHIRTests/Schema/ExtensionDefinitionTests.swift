import FHIR
import Testing

@Suite("Extensions and operations of the standard") struct ExtensionDefinitionTests {
  let schema = Schema.r4
  static let base = "http://hl7.org/fhir/StructureDefinition/"

  private func definition(_ name: String) throws -> ExtensionDefinition {
    try #require(schema.extensionDefinition(url: Self.base + name), "\(name)")
  }

  private func type(_ name: String) throws -> TypeID {
    try #require(schema.type(named: name), "\(name)")
  }

  @Test func `knows the 396 extensions, each with a value or extensions inside`() {
    #expect(schema.extensionDefinitions.count == 396)
    for definition in schema.extensionDefinitions.values {
      #expect(!definition.contexts.isEmpty, "\(definition.url)")
      #expect(definition.values.isEmpty != definition.extensions.isEmpty, "\(definition.url)")
    }
    #expect(schema.extensionDefinition(url: Self.base + "patient-shoeSize") == nil)
  }

  @Test func `birthTime stands on Patient.birthDate only`() throws {
    let time = try definition("patient-birthTime")
    let (patient, date) = (try type("Patient"), TypeID(.date))
    #expect(time.isAllowed(on: date, member: schema.names.id(of: "birthDate"), of: patient))
    #expect(!time.isAllowed(on: patient))
    let issued = schema.names.id(of: "issued")
    #expect(!time.isAllowed(on: date, member: issued, of: try type("Observation")))
    #expect(time.isValueRequired && time.max == 1)
    #expect(time.values.map(\.type) == [TypeID(.dateTime)])
  }

  @Test func `a context on a type counts for all types based on it`() throws {
    let absent = try definition("data-absent-reason")
    #expect(absent.isAllowed(on: .humanName))
    #expect(absent.isAllowed(on: TypeID(.code)))
    #expect(absent.binding?.strength == .required)
    let unit = try definition("questionnaire-unit")
    #expect(unit.isAllowed(on: try type("Questionnaire.item")))
    #expect(unit.condition == "type='integer' or type='decimal'")
  }

  @Test func `citizenship has two extensions inside`() throws {
    let citizenship = try definition("patient-citizenship")
    #expect(citizenship.max == .max)
    #expect(citizenship.values.isEmpty)
    #expect(citizenship.extensions.map(\.url) == ["code", "period"])
    #expect(citizenship.extensions[0].values.map(\.type) == [.codeableConcept])
  }

  @Test func `knows the operations and where they are called`() throws {
    #expect(schema.operations.count == 46)
    let patient = try type("Patient")
    let everything = try #require(
      schema.operations.first { $0.code == "everything" && $0.resources == [patient] })
    #expect(everything.isType && everything.isInstance && !everything.isSystem)
    #expect(everything.parameters.first?.name == "start")
    #expect(schema.operations.allSatisfy { !$0.resources.isEmpty })
  }
}
