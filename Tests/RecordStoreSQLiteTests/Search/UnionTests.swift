import FHIR
import FHIRSearch
import RecordStore
import Testing

@testable import RecordStoreSQLite

/// A parameter that has the values of others finds what they find.
/// <https://hl7.org/fhir/R4/observation.html#search>
@Suite("Unions are searched by their members") struct UnionSearchTests {
  let place: Workplace

  /// Observations with every mixture of a value and a component, each of two people's.
  init() async throws {
    place = try Workplace()
    var entries = ["1", "2"].map { id -> (String, JSON) in
      ("Patient/\(id)", ["resourceType": "Patient", "id": .string(id)])
    }
    func quantity(_ value: String) -> JSON {
      ["value": .number(value), "system": "http://unitsofmeasure.org", "code": "mg"]
    }
    func concept(_ code: String) -> JSON {
      ["coding": [["system": "s", "code": .string(code)]], "text": .string("word " + code)]
    }
    for number in 0..<64 {
      var json: JSON = [
        "resourceType": "Observation", "id": .string("o\(number)"), "status": "final",
        "code": concept(number & 1 == 0 ? "a" : "b"),
        "subject": ["reference": .string("Patient/\(number % 3 == 0 ? 1 : 2)")],
      ]
      switch number >> 1 & 3 {
      case 0: json["valueQuantity"] = quantity("\(number % 7)")
      case 1: json["valueCodeableConcept"] = concept("x")
      default: break
      }
      var component: JSON = ["code": concept(number & 2 == 0 ? "b" : "c")]
      switch number >> 3 & 3 {
      case 0: component["valueQuantity"] = quantity("\(number % 5)")
      case 1: component["valueCodeableConcept"] = concept("y")
      case 2: component["dataAbsentReason"] = concept("unknown")
      default: break
      }
      if number & 32 == 0 { json["component"] = [component] }
      entries.append(("Observation/o\(number)", json))
    }
    _ = try await place.store.transaction(
      try entries.map { BundleEntry(.put, $0.0, resource: try document($0.1)) })
  }

  private func find(_ text: String, of name: String = "Observation") async throws -> Set<String> {
    Set(try await place.search(text + "&_count=1000", of: name).found)
  }

  static let cases: [(union: String, members: [String], criteria: [String])] = [
    (
      "combo-code", ["code", "component-code"],
      ["=a", "=b", "=s%7Cb", "=s%7C", "=c,a", ":text=word", "=none", ":missing=false"]
    ),
    (
      "combo-value-quantity", ["value-quantity", "component-value-quantity"],
      ["=3", "=gt2", "=le4%7C%7Cmg", "=2%7Chttp://unitsofmeasure.org%7Cmg", ":missing=false"]
    ),
    (
      "combo-value-concept", ["value-concept", "component-value-concept"],
      ["=x", "=s%7Cy", ":missing=false"]
    ),
    (
      "combo-code-value-quantity", ["code-value-quantity", "component-code-value-quantity"],
      ["=b$gt2", "=s%7Ca$3%7C%7Cmg", "=c$lt9", ":missing=false"]
    ),
    (
      "combo-code-value-concept", ["code-value-concept", "component-code-value-concept"],
      ["=b$x", "=s%7Cc$y", ":missing=false"]
    ),
    (
      "combo-data-absent-reason", ["data-absent-reason", "component-data-absent-reason"],
      ["=unknown", ":missing=false"]
    ),
  ]

