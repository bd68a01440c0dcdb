import FHIR
import Testing

@Suite("Schema") struct SchemaTests {
  let schema = Schema.r4

  private func type(_ name: String) throws -> TypeDefinition {
    schema[try #require(schema.type(named: name), "\(name)")]
  }

  private func element(_ path: String) throws -> ElementDefinition {
    let dot = try #require(path.lastIndex(of: "."))
    let name = String(path[path.index(after: dot)...])
    return try #require(try type(String(path[..<dot])).element(named: name), "\(path)")
  }

  @Test func `knows the 146 concrete resource types`() {
    #expect(schema.resourceTypes.count == 146)
    #expect(schema.resourceTypes.allSatisfy { schema.isSubtype($0, of: .resource) })
    #expect(schema.type(named: "Pateint") == nil)
    #expect(schema.type(named: "") == nil)
  }

  @Test func `knows every primitive type by its own number`() {
    for primitive in Primitive.allCases {
      #expect(schema.type(named: "\(primitive)") == TypeID(primitive))
      #expect(schema[TypeID(primitive)].kind == .primitive)
    }
    #expect(schema.types.count { $0.kind == .primitive } == Primitive.allCases.count)
  }

  @Test(arguments: [
    (TypeID.element, "Element"), (.backboneElement, "BackboneElement"), (.resource, "Resource"),
    (.domainResource, "DomainResource"), (.extension, "Extension"), (.reference, "Reference"),
    (.quantity, "Quantity"), (.coding, "Coding"), (.codeableConcept, "CodeableConcept"),
    (.identifier, "Identifier"), (.period, "Period"), (.meta, "Meta"), (.narrative, "Narrative"),
    (.humanName, "HumanName"), (.address, "Address"), (.contactPoint, "ContactPoint"),
    (.money, "Money"), (.range, "Range"), (.ratio, "Ratio"), (.annotation, "Annotation"),
    (.attachment, "Attachment"), (.timing, "Timing"),
  ])
  func `knows common types beforehand`(id: TypeID, name: String) {
    #expect(schema.name(of: id) == name)
    #expect(schema.type(named: name) == id)
  }

  @Test(arguments: [
    (NameID.resourceType, "resourceType"), (.id, "id"), (.meta, "meta"),
    (.implicitRules, "implicitRules"), (.language, "language"), (.text, "text"),
    (.contained, "contained"), (.extension, "extension"), (.modifierExtension, "modifierExtension"),
    (.url, "url"), (.value, "value"), (.reference, "reference"), (.type, "type"),
    (.identifier, "identifier"), (.display, "display"), (.system, "system"), (.code, "code"),
    (.version, "version"), (.coding, "coding"), (.start, "start"), (.end, "end"),
    (.versionId, "versionId"), (.lastUpdated, "lastUpdated"), (.source, "source"),
    (.profile, "profile"), (.security, "security"), (.tag, "tag"), (.status, "status"),
    (.div, "div"), (.unit, "unit"), (.comparator, "comparator"), (.use, "use"), (.period, "period"),
    (.entry, "entry"), (.fullUrl, "fullUrl"), (.resource, "resource"), (.parameter, "parameter"),
    (.name, "name"), (.family, "family"), (.given, "given"),
  ])
  func `knows common names beforehand`(id: NameID, name: String) {
    #expect(schema.names.string(of: id) == name)
    #expect(schema.names.id(of: name) == id)
  }

  @Test func `every name is found by its bytes and no other is`() {
    for number in 1...schema.names.count {
      let id = NameID(rawValue: UInt16(number))
      #expect(schema.names.id(of: schema.names.string(of: id)) == id)
    }
    #expect(schema.names.id(of: "_birthDate") == .unknown)
    #expect(schema.names.id(of: "birthdate") == .unknown)
    #expect(schema.names.id(of: "") == .unknown)
  }

  @Test func `value[x] of Observation takes 11 types`() throws {
    let value = try element("Observation.value")
    #expect(value.isChoice)
    #expect(value.types.count == 11)
    let found = try #require(
      try type("Observation").element(schema.names.id(of: "valueQuantity")))
    #expect(found.type == .quantity)
    #expect(try type("Observation").elements[found.index] === value)
    #expect(try type("Observation").element(.value) == nil)
    #expect(try type("Observation").element(schema.names.id(of: "valueAddress")) == nil)
  }

