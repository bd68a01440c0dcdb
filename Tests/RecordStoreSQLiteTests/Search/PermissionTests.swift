import FHIR
import FHIRSearch
import RecordStore
import RecordStoreSQLite
import Testing

/// Nothing that may not be known has any influence on an answer.
@Suite("Permission in searches") struct PermissionTests {
  /// Two patients with a finding each; the second of either is hidden by a security label.
  static func place(withHidden: Bool) async throws -> Workplace {
    let place = try Workplace()
    for number in withHidden ? [1, 2] : [1] {
      let label: JSON = [
        "security": [["system": "urn:label", "code": number == 2 ? "hidden" : "open"]]
      ]
      let patient: JSON = [
        "resourceType": "Patient", "id": .string("p\(number)"), "meta": label,
        "name": [["family": "Wang"]], "birthDate": .string("199\(number)-01-01"),
      ]
      _ = try await place.store.write(.update(key("Patient/p\(number)"), try document(patient)))
      let finding: JSON = [
        "resourceType": "Observation", "id": .string("o\(number)"), "meta": label,
        "status": "final", "code": ["coding": [["system": "s", "code": "c"]]],
        "subject": ["reference": .string("Patient/p1")],
        "focus": [["reference": .string("Patient/p\(number)")]],
        "valueQuantity": ["value": .number("\(number)")],
      ]
      _ = try await place.store.write(
        .update(key("Observation/o\(number)"), try document(finding)))
    }
    return place
  }

  static func permission() throws -> Permission {
    var criteria: [TypeID: Expression] = [:]
    for name in ["Patient", "Observation"] {
      let context = QueryContext(table: .r4, now: 0)
      criteria[type(name)] = try Query.parse(
        "_security=urn:label%7Copen", in: .type(type(name)), context
      ).expression
    }
    return Permission(criteria)
  }

  static let probes: [(String, String)] = [
    ("Patient", ""), ("Patient", "name=wang"), ("Patient", "birthdate=1992"),
    ("Patient", "_has:Observation:patient:value-quantity=2"),
    ("Patient", "_has:Observation:patient:code=c&_summary=count"),
    ("Patient", "_id=p1&_revinclude=Observation:patient"), ("Patient", "_id=p2"),
    ("Patient", "_sort=-birthdate"), ("Patient", "_total=accurate&_count=1"),
    ("Observation", "subject:Patient.birthdate=1991"), ("Observation", "focus:Patient.name=wang"),
    ("Observation", "focus:Patient.birthdate=1992"), ("Observation", "_include=Observation:focus"),
    ("Observation", "_include=*"), ("Observation", "code:not=x"),
    ("Observation", "value-quantity:missing=false"), ("Observation", "code=c&_sort=-_id"),
    ("Observation", "code-value-quantity=c$2"), ("Practitioner", "_sort=_id"),
    ("Patient", "_has:Observation:patient:_has:Provenance:target:_id=x"),
    ("Observation", "_include:iterate=Observation:*&_revinclude:iterate=*"),
  ]

  @Test func `two stores that differ in hidden resources alone answer alike`() async throws {
    let bare = try await Self.place(withHidden: false)
    let full = try await Self.place(withHidden: true)
    let permission = try Self.permission()
    for (name, text) in Self.probes {
      var answers: [String] = []
      for place in [bare, full] {
        var query = try place.query(text, of: name)
        query.permission = permission
        let page = try await place.store.search(query)
        answers.append("\(page.found) \(page.total ?? -1) \(page.links.next == nil)")
      }
      #expect(answers[0] == answers[1], "\(name)?\(text)")
    }
    let open = try await full.search("_has:Observation:patient:value-quantity=2", of: "Patient")
    #expect(open.found == ["Patient/p1"])
  }
}
