package import FHIR

/// A mapping of codes to codes. <https://hl7.org/fhir/R4/conceptmap.html>
package final class ConceptMap: Sendable {
  package let url: String?
  package let version: String?
  let source: String?
  let target: String?
  let groups: [Group]

  struct Group: Sendable {
    var source: String?
    var target: String?
    var elements: [String: [Target]]
    var order: [String]
    var unmapped: Unmapped?
  }

  struct Target: Sendable {
    var code: String
    var display: String?
    var equivalence: Equivalence
    var products: [JSON]
    var dependencies: [JSON]
  }

  struct Unmapped: Sendable {
    var mode: String
    var code: String?
    var display: String?
    var url: String?
    var equivalence: Equivalence
  }

  package init(_ resource: JSON) throws(Anomaly) {
    guard resource["resourceType"]?.string == "ConceptMap" else {
      throw .incorrect(
        "This is not a ConceptMap", chinese: "这不是 ConceptMap 资源", path: "ConceptMap")
    }
    url = resource["url"]?.string
    version = resource["version"]?.string
    func scope(_ side: String) -> String? {
      for name in ["\(side)Uri", "\(side)Canonical", "\(side)ScopeUri", "\(side)ScopeCanonical"] {
        if let value = resource[name]?.string { return value }
      }
      return nil
    }
    source = scope("source")
    target = scope("target")
    groups = (resource["group"]?.items ?? []).map(Group.init)
  }

  /// `url|version`, or the URL alone when it has no version.
  package var canonical: String? {
    url.map { Canonical(url: $0, version: version).description }
  }
}

extension ConceptMap.Group {
  init(_ json: JSON) {
    // R5 has the version behind a bar.
    source = json["source"]?.string.map { Canonical($0).url }
    target = json["target"]?.string.map { Canonical($0).url }
    elements = [:]
    order = []
    for element in json["element"]?.items ?? [] {
      guard let code = element["code"]?.string else { continue }
      if elements[code] == nil { order.append(code) }
      elements[code, default: []] += (element["target"]?.items ?? []).map(ConceptMap.Target.init)
    }
    if let item = json["unmapped"] {
      unmapped = ConceptMap.Unmapped(
        mode: item["mode"]?.string ?? "", code: item["code"]?.string,
        display: item["display"]?.string,
        url: item["url"]?.string ?? item["otherMap"]?.string,
        equivalence: Equivalence(item) ?? .relatedto)
    }
  }
}

extension ConceptMap.Target {
  init(_ json: JSON) {
    code = json["code"]?.string ?? ""
    display = json["display"]?.string
    equivalence = Equivalence(json) ?? .relatedto
    products = json["product"]?.items ?? []
    dependencies = json["dependsOn"]?.items ?? []
  }
}

/// How the target is to the source.
/// <https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html>
package enum Equivalence: String, Sendable, CaseIterable {
  case relatedto, equivalent, equal, wider, subsumes, narrower, specializes, inexact, unmatched
  case disjoint

  /// The names of R5, <https://hl7.org/fhir/R5/valueset-concept-map-relationship.html>.
  private static let relationships: [(name: String, equivalence: Equivalence)] = [
    ("equivalent", .equivalent), ("related-to", .relatedto),
    ("source-is-narrower-than-target", .wider), ("source-is-broader-than-target", .narrower),
    ("not-related-to", .disjoint),
  ]

  init?(_ json: JSON) {
    if let name = json["equivalence"]?.string {
      self.init(rawValue: name)
    } else if let name = json["relationship"]?.string,
      let known = Self.relationships.first(where: { $0.name == name })
    {
      self = known.equivalence
    } else {
      return nil
    }
  }

  /// The name in R5.
  var relationship: String {
    switch self {
    case .equal: "equivalent"
    case .subsumes: "source-is-narrower-than-target"
    case .specializes: "source-is-broader-than-target"
    case .inexact: "related-to"
    case .unmatched: "not-related-to"
    default: Self.relationships.first { $0.equivalence == self }?.name ?? "related-to"
    }
  }

  /// The same seen from the other side.
  var reversed: Equivalence {
    switch self {
    case .wider: .narrower
    case .narrower: .wider
    case .subsumes: .specializes
    case .specializes: .subsumes
    default: self
    }
  }

  /// Whether it says that there is a counterpart.
  var isMatch: Bool { self != .unmatched && self != .disjoint }
}
