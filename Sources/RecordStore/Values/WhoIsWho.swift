package import FHIR

/// Resources that say which records are of one person; they are part of nobody's record.
///
/// The compartment of a Patient has every Person that links it. One that an index has made would
/// bring the index's bookkeeping, and the records of others, into each `$everything`.
package enum WhoIsWho {
  /// The system of the tags that such resources have.
  package static let system = "urn:kangqu:master-index"

  private static let person = Schema.r4.type(named: "Person")

  /// Whether a resource of a type is such a one.
  package static func has(_ type: TypeID, _ resource: JSONCursor) -> Bool {
    guard type == person, let tags = resource.member(.meta)?.member(.tag) else { return false }
    return tags.children.contains { $0.member(.system)?.string == system }
  }
}
