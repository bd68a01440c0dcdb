import FHIR

/// A library together with what the asker wants of it: versions, supplements, languages, a date.
package struct Inquiry: Sendable {
  package var library: Library
  package var rules: [VersionRule] = []
  /// Which version of a value set is meant where none is named.
  package var valueSetVersions: [String: String] = [:]
  /// The supplements asked for.
  package var supplements: [String] = []
  package var languages = LanguagePreference()
  /// The date on which codes are looked at, such as `2024-05-01`; nil for the newest edition.
  package var date: String?
  /// Whether inactive codes count as missing.
  package var isActiveOnly = false
  /// Whether what is excluded in one version is excluded in all.
  package var versionsMatch: Bool?

  /// Whether what is found is told in Chinese.
  package var speaksChinese = false

  let effort = Effort()

  package init(_ library: Library) { self.library = library }

  /// How far value sets may import each other.
  static let importLimit = 32
}

/// What the asker says of the versions of a code system.
/// <https://hl7.org/fhir/R4/valueset-operation-expand.html>
package struct VersionRule: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Where no version is named.
    case whereNone = "system-version"
    /// Nothing else is right.
    case check = "check-system-version"
    /// Whatever is named.
    case force = "force-system-version"
  }

  package var kind: Kind
  package var system: Canonical

  package init(_ kind: Kind, _ system: Canonical) {
    self.kind = kind
    self.system = system
  }
}

/// The version of a code system that a selection means, and by whose will.
struct MeantVersion {
  var version: String?
  /// The rule that took the place of what is written.
  var rule: VersionRule?
}

extension Inquiry {
  func rule(_ kind: VersionRule.Kind, _ system: String) -> VersionRule? {
    rules.first { $0.kind == kind && $0.system.url == system }
  }

  func meantVersion(of system: String, written: String?) -> MeantVersion {
    if let rule = rule(.force, system) {
      return MeantVersion(
        version: rule.system.version, rule: rule.system.version == written ? nil : rule)
    }
    if let written { return MeantVersion(version: written) }
    if let rule = rule(.whereNone, system) ?? rule(.check, system) {
      return MeantVersion(version: rule.system.version, rule: rule)
    }
    return MeantVersion()
  }

  /// Whether the rules forbid an edition; the version that they demand.
  func demandedVersion(against edition: CodeSystem) -> String? {
    guard let rule = rule(.check, edition.url), let version = rule.system.version,
      !VersionPattern.matches(edition.version ?? "", version)
    else { return nil }
    return version
  }

  func codeSystem(_ url: String, version: String?) -> CodeSystem? {
    library.codeSystem(url, version: version, on: date)
  }

  /// A canonical with the version that is meant where it names none.
  func pinned(_ canonical: String) -> Canonical {
    var wanted = Canonical(canonical)
    wanted.version = wanted.version ?? valueSetVersions[wanted.url]
    return wanted
  }

  /// A value set that another imports or a request names.
  func valueSet(_ canonical: String) -> ValueSet? {
    let wanted = pinned(canonical)
    return library.valueSet(wanted.url, version: wanted.version)
  }

  /// The supplements that are heeded for a code system, those that a value set needs too.
  func supplements(of system: CodeSystem, for set: ValueSet? = nil) throws(Anomaly) -> [CodeSystem]
  {
    var found: [CodeSystem] = []
    for canonical in supplements + (set?.supplements ?? []) {
      guard let supplement = library.supplement(canonical) else {
        throw Self.missingSupplement(canonical)
      }
      let target = Canonical(supplement.about.supplements ?? "")
      let isMeant = target.version.map { VersionPattern.matches(system.version ?? "", $0) } ?? true
      if target.url == system.url, isMeant, !found.contains(where: { $0 === supplement }) {
        found.append(supplement)
      }
    }
    return found
  }

  /// Refuses supplements that are not there, whichever code system they are for.
  func checkSupplements(_ set: ValueSet?) throws(Anomaly) {
    for canonical in supplements + (set?.supplements ?? [])
    where library.supplement(canonical) == nil {
      throw Self.missingSupplement(canonical)
    }
  }

  private static func missingSupplement(_ canonical: String) -> Anomaly {
    Anomaly(
      .notFound, "Required supplement not found: \(canonical)",
      chinese: "找不到所需的代码系统补充:\(canonical)")
  }

  static func missingValueSet(_ canonical: String) -> Anomaly {
    Anomaly(
      .notFound, "A definition for the value Set '\(canonical)' could not be found",
      chinese: "找不到值集“\(canonical)”的定义")
  }

  static func circularImport(_ canonical: String, _ path: [String]) -> Anomaly {
    let trail = path.joined(separator: ", ")
    return .incorrect(
      "Cyclic reference detected when including \(canonical) via [\(trail)]",
      chinese: "值集循环引用:\(canonical),经由 \(trail)", code: .processing)
  }
}
