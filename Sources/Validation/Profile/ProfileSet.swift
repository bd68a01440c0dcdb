package import FHIR
package import Terminology

/// The profiles, extensions and value sets that a validator knows beside the standard's own.
package struct ProfileSet: Sendable {
  private var profiles: [String: Profile] = [:]
  /// The code systems, value sets and concept maps: the same that terminology answers from.
  package private(set) var library = Library()

  package init() {}

  package var isEmpty: Bool { profiles.isEmpty }

  /// Adds a StructureDefinition, CodeSystem, ValueSet or ConceptMap; one of the same URL and
  /// version is replaced.
  package mutating func add(_ document: JSONDocument) throws(Anomaly) {
    defer { withExtendedLifetime(document) {} }
    switch document.root.member("resourceType")?.string {
    case "StructureDefinition":
      let url = document.root.member("url")?.string ?? ""
      profiles[url] = try ProfileReader.read(JSON(document), url: url)
    // A code system can be great; it is not taken apart.
    case "CodeSystem": library.add(try CodeSystem(document.root))
    default: try library.add(JSON(document))
    }
  }

  /// Adds a definition that is at hand as a value.
  package mutating func add(_ resource: JSON) throws(Anomaly) {
    guard resource["url"]?.string != nil else {
      throw .incorrect("A definition needs a url", chinese: "定义缺少 url", path: "url")
    }
    try add(try JSONDocument.parse(resource.encoded()))
  }

  /// Takes back what a resource of some type has defined.
  package mutating func remove(_ type: String, _ canonical: Canonical) {
    switch type {
    case "StructureDefinition": profiles[canonical.url] = nil
    case "CodeSystem": library.removeCodeSystem(canonical.url, canonical.version)
    case "ValueSet": library.removeValueSet(canonical.url, canonical.version)
    default: library.removeConceptMap(canonical.url, canonical.version)
    }
  }

  /// Whether there is a profile with a canonical URL, whatever its version.
  package func contains(_ url: String) -> Bool { self[url] != nil }

  /// The profile with a canonical URL; what follows `|` or `#` is left out of account.
  subscript(url: String) -> Profile? {
    profiles[url]
      ?? url.firstIndex { $0 == "|" || $0 == "#" }.flatMap { profiles[String(url[..<$0])] }
  }

  /// Whether a code is in a value set; nil when this is not known.
  ///
  /// - Parameter version: the version of the code system that the coding names.
  func contains(
    system: String?, version: String? = nil, code: String, in valueSet: String
  ) -> Bool? {
    let canonical = Canonical(valueSet)
    if !library.stores(valueSet: canonical.url), let rule = CodeRule(canonical.url, in: .r4) {
      return rule.holds(system: system, code: code)
    }
    return library.holds(system: system, version: version, code: code, in: canonical)
  }
}

extension CodeRule {
  /// Whether a code is one of the rule's, of a system where one is said.
  func holds(system: String?, code: String) -> Bool {
    var code = code
    return code.withUTF8 { code in
      guard var system else { return holds(code: UnsafeRawBufferPointer(code)) }
      return system.withUTF8 {
        holds(system: UnsafeRawBufferPointer($0), code: UnsafeRawBufferPointer(code))
      }
    }
  }
}
