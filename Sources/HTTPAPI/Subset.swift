import FHIR
import FHIRSearch

/// How the parameters of a request name a part of a resource.
///
/// <https://hl7.org/fhir/R4/search.html#summary>
extension ResourceSubset {
  /// The part that a read asks for; nil when the whole resource is wanted.
  init?(_ parameters: QueryParameters) throws(Anomaly) {
    let names = Set(parameters.values("_elements"))
    switch try parameters.value("_summary") {
    case nil, "false":
      guard !names.isEmpty else { return nil }
      self = .elements(names)
    case let value? where !names.isEmpty:
      throw .incorrect(
        "_summary=\(value) and _elements exclude each other", chinese: "_summary 与 _elements 不能并用",
        path: "_summary")
    case "true": self = .summary
    case "text": self = .text
    case "data": self = .data
    case let value?:
      throw .incorrect(
        "_summary must be true, false, text or data here, not '\(value.prefix(40))'",
        chinese: "此处 _summary 须为 true、false、text 或 data", code: .value, path: "_summary")
    }
  }

  /// The part that a search asks for; nil when whole resources are wanted.
  init?(_ query: Query) {
    switch query.summary {
    case .true: self = .summary
    case .text: self = .text
    case .data: self = .data
    case .count, .false, nil:
      guard !query.elements.isEmpty else { return nil }
      self = .elements(Set(query.elements))
    }
  }

  /// Whether what a search includes is cut too: elements are those of the types searched.
  var appliesToIncludes: Bool { self == .summary || self == .data }
}