  @Test(arguments: cases)
  func `a union finds what any of its members finds`(
    union: String, members: [String], criteria: [String]
  ) async throws {
    for criterion in criteria {
      var expected: Set<String> = []
      for member in members { expected.formUnion(try await find(member + criterion)) }
      #expect(try await find(union + criterion) == expected, "\(union)\(criterion)")
      #expect(criterion == "=none" || !expected.isEmpty, "\(union)\(criterion)")
      // With a patient, the rule is asked of the bodies instead.
      let own = try await find("subject=Patient/1")
      #expect(
        try await find("subject=Patient/1&" + union + criterion) == expected.intersection(own))
    }
  }

  @Test(arguments: cases)
  func `a union is missing where all its members are`(
    union: String, members: [String], criteria: [String]
  ) async throws {
    let all = members.map { $0 + ":missing=true" }.joined(separator: "&")
    let expected = try await find(all)
    #expect(try await find(union + ":missing=true") == expected)
  }

  @Test func `a negated code is that of neither the observation nor a component`() async throws {
    let expected = try await find("code:not=b&component-code:not=b")
    #expect(try await find("combo-code:not=b") == expected)
    #expect(!expected.isEmpty)
  }

  @Test func `a reverse chain goes through a union`() async throws {
    let reverse = "_has:Observation:patient:combo-code"
    #expect(try await find(reverse + "=c", of: "Patient") == ["Patient/1", "Patient/2"])
    #expect(try await find(reverse + "=none", of: "Patient") == [])
  }

  @Test func `the order of a union is that of the least of its values`() async throws {
    let criterion = "combo-value-quantity:missing=false&_count=1000&_sort="
    for (sort, isDescending) in [("combo-value-quantity", false), ("-combo-value-quantity", true)] {
      let page = try await place.search(criterion + sort, of: "Observation")
      let keys = try page.entries.map { entry -> Double in
        let json = try entry.version.json
        let values = [json["valueQuantity"], json["component"]?[0]?["valueQuantity"]]
        let numbers = values.compactMap { value -> Double? in
          guard case .number(let text)? = value?["value"] else { return nil }
          return Double(text)
        }
        return try #require(isDescending ? numbers.max() : numbers.min())
      }
      #expect(keys == (isDescending ? keys.sorted(by: >) : keys.sorted()))
      #expect(Set(keys).count > 3)
    }
  }

  @Test func `a reference with two names is one in the record of the person`() async throws {
    let statement: JSON = [
      "resourceType": "DeviceUseStatement", "id": "d", "status": "active",
      "subject": ["reference": "Patient/1"], "device": ["display": "x"],
    ]
    let coverage: JSON = [
      "resourceType": "Coverage", "id": "c", "status": "active",
      "beneficiary": ["reference": "Patient/1"], "payor": [["display": "x"]],
    ]
    _ = try await place.store.write(.update(key("DeviceUseStatement/d"), try document(statement)))
    _ = try await place.store.write(.update(key("Coverage/c"), try document(coverage)))
    for name in ["subject", "patient"] {
      #expect(
        try await find(name + "=Patient/1", of: "DeviceUseStatement") == ["DeviceUseStatement/d"])
    }
    for name in ["beneficiary", "patient"] {
      #expect(try await find(name + "=Patient/1", of: "Coverage") == ["Coverage/c"])
    }
    #expect(
      try await find("_has:Coverage:patient:status=active", of: "Patient") == ["Patient/1"])
    let window = EverythingWindow(types: [type("DeviceUseStatement"), type("Coverage")])
    let page = try await place.store.everything(key("Patient/1"), window)
    #expect(Set(page.found) == ["DeviceUseStatement/d", "Coverage/c"])
    let included = try await place.search(
      "_id=1&_revinclude=Coverage:patient&_revinclude=DeviceUseStatement:subject", of: "Patient")
    #expect(included.entries.count == 3)
  }

  @Test func `the index that an older program made is freed of the rows of unions`() throws {
    let table = place.store.parameters
    let unions = Schema.r4.resourceTypes.flatMap(table.parameters(of:)).filter {
      !$0.union.isEmpty
    }
    place.close()
    let file = place.directory + "/" + SQLiteStore.fileName
    do {
      let other = try Connection(path: file, role: .writer)
      try other.execute("DELETE FROM migration WHERE number = 4")
      for union in unions {
        let key = union.number * IndexVariant.count
        try other.execute("INSERT INTO idx (param, lo, hi, rid) VALUES (\(key), 1, 2, 3)")
      }
      #expect(try other.integer("SELECT count(*) FROM idx WHERE rid = 3") == Int64(unions.count))
    }
    try place.reopen()
    let own = try Connection(path: file, role: .reader)
    #expect(try own.integer("SELECT count(*) FROM idx WHERE rid = 3") == 0)
    #expect(try own.integer("SELECT count(*) FROM idx") != 0)
  }
}