  @Test func `a choice has one name in paths and one for each type in JSON`() throws {
    let observation = try #require(schema.type(named: "Observation"))
    let value = try #require(schema.pathMember(.value, of: observation))
    #expect(value.isChoice)
    #expect(schema[observation].elements[value.element].name == "value")
    #expect(schema.member(.value, of: observation) == nil)
    #expect(schema.pathMember(schema.names.id(of: "valueQuantity"), of: observation) == nil)
    #expect(schema.pathMember(.status, of: observation)?.type == TypeID(.code))
    #expect(schema.pathMember(.unknown, of: observation) == nil)
    #expect(schema.member(.value, of: .quantity)?.type == TypeID(.decimal))
    #expect(schema.pathMember(.value, of: .quantity)?.type == TypeID(.decimal))
  }

  @Test func `every member of every type is found and leads back to its element`() throws {
    for type in schema.types {
      for (index, element) in type.elements.enumerated() {
        for (name, expected) in element.jsonNames {
          let member = try #require(schema.member(name, of: type.id))
          #expect(member.element == index)
          #expect(member.type == expected)
          #expect(member.isArray == element.isArray)
          #expect(member.isChoice == element.isChoice)
          #expect(type.element(name)?.index == index)
        }
      }
      #expect(type.element(.unknown) == nil)
    }
  }

  @Test func `Bundle.entry.link refers to Bundle.link`() throws {
    let link = try element("Bundle.entry.link")
    #expect(link.isContentReference)
    #expect(link.types.map(\.type) == [schema.type(named: "Bundle.link")])
  }

  @Test func `contained resources are of any type`() throws {
    for path in ["Patient.contained", "Bundle.entry.resource", "Parameters.parameter.resource"] {
      #expect(try element(path).types.map(\.type) == [.resource])
    }
  }

  @Test func `a type is what it is based on`() throws {
    let age = try #require(schema.type(named: "Age"))
    let patient = try #require(schema.type(named: "Patient"))
    #expect(schema.isSubtype(age, of: .quantity))
    #expect(schema.isSubtype(TypeID(.code), of: TypeID(.string)))
    #expect(schema.isSubtype(patient, of: .domainResource))
    #expect(!schema.isSubtype(.domainResource, of: patient))
    #expect(!schema.isSubtype(TypeID(.string), of: .backboneElement))
  }

  @Test func `a binding has a strength and may have a limit`() throws {
    let binding = try #require(try element("Patient.gender").binding)
    #expect(binding.strength == .required)
    #expect(binding.valueSet == "http://hl7.org/fhir/ValueSet/administrative-gender")
    let language = try #require(try element("Patient.language").binding)
    #expect(language.strength == .preferred)
    #expect(language.maxValueSet == "http://hl7.org/fhir/ValueSet/all-languages")
  }

  @Test func `cardinality, flags and targets are those of the standard`() throws {
    let name = try element("Patient.name")
    #expect(name.min == 0 && name.max == .max && name.isArray && name.isSummary)
    let status = try element("Observation.status")
    #expect(status.min == 1 && status.max == 1 && !status.isArray && status.isModifier)
    let general = try element("Patient.generalPractitioner").types[0]
    #expect(
      general.targets.map { schema.name(of: $0) } == [
        "Organization", "Practitioner", "PractitionerRole",
      ])
    #expect(try element("Observation.focus").types[0].targets.isEmpty)
    let url = try element("Extension.url")
    #expect(url.isXMLAttribute && url.types[0].system == .string)
    #expect(try element("Range.low").types[0].profiles == ["SimpleQuantity"])
    #expect(try element("Patient.id").types[0].type == TypeID(.id))
    #expect(try element("HumanName.id").types[0].type == TypeID(.string))
  }

  @Test func `invariants stand once, on their type`() throws {
    #expect(try type("Patient.contact").invariants.map(\.key) == ["pat-1"])
    #expect(try type("Element").invariants.map(\.key) == ["ele-1"])
    #expect(try element("Patient.contact").invariants.isEmpty)
    let contact = try #require(schema.type(named: "Patient.contact"))
    #expect(schema.invariants(of: contact).map(\.key) == ["ele-1", "pat-1"])
    let all = schema.types.flatMap { $0.invariants + $0.elements.flatMap(\.invariants) }
    #expect(all.allSatisfy { !$0.expression.isEmpty && !$0.human.isEmpty })
    #expect(all.filter { $0.key == "ele-1" || $0.key == "ext-1" }.count == 2)
  }
}
