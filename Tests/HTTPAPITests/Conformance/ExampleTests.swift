import FHIR
import TestSupport
import Testing

/// HL7's examples go in and come out as they were, in JSON and in XML.
@Suite(.enabled(if: Reference.isPresent, "reference data absent")) struct ExampleTests {
  @Test(arguments: ["json", "xml"])
  func `every example is stored by PUT and read back equal apart from meta`(format: String)
    async throws
  {
    let lines = try Reference.lines("fhir-r4-examples/examples.ndjson.gz")
    var passed = 0
    try await TestServer.run { server in
      for line in lines {
        let example = try JSON(parsing: line)
        let key = "\(example["resourceType"]?.string ?? "")/\(example["id"]?.string ?? "")"
        let document = try JSONDocument.parse(line)
        let isXML = format == "xml"
        let body = isXML ? try XMLText.of(document) : line
        let put = try await server.send(
          "PUT", key, body, type: "application/fhir+\(format)",
          headers: ["Prefer": "return=minimal"])
        guard put.status == 201 || put.status == 200 else {
          Issue.record("\(key) \(put.status) \(put.text.prefix(400))")
          continue
        }
        let get = try await server.get(key, headers: ["Accept": "application/fhir+\(format)"])
        let back = isXML ? try XMLText.json(get.body) : get.json
        if Self.bare(back) == Self.bare(example) {
          passed += 1
        } else {
          Issue.record("\(key) came back changed")
        }
      }
    }
    print("CONFORMANCE fhir-r4-examples over HTTP (\(format)): \(passed)/\(lines.count)")
    #expect(passed == lines.count)
  }

  /// Without what the server sets.
  private static func bare(_ resource: JSON) -> JSON {
    var resource = resource
    if var meta = resource["meta"] {
      meta["versionId"] = nil
      meta["lastUpdated"] = nil
      resource["meta"] = meta
      if meta.object?.members.isEmpty == true { resource["meta"] = nil }
    }
    return resource.sorted
  }
}

extension JSON {
  /// With the members of all objects by name, as their order has no meaning.
  fileprivate var sorted: JSON {
    switch self {
    case .array(let items): return .array(items.map(\.sorted))
    case .object(let object):
      var sorted = JSONObject()
      sorted.members = object.members.sorted { $0.name < $1.name }
        .map { JSONObject.Member(name: $0.name, value: $0.value.sorted) }
      return .object(sorted)
    default: return self
    }
  }
}
