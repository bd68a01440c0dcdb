import FHIR
import TestSupport

/// The official suites, read once.
enum Suites {
  static func examples() throws -> [JSONDocument] {
    try Reference.lines("fhir-r4-examples/examples.ndjson.gz").map { try JSONDocument.parse($0) }
  }

  /// A resource in few words: its type and id.
  static func name(of document: JSONDocument) -> String {
    withExtendedLifetime(document) {
      let root = document.root
      return (root.member("resourceType")?.string ?? "?") + "/" + (root.member("id")?.string ?? "?")
    }
  }
}
