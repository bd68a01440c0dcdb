package import FHIR

/// The profiles, extensions and value sets that a validator knows beside the standard's own.
package struct ProfileSet: Sendable {
  private var profiles: [String: Profile] = [:]
  private var valueSets: [String: ProfileValueSet] = [:]
  private var codeSystems: [String: Set<String>] = [:]

  package init() {}

  package var isEmpty: Bool { profiles.isEmpty }

  /// Adds a StructureDefinition, ValueSet or CodeSystem; one with the same URL is replaced.
  package mutating func add(_ resource: JSON) throws(Anomaly) {
    guard let url = resource["url"]?.string else {
      throw .incorrect("A definition needs a url", chinese: "定义缺少 url", path: "url")
    }
    switch resource["resourceType"] {
    case "StructureDefinition": profiles[url] = try ProfileReader.read(resource, url: url)
    case "ValueSet": valueSets[url] = ProfileValueSet(resource)
    case "CodeSystem":
      guard resource["content"] == "complete" else { return }
      codeSystems[url] = Self.codes(of: resource["concept"])
    default:
      throw .incorrect(
        "Expected a StructureDefinition, ValueSet or CodeSystem",
        chinese: "应为 StructureDefinition、ValueSet 或 CodeSystem", path: "resourceType")
    }
  }

  package mutating func remove(url: String) {
    profiles[url] = nil
    valueSets[url] = nil
    codeSystems[url] = nil
  }

  /// Whether there is a profile with a canonical URL, whatever its version.
  package func contains(_ url: String) -> Bool { self[url] != nil }

  /// The profile with a canonical URL; what follows `|` or `#` is left out of account.
  subscript(url: String) -> Profile? {
    profiles[url]
      ?? url.firstIndex { $0 == "|" || $0 == "#" }.flatMap { profiles[String(url[..<$0])] }
  }

  /// Whether a code is in a value set; nil when this is not known.
  func contains(system: String?, code: String, in valueSet: String) -> Bool? {
    let url = valueSet.split(separator: "|").first.map(String.init) ?? valueSet
    guard let set = valueSets[url] else {
      guard let rule = CodeRule(url, in: .r4) else { return nil }
      return rule.holds(system: system, code: code)
    }
    return set.contains(system: system, code: code, in: self)
  }

  /// The codes of a code system, where all are known.
  func codes(of system: String) -> Set<String>? { codeSystems[system] }

  private static func codes(of concepts: JSON?) -> Set<String> {
    var codes: Set<String> = []
    for concept in concepts?.items ?? [] {
      if let code = concept["code"]?.string { codes.insert(code) }
      codes.formUnion(Self.codes(of: concept["concept"]))
    }
    return codes
  }
}

/// What a stored value set includes. <https://hl7.org/fhir/R4/valueset.html#compositions>
struct ProfileValueSet: Sendable {
  private struct Part: Sendable {
    var system: String?
    /// Nil for all of the system.
    var codes: Set<String>?
    var valueSets: [String]
    var hasFilter: Bool
  }

  private let include: [Part]
  private let exclude: [Part]
  /// The greatest depth of value sets that include others.
  private static let deepest = 8

  init(_ resource: JSON) {
    func parts(_ name: String) -> [Part] {
      (resource["compose"]?[name]?.items ?? []).map { part in
        let concepts = part["concept"]?.items.compactMap { $0["code"]?.string }
        return Part(
          system: part["system"]?.string, codes: concepts.map(Set.init),
          valueSets: (part["valueSet"]?.items ?? []).compactMap(\.string),
          hasFilter: part["filter"] != nil)
      }
    }
    include = parts("include")
    exclude = parts("exclude")
  }

  /// Nil when a filter or an unknown system hides the answer.
  func contains(system: String?, code: String, in set: ProfileSet, depth: Int = 0) -> Bool? {
    guard depth < Self.deepest else { return nil }
    var answer: Bool? = false
    for part in include {
      switch holds(part, system, code, set, depth) {
      case true: answer = true
      case nil: answer = answer == true ? true : nil
      default: break
      }
    }
    guard answer != false else { return false }
    for part in exclude {
      switch holds(part, system, code, set, depth) {
      case true: return false
      case nil: answer = nil
      default: break
      }
    }
    return answer
  }

  private func holds(
    _ part: Part, _ system: String?, _ code: String, _ set: ProfileSet, _ depth: Int
  ) -> Bool? {
    var answer: Bool? = true
    if let own = part.system {
      if let system, system != own { return false }
      if let codes = part.codes {
        if !codes.contains(code) { return false }
      } else if part.hasFilter {
        answer = nil
      } else if let codes = set.codes(of: own), !codes.contains(code) {
        return false
      }
    }
    for url in part.valueSets {
      switch set.contains(system: system, code: code, in: url) {
      case false: return false
      case nil: answer = nil
      default: break
      }
    }
    return answer
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
