package import FHIR

/// All codes of a value set by themselves, for those who look for them elsewhere.
package struct ValueSetCodes {
  private let library: Library

  package init(_ library: Library) { self.library = library }

  /// The codes of the value set with a canonical URL; more than the limit are refused.
  package func codes(of canonical: String, limit: Int) throws(Anomaly) -> [(
    system: String, code: String
  )] {
    let wanted = Canonical(canonical)
    guard let set = library.valueSet(wanted.url, version: wanted.version) else {
      throw Inquiry.missingValueSet(canonical)
    }
    var expander = Expander(Inquiry(library))
    let matches = try expander.matches(set)
    guard matches.count <= limit else {
      throw .incorrect(
        "The value set '\(canonical)' has more than \(limit) codes",
        chinese: "值集“\(canonical)”的代码超过 \(limit) 个", code: .tooCostly)
    }
    return matches.map { ($0.system.url, $0.code) }
  }
}
