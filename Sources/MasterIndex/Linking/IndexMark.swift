import FHIR
import RecordStore

/// The tags by which resources that the index makes are known.
package enum IndexMark {
  /// The system of the tags and codes of the index.
  package static let system = WhoIsWho.system
  static let person = tag("person")
  static let review = tag("review")
  static let decision = tag("decision")

  private static func tag(_ code: String) -> JSON {
    ["system": .string(system), "code": .string(code)]
  }
}

extension JSON {
  /// Whether a resource has this tag in its `meta`.
  func isTag(of resource: JSON) -> Bool {
    resource["meta"]?["tag"]?.items.contains {
      $0["system"] == self["system"] && $0["code"] == self["code"]
    } ?? false
  }
}
