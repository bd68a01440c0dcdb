import FHIR

/// A concept that a value set takes, and by which of its parts.
struct Match: Sendable {
  var system: CodeSystem
  var place: Int
  /// What the value set itself says of the code.
  var listed: Selection.ListedConcept?
  /// The value set by which it is taken; of imports the inner one.
  var set: ValueSet?
  /// The code as its system writes it.
  var code: String { system.code(place) }
}

/// Which concepts of a value set a coding can mean, and what was met on the way.
struct Gathered {
  var matches: [Match] = []
  var findings: [Finding] = []
  /// Versions of code systems that were wanted and are not there.
  var unknown: [Canonical] = []
  /// Whether it cannot be told whether the code is in the value set.
  var isUndetermined = false
  /// A fragment that may have the code in its other part.
  var fragment: CodeSystem?
  /// The edition in which the code was looked for.
  var edition: CodeSystem?
  /// A code system of the value set that nobody has here.
  var missingSystem: String?

  mutating func note(_ finding: Finding) {
    if !findings.contains(finding) { findings.append(finding) }
  }
}

/// Looks for a coding in a value set without expanding it.
struct Membership {
  let inquiry: Inquiry
  let coding: AskedCoding

  func gather(_ set: ValueSet, trail: [ValueSet] = []) throws(Anomaly) -> Gathered {
    guard !trail.contains(where: { $0 === set }), trail.count < Inquiry.importLimit else {
      throw Inquiry.circularImport(set.canonical, trail.map(\.canonical))
    }
    try inquiry.effort.spend()
    var gathered = Gathered()
    var editions: [(selection: Selection, edition: CodeSystem, finding: Finding?)] = []
    for include in set.includes {
      try include.check()
      guard include.system != nil else {
        try take(imports: include, of: set, trail, &gathered)
        continue
      }
      guard include.system == coding.system else { continue }
      if let edition = try edition(include, &gathered) {
        editions.append((include, edition, mismatch(include, edition)))
      }
    }
    // An include with just the version of the coding makes the others beside the point.
    if editions.contains(where: { $0.finding == nil }) {
      editions.removeAll { $0.finding != nil }
    }
    for (include, edition, mismatch) in editions {
      gathered.edition = newest(gathered.edition, edition)
      if let mismatch { note(mismatch, &gathered) }
      if let demanded = inquiry.demandedVersion(against: edition) {
        gathered.note(.forbiddenVersion(edition, demanded: demanded))
      }
      try take(include, edition, of: set, trail, &gathered)
    }
    if !gathered.matches.isEmpty, !set.excludes.isEmpty {
      var kept: [Match] = []
      for match in gathered.matches where try !isExcluded(match, set, trail) { kept.append(match) }
      gathered.matches = kept
      if kept.isEmpty { gathered.fragment = nil }
    }
    return gathered
  }

  /// Whether a match is in a value set, whichever version of its system is meant.
  func contains(_ set: ValueSet, _ match: Match, trail: [ValueSet]) throws(Anomaly) -> Bool {
    let asked = AskedCoding(system: match.system.url, code: match.code)
    let found = try Membership(inquiry: inquiry, coding: asked).gather(set, trail: trail)
    return !found.matches.isEmpty
  }

  // MARK: Includes

  private func take(
    imports include: Selection, of set: ValueSet, _ trail: [ValueSet], _ gathered: inout Gathered
  ) throws(Anomaly) {
    var found: Gathered?
    for canonical in include.valueSets {
      guard let imported = resolve(canonical, in: set, trail) else {
        gathered.note(missing(canonical))
        gathered.isUndetermined = true
        return
      }
      let next = try gather(imported, trail: trail + [set])
      guard let before = found else {
        found = next
        continue
      }
      found?.matches = before.matches.filter { match in
        next.matches.contains { $0.system === match.system && $0.place == match.place }
      }
    }
    guard let found else { return }
    gathered.matches += found.matches
    for finding in found.findings { gathered.note(finding) }
    gathered.unknown += found.unknown
    gathered.isUndetermined = gathered.isUndetermined || found.isUndetermined
    gathered.fragment = gathered.fragment ?? found.fragment
    gathered.edition = gathered.edition ?? found.edition
    gathered.missingSystem = gathered.missingSystem ?? found.missingSystem
  }

  private func take(
    _ include: Selection, _ edition: CodeSystem, of set: ValueSet, _ trail: [ValueSet],
    _ gathered: inout Gathered
  ) throws(Anomaly) {
    guard let place = edition.place(of: coding.code) else {
      if edition.about.content == .fragment, include.isWholeSystem, include.valueSets.isEmpty {
        gathered.fragment = edition
      }
      return
    }
    guard try include.takes(place, of: edition) else { return }
    let listed = include.listedConcept(
      edition.code(place), isCaseSensitive: edition.about.isCaseSensitive)
    let match = Match(system: edition, place: place, listed: listed, set: set)
    for canonical in include.valueSets {
      guard let imported = resolve(canonical, in: set, trail) else {
        gathered.note(missing(canonical))
        gathered.isUndetermined = true
        return
      }
      guard try contains(imported, match, trail: trail + [set]) else { return }
    }
    gathered.matches.append(match)
  }

