import FHIR
import FHIRSearch
import RecordStore
import RecordStoreSQLite
import Testing

/// What the database finds is what the rule says of each resource alone.
@Suite("Database and rule agree") struct AgreementTests {
  static func finding(_ number: Int, _ chance: inout some RandomNumberGenerator) throws
    -> JSONDocument
  {
    func pick(_ choices: [JSON]) -> JSON { choices.randomElement(using: &chance) ?? .null }
    var json: JSON = [
      "resourceType": "Observation", "id": .string("o\(number)"), "status": "final",
      "code": ["coding": [["system": pick(["s", "t"]), "code": pick(["a", "b"])]]],
      "subject": ["reference": "Patient/1"],
    ]
    switch Int.random(in: 0..<5, using: &chance) {
    case 0: json["effectiveDateTime"] = pick(["2020", "2020-03", "2020-03-04", "2021-01-01"])
    case 1:
      json["effectiveDateTime"] = pick([
        "2020-03-04T05:06:07Z", "2020-03-04T05:06:07.891Z", "2020-03-04T23:59:59Z",
      ])
    case 2:
      json["effectivePeriod"] = pick([
        ["start": "2020-03-01", "end": "2020-03-09"], ["start": "2020-03-04"],
        ["end": "2020-03-04T05:06:07Z"], ["start": "2020-03-04", "end": "2020-03-04"],
      ])
    default: break
    }
    switch Int.random(in: 0..<3, using: &chance) {
    case 0:
      json["valueQuantity"] = [
        "value": pick([.number("5.0"), .number("5.4"), .number("0.005"), .number("-1")]),
        "system": "http://unitsofmeasure.org", "code": pick(["g", "mg", "kg"]),
      ]
    case 1: json["valueString"] = pick(["Blue", "blue eyes", "Bläu", "蓝色"])
    default: break
    }
    return try document(json)
  }

  static let queries: [String] = {
    var queries: [String] = []
    for prefix in ["", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"] {
      for date in [
        "2020", "2020-03", "2020-03-04", "2020-03-04T05:06:07Z", "2020-03-04T05:06:07.891Z",
      ] {
        queries.append("date=\(prefix)\(date)")
      }
      for number in ["5", "5.4", "5.40", "0.005", "-1"] {
        queries.append("value-quantity=\(prefix)\(number)")
        queries.append("value-quantity=\(prefix)\(number)%7C%7Cmg")
        queries.append("value-quantity=\(prefix)\(number)%7Chttp://unitsofmeasure.org%7Cg")
        queries.append("code-value-quantity=s%7Ca$\(prefix)\(number)")
        queries.append("code-value-quantity=a$\(prefix)\(number)%7C%7Cmg")
      }
    }
    queries += [
      "code=a", "code=s%7Ca", "code=s%7C", "code=%7Ca", "code:not=a", "value-string=bl",
      "value-string:exact=Blue", "value-string:contains=ue", "value-string=%E8%93%9D",
      "date:missing=true", "value-quantity:missing=false", "value-string:missing=true",
      "code-value-string=a$blue", "code=a,b&date=2020,2021", "code:not=a&date=ge2020-03-04",
    ]
    return queries
  }()

  @Test func `for every prefix, precision, period and unit`() async throws {
    let place = try Workplace()
    var chance = SystemRandomNumberGenerator()
    let resources = try (0..<160).map { try Self.finding($0, &chance) }
    let entries = resources.enumerated().map { index, document in
      BundleEntry(.put, "Observation/o\(index)", resource: document)
    }
    _ = try await place.store.transaction(entries)
    let extractor = IndexExtractor(place.store.parameters)
    let observation = type("Observation")
    let rows = resources.map { extractor.entries(for: $0.root, observation) }
    for text in Self.queries {
      let query = try place.query(text + "&_count=1000", of: "Observation")
      let expected = Set(
        rows.indices.filter { query.expression.holds(for: rows[$0]) }.map { "Observation/o\($0)" })
      let found = try await place.store.search(query)
      #expect(query.expression.isLocal)
      #expect(Set(found.found) == expected, "\(text)")
      // Behind a point, the rule is asked of the bodies.
      let staged = try await place.search(
        "subject=Patient/1&_count=1000&" + text, of: "Observation")
      #expect(Set(staged.found) == expected, "\(text), staged")
      #expect(found.total == expected.count)
    }
    withExtendedLifetime(resources) {}
  }
}
