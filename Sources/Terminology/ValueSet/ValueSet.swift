package import FHIR

/// A value set as it is composed. <https://hl7.org/fhir/R4/valueset.html>
package final class ValueSet: Sendable {
  package let url: String?
  package let version: String?
  let about: CodeSystem.About
  /// The resource as it came, without its expansion.
  let source: JSON
  let includes: [Selection]
  let excludes: [Selection]
  /// Whether the composition has a say on inactive codes.
  let allowsInactive: Bool?
  /// What the author wants of every expansion.
  let parameters: [String: String]
  /// The supplements without which it means something else.
  let supplements: [String]
  /// The value sets in it, by `#id`.
  let contained: [String: ValueSet]

  package init(_ resource: JSON) throws(Anomaly) {
    guard resource["resourceType"]?.string == "ValueSet" else {
      throw .incorrect("This is not a ValueSet", chinese: "这不是 ValueSet 资源", path: "ValueSet")
    }
    url = resource["url"]?.string
    version = resource["version"]?.string
    var about = CodeSystem.About(url: resource["url"]?.string ?? "")
    about.status = resource["status"]?.string
    about.isExperimental = resource["experimental"]?.bool ?? false
    about.language = resource["language"]?.string
    let extensions = resource["extension"]?.items ?? []
    about.standardsStatus =
      extensions.first {
        $0["url"]?.string == StandardExtension.standardsStatus
      }?["valueCode"]?.string
    self.about = about
    supplements = extensions.filter { $0["url"]?.string == StandardExtension.supplement }
      .compactMap { $0["valueCanonical"]?.string ?? $0["valueUri"]?.string }
    var source = resource
    source["expansion"] = nil
    self.source = source
    let compose = resource["compose"]
    allowsInactive = compose?["inactive"]?.bool
    parameters = Self.parameters(compose)
    if let compose {
      includes = Self.selections(compose["include"], "ValueSet.compose.include")
      excludes = Self.selections(compose["exclude"], "ValueSet.compose.exclude")
    } else {
      includes = Self.selections(expansion: resource["expansion"])
      excludes = []
    }
    var contained: [String: ValueSet] = [:]
    for item in resource["contained"]?.items ?? [] {
      guard item["resourceType"]?.string == "ValueSet", let id = item["id"]?.string else {
        continue
      }
      contained["#" + id] = try ValueSet(item)
    }
    self.contained = contained
  }

  /// What it is called, for people.
  package var title: String {
    source["title"]?.string ?? source["name"]?.string ?? url ?? ""
  }

  /// `url|version`, or the URL alone when it has no version.
  package var canonical: String { Canonical(url: url ?? "", version: version).description }

  private static func parameters(_ compose: JSON?) -> [String: String] {
    var parameters: [String: String] = [:]
    for item in compose?["extension"]?.items ?? []
    where item["url"]?.string == StandardExtension.expansionParameter {
      var name: String?
      var value: String?
      for part in item["extension"]?.items ?? [] {
        let text = part.object?.members.first { $0.name.hasPrefix("value") }?.value
        if part["url"]?.string == "name" { name = text?.string }
        if part["url"]?.string == "value" { value = text?.string ?? text?.text }
      }
      if let name, let value { parameters[name] = value }
    }
    return parameters
  }

  private static func selections(_ list: JSON?, _ path: String) -> [Selection] {
    (list?.items ?? []).enumerated().map { index, item in
      Selection(item, path: "\(path)[\(index)]")
    }
  }

  /// What a stored expansion lists, for a value set that says no more of itself.
  private static func selections(expansion: JSON?) -> [Selection] {
    var bySystem: [Canonical: [JSON]] = [:]
    var order: [Canonical] = []
    func take(_ items: [JSON]) {
      for item in items {
        if let system = item["system"]?.string, item["code"] != nil, item["abstract"]?.bool != true
        {
          let key = Canonical(url: system, version: item["version"]?.string)
          if bySystem[key] == nil { order.append(key) }
          bySystem[key, default: []].append(item)
        }
        take(item["contains"]?.items ?? [])
      }
    }
    take(expansion?["contains"]?.items ?? [])
    return order.map { key in
      Selection(
        system: key.url, version: key.version, concepts: bySystem[key] ?? [],
        path: "ValueSet.expansion")
    }
  }
}
