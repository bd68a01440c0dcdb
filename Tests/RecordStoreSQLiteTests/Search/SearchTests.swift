import FHIR
import FHIRSearch
import RecordStore
import RecordStoreSQLite
import Testing

/// Single rules of the standard against the store. <https://hl7.org/fhir/R4/search.html>
@Suite("Searches") struct SearchTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func put(_ json: JSON) async throws {
    let reference = "\(json["resourceType"]?.string ?? "")/\(json["id"]?.string ?? "")"
    _ = try await place.store.write(.update(key(reference), try document(json)))
  }

  private func find(_ text: String, of name: String) async throws -> [String] {
    try await place.search(text, of: name).found.map { String($0.split(separator: "/")[1]) }
  }

  private func weight(_ id: String, _ value: String, _ code: String) async throws {
    try await put([
      "resourceType": "Observation", "id": .string(id), "status": "final",
      "code": ["text": "weight"],
      "valueQuantity": [
        "value": .number(value), "system": "http://unitsofmeasure.org", "code": .string(code),
      ],
    ])
  }

  @Test func `a quantity is found in any unit of its dimension`() async throws {
    try await weight("a", "5.4", "mg")
    try await weight("b", "0.0054", "g")
    try await weight("c", "5.4", "g")
    try await weight("d", "5.4", "cm")
    let ucum = "http://unitsofmeasure.org%7C"
    #expect(try await find("value-quantity=5.4%7C\(ucum)mg", of: "Observation") == ["a", "b"])
    #expect(try await find("value-quantity=0.0054%7C\(ucum)g", of: "Observation") == ["a", "b"])
    #expect(try await find("value-quantity=gt1%7C\(ucum)g", of: "Observation") == ["c"])
    #expect(try await find("value-quantity=le5400%7C%7Cug", of: "Observation") == ["a", "b"])
    #expect(try await find("value-quantity=5.4", of: "Observation") == ["a", "c", "d"])
  }

  @Test func `Chinese names are found by their beginning`() async throws {
    try await put([
      "resourceType": "Patient", "id": "1", "name": [["text": "张三丰", "family": "张"]],
    ])
    #expect(try await find("name=%E5%BC%A0%E4%B8%89", of: "Patient") == ["1"])
    #expect(try await find("name=%E4%B8%89", of: "Patient") == [])
    #expect(try await find("name:contains=%E4%B8%89", of: "Patient") == ["1"])
    #expect(try await find("family:exact=%E5%BC%A0", of: "Patient") == ["1"])
  }

  @Test func `the system of a code may be named although the resource does not`() async throws {
    try await put(["resourceType": "Patient", "id": "1", "gender": "male", "active": true])
    let system = "http://hl7.org/fhir/administrative-gender%7C"
    #expect(try await find("gender=\(system)male", of: "Patient") == ["1"])
    #expect(try await find("gender=http://other%7Cmale", of: "Patient") == [])
    #expect(try await find("gender=%7Cmale", of: "Patient") == ["1"])
    #expect(try await find("active=true", of: "Patient") == ["1"])
  }

  @Test func `what is deleted or changed is found no more`() async throws {
    try await put(["resourceType": "Patient", "id": "1", "gender": "male"])
    try await put(["resourceType": "Patient", "id": "2", "gender": "male"])
    try await put(["resourceType": "Patient", "id": "1", "gender": "female"])
    #expect(try await find("gender=male", of: "Patient") == ["2"])
    _ = try await place.store.write(.delete(key("Patient/2")))
    #expect(try await find("gender=male", of: "Patient") == [])
    #expect(try await find("", of: "Patient") == ["1"])
    #expect(try await find("gender:not=male", of: "Patient") == ["1"])
    #expect(try await find("_id=1,2", of: "Patient") == ["1"])
  }

  @Test func `versions of a canonical URL are found by it`() async throws {
    try await put([
      "resourceType": "Patient", "id": "1", "meta": ["profile": ["http://x/p|1.0"]],
    ])
    #expect(try await find("_profile=http://x/p", of: "Patient") == ["1"])
    #expect(try await find("_profile=http://x/p%7C1.0", of: "Patient") == ["1"])
    #expect(try await find("_profile=http://x/p%7C2.0", of: "Patient") == [])
    #expect(try await find("_profile=http://x/", of: "Patient") == [])
    #expect(try await find("_profile:below=http://x/", of: "Patient") == ["1"])
  }

  @Test func `a search through all types finds each`() async throws {
    let tag: JSON = ["tag": [["system": "t", "code": "x"]]]
    try await put(["resourceType": "Patient", "id": "1", "meta": tag])
    try await put(["resourceType": "Group", "id": "2", "meta": tag, "type": "person"])
    try await put(["resourceType": "Basic", "id": "3", "code": ["text": "x"]])
    let context = QueryContext(table: place.store.parameters, now: 0)
    func found(_ text: String) async throws -> Set<String> {
      Set(try await place.store.search(try Query.parse(text, in: .system, context)).found)
    }
    #expect(try await found("_tag=t%7Cx") == ["Patient/1", "Group/2"])
    #expect(try await found("_tag=t%7Cx&_type=Group,Basic") == ["Group/2"])
    #expect(try await found("_type=Group,Basic") == ["Group/2", "Basic/3"])
    #expect(try await found("") == ["Patient/1", "Group/2", "Basic/3"])
    #expect(try await found("_id=3") == ["Basic/3"])
  }

  @Test func `a compartment holds what belongs to the person`() async throws {
    try await put(["resourceType": "Patient", "id": "1"])
    for id in ["1", "2"] {
      try await put([
        "resourceType": "Observation", "id": .string("o" + id), "status": "final",
        "code": ["text": "x"], "subject": ["reference": .string("Patient/" + id)],
      ])
    }
    let context = QueryContext(table: place.store.parameters, now: 0)
    let one = SearchScope.compartment(type("Patient"), id: "1", type("Observation"))
    #expect(
      try await place.store.search(try Query.parse("", in: one, context)).found
        == ["Observation/o1"])
    let all = SearchScope.compartment(type("Patient"), id: "1", nil)
    #expect(
      Set(try await place.store.search(try Query.parse("", in: all, context)).found)
        == ["Patient/1", "Observation/o1"])
  }

  @Test func `resources changed since a time are found`() async throws {
    try await put(["resourceType": "Patient", "id": "1"])
    let page = try await place.search("_lastUpdated=ge2023-11-14", of: "Patient")
    #expect(page.found == ["Patient/1"])
    #expect(try await find("_lastUpdated=lt2023-11-14", of: "Patient") == [])
    #expect(try await find("_lastUpdated=2023", of: "Patient") == ["1"])
  }

  @Test func `a query that costs too much is stopped`() async throws {
    let chain = String(repeating: "link:Patient.", count: 20) + "name=x"
    let refused = try await anomaly { try await place.search(chain, of: "Patient") }
    #expect(refused.answer == 400)
    let many = "code=" + (0..<3_000).map { "c\($0)" }.joined(separator: ",")
    let tooMany = try await anomaly { try await place.search(many, of: "Observation") }
    #expect(tooMany.code == .tooCostly)
  }
}