  /// The edition that an include means for this coding; nil, with a finding, when there is none.
  private func edition(_ include: Selection, _ gathered: inout Gathered) throws(Anomaly)
    -> CodeSystem?
  {
    let system = include.system ?? ""
    let meant = inquiry.meantVersion(of: system, written: include.version)
    if let version = coding.version,
      meant.version.map({ VersionPattern.matches(version, $0) }) ?? true,
      let exact = inquiry.codeSystem(system, version: version)
    {
      return exact
    }
    if let edition = inquiry.codeSystem(system, version: meant.version),
      edition.about.content != .notPresent
    {
      return edition
    }
    if let own = try include.ownSystem(), own.place(of: coding.code) != nil { return own }
    let known = inquiry.library.editions(ofCodeSystem: system).compactMap(\.version)
    if let version = meant.version, !known.isEmpty {
      gathered.isUndetermined = true
      gathered.unknown.append(Canonical(url: system, version: version))
      gathered.note(.unknownVersion(system, version, known: known.reversed()))
      if let value = coding.version, value != version {
        gathered.note(
          .otherVersion(system, version, written: include.version, rule: meant.rule, value: value))
      }
    } else {
      gathered.missingSystem = system
    }
    return nil
  }

  /// What to say when the edition is not the version of the coding.
  private func mismatch(_ include: Selection, _ edition: CodeSystem) -> Finding? {
    guard let value = coding.version, let version = edition.version,
      !VersionPattern.matches(version, value)
    else { return nil }
    let meant = inquiry.meantVersion(of: edition.url, written: include.version)
    return .otherVersion(
      edition.url, version, written: include.version, rule: meant.rule, value: value)
  }

  private func note(_ mismatch: Finding, _ gathered: inout Gathered) {
    gathered.note(mismatch)
    guard let system = coding.system, let version = coding.version,
      inquiry.codeSystem(system, version: version) == nil
    else { return }
    let known = inquiry.library.editions(ofCodeSystem: system).compactMap(\.version)
    gathered.unknown.append(Canonical(url: system, version: version))
    gathered.note(.unknownVersion(system, version, known: known.reversed()))
  }

  // MARK: Excludes

  private func isExcluded(_ match: Match, _ set: ValueSet, _ trail: [ValueSet]) throws(Anomaly)
    -> Bool
  {
    for exclude in set.excludes
    where try Exclusion(inquiry: inquiry, exclude: exclude, set: set, trail: trail).covers(match) {
      return true
    }
    return false
  }

  // MARK: Imports

  func resolve(_ canonical: String, in set: ValueSet, _ trail: [ValueSet]) -> ValueSet? {
    set.contained[canonical] ?? trail.last { $0.contained[canonical] != nil }?.contained[canonical]
      ?? inquiry.valueSet(canonical)
  }

  private func missing(_ canonical: String) -> Finding {
    let anomaly = Inquiry.missingValueSet(inquiry.pinned(canonical).description)
    return Finding(
      severity: .error, code: .notFound, kind: .notFound, part: .none, text: anomaly.message,
      chinese: anomaly.chinese ?? "", messageID: "Unable_to_resolve_value_Set_")
  }

  private func newest(_ one: CodeSystem?, _ other: CodeSystem) -> CodeSystem {
    guard let one else { return other }
    return VersionPattern.isOlder(one.version, other.version) ? other : one
  }
}

/// Whether one `exclude` of a value set takes a concept out.
struct Exclusion {
  let inquiry: Inquiry
  let exclude: Selection
  let set: ValueSet
  let trail: [ValueSet]

  func covers(_ match: Match) throws(Anomaly) -> Bool {
    try exclude.check()
    if let system = exclude.system {
      guard system == match.system.url else { return false }
      let edition = try edition(system, match)
      if let version = exclude.version, !matchesAnyVersion,
        !VersionPattern.matches(match.system.version ?? "", version)
      {
        return false
      }
      guard let place = edition.place(of: match.code), try exclude.takes(place, of: edition) else {
        return false
      }
    }
    for canonical in exclude.valueSets {
      let membership = Membership(
        inquiry: inquiry, coding: AskedCoding(system: match.system.url, code: match.code))
      guard let imported = membership.resolve(canonical, in: set, trail) else {
        throw Inquiry.missingValueSet(canonical)
      }
      guard try membership.contains(imported, match, trail: trail + [set]) else { return false }
    }
    return true
  }

  /// Whether an exclusion by one version holds for all, which is so unless somebody says otherwise.
  private var matchesAnyVersion: Bool {
    inquiry.versionsMatch ?? (set.parameters["versionsMatch"] != "false")
  }

  private func edition(_ system: String, _ match: Match) throws(Anomaly) -> CodeSystem {
    let meant = inquiry.meantVersion(of: system, written: exclude.version)
    if meant.version == nil { return match.system }
    if let edition = inquiry.codeSystem(system, version: meant.version) { return edition }
    if let own = try exclude.ownSystem() { return own }
    let known = inquiry.library.editions(ofCodeSystem: system).compactMap(\.version)
    throw Anomaly.unknownEdition(system, meant.version, known: known.reversed())
  }
}

extension Anomaly {
  /// A code system that an expansion needs is not there.
  static func unknownEdition(_ system: String, _ version: String?, known: [String]) -> Anomaly {
    guard let version, !known.isEmpty else {
      return Anomaly(
        .notFound,
        "A definition for CodeSystem '\(system)' could not be found, so the value set cannot be "
          + "expanded", chinese: "找不到代码系统“\(system)”的定义,值集无法展开")
    }
    return Anomaly(
      .notFound,
      "A definition for CodeSystem '\(system)' version '\(version)' could not be found, so the "
        + "value set cannot be expanded. \(Finding.versions(known))",
      chinese: "找不到代码系统“\(system)”的版本“\(version)”,值集无法展开")
  }
}
