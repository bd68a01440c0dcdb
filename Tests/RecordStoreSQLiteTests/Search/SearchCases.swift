import FHIR
import FHIRSearch
import RecordStore
import RecordStoreSQLite
import TestSupport
import Testing

/// A search of the reference suite and what it finds.
struct SearchCase: Sendable, CustomTestStringConvertible {
  var group: String
  var id: String
  var type: String
  var query: String
  var expected: Set<String>
  /// What the standard's range rules give, where the source server differs.
  var status: Int?

  var testDescription: String { "\(id): \(type)?\(query)" }

  static let groups = [
    "chain", "composite", "date", "include", "number", "quantity", "reference", "string", "token",
    "uri",
  ]

  static func file(_ group: String) throws -> JSON {
    try JSON(parsing: try Reference.bytes("fhir-search-cases/\(group).json"))
  }

  static func all(_ group: String) throws -> [SearchCase] {
    (try file(group)["cases"]?.items ?? []).map { item in
      let isOther = item["agrees"]?.bool == false
      let expected = (isOther ? item["specRange"] : item["expected"])?.items ?? []
      var status: Int?
      if case .number(let text)? = item["expectedStatus"] { status = Int(text) }
      return SearchCase(
        group: group, id: item["id"]?.string ?? "", type: item["type"]?.string ?? "",
        query: item["query"]?.string ?? "", expected: Set(expected.compactMap(\.string)),
        status: status)
    }
  }

  /// The query with everything encoded that a query does not use as a sign of its own.
  var encoded: String {
    if group == "uri" { return query }
    return query.utf8.reduce(into: "") { text, byte in
      let isPlain = byte < 0x80 && !" |{}\"<>^`%+".utf8.contains(byte)
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}

extension Workplace {
  /// Stores the resources of a group of cases.
  func load(_ group: String) async throws {
    for entry in try SearchCase.file(group)["setup"]?["entry"]?.items ?? [] {
      guard let resource = entry["resource"], let url = entry["request"]?["url"]?.string else {
        continue
      }
      _ = try await store.write(.update(key(url), try document(resource)))
    }
    if group == "include" {
      let gone = key("Organization/ms-include-deleted-organization")
      let organization: JSON = ["resourceType": "Organization", "id": .string(gone.id)]
      _ = try await store.write(.update(gone, try document(organization)))
      _ = try await store.write(.delete(gone))
    }
  }

  func query(
    _ text: String, of name: String, isLenient: Bool = false
  ) throws -> Query {
    let context = QueryContext(
      table: store.parameters, now: 1_700_000_000_000, isLenient: isLenient)
    return try Query.parse(text, in: .type(type(name)), context)
  }

  func search(_ text: String, of name: String) async throws -> SearchPage {
    try await store.search(try query(text, of: name))
  }
}

extension SearchPage {
  var found: [String] { entries.map(\.version.key.description) }
  var matches: [String] {
    entries.filter { $0.mode == .match }.map(\.version.key.description)
  }
}
