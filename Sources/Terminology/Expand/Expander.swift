import FHIR

/// Finds all concepts of a value set. <https://hl7.org/fhir/R4/valueset.html#expansion>
struct Expander {
  let inquiry: Inquiry
  let excludedSystems: [Canonical]
  private(set) var used = UsedDefinitions()
  private var visited = 0

  init(_ inquiry: Inquiry, excludedSystems: [Canonical] = []) {
    self.inquiry = inquiry
    self.excludedSystems = excludedSystems
  }

  /// What makes two concepts of an expansion the same.
  private struct Key: Hashable {
    var system: String
    var version: String?
    var code: String
  }

  mutating func matches(_ set: ValueSet, trail: [ValueSet] = []) throws(Anomaly) -> [Match] {
    guard !trail.contains(where: { $0 === set }), trail.count < Inquiry.importLimit else {
      throw Inquiry.circularImport(set.canonical, trail.map(\.canonical))
    }
    try inquiry.effort.spend()
    used.note(set)
    var matches: [Match] = []
    var seen: Set<Key> = []
    let merges = inquiry.versionsMatch ?? (set.parameters["versionsMatch"] == "true")
    for include in set.includes {
      for match in try self.matches(include, of: set, trail) {
        if match.system.isInactive(match.place),
          inquiry.isActiveOnly || set.allowsInactive == false
        {
          continue
        }
        let key = Key(
          system: match.system.url, version: merges ? nil : match.system.version, code: match.code)
        if seen.insert(key).inserted { matches.append(match) }
      }
    }
    return try without(set, matches, trail)
  }

  private mutating func without(_ set: ValueSet, _ matches: [Match], _ trail: [ValueSet])
    throws(Anomaly) -> [Match]
  {
    var matches = matches
    for exclude in set.excludes {
      if let system = exclude.system {
        let meant = inquiry.meantVersion(of: system, written: exclude.version)
        if let edition = inquiry.codeSystem(system, version: meant.version) { used.note(edition) }
        if exclude.version.map({ version in
          matches.contains { $0.system.url == system && $0.system.version != version }
        }) ?? false, inquiry.versionsMatch ?? (set.parameters["versionsMatch"] != "false") {
          used.hasMatchedVersions = true
        }
      }
      let exclusion = Exclusion(inquiry: inquiry, exclude: exclude, set: set, trail: trail)
      var kept: [Match] = []
      for match in matches where try !exclusion.covers(match) { kept.append(match) }
      matches = kept
    }
    return matches
  }

  // MARK: Includes

  private mutating func matches(_ include: Selection, of set: ValueSet, _ trail: [ValueSet])
    throws(Anomaly) -> [Match]
  {
    try include.check()
    guard let system = include.system else {
      return try imports(include.valueSets[...], of: set, trail)
    }
    if excludedSystems.contains(where: { $0.url == system && $0.version == nil }) { return [] }
    let edition = try edition(system, include)
    if excludedSystems.contains(where: { $0.url == system && $0.version == edition.version }) {
      return []
    }
    used.note(edition)
    if edition.about.content != .notPresent { used.fragment(edition) }
    let places = try places(include, edition)
    visited += places.count
    guard visited <= ExpansionOptions.workLimit else { throw Self.tooCostly(set) }
    let matches = places.map { place in
      Match(
        system: edition, place: place,
        listed: include.concepts.isEmpty
          ? nil
          : include.listedConcept(
            edition.code(place), isCaseSensitive: edition.about.isCaseSensitive),
        set: set)
    }
    guard !include.valueSets.isEmpty else { return matches }
    let cut = Set(
      try imports(include.valueSets[...], of: set, trail).map {
        Key(system: $0.system.url, version: nil, code: $0.code)
      })
    return matches.filter {
      cut.contains(Key(system: $0.system.url, version: nil, code: $0.code))
    }
  }

  /// What is in all of some value sets.
  private mutating func imports(
    _ canonicals: ArraySlice<String>, of set: ValueSet, _ trail: [ValueSet]
  ) throws(Anomaly) -> [Match] {
    var found: [Match]?
    for canonical in canonicals {
      let membership = Membership(inquiry: inquiry, coding: AskedCoding(system: nil, code: ""))
      guard let imported = membership.resolve(canonical, in: set, trail) else {
        throw Inquiry.missingValueSet(inquiry.pinned(canonical).description)
      }
      let next = try matches(imported, trail: trail + [set])
      if !canonical.hasPrefix("#") { used.note(import: imported) }
      guard let before = found else {
        found = next
        continue
      }
      let keys = Set(
        next.map { Key(system: $0.system.url, version: $0.system.version, code: $0.code) })
      found = before.filter {
        keys.contains(
          Key(system: $0.system.url, version: $0.system.version, code: $0.code))
      }
    }
    return found ?? []
  }

  private mutating func edition(_ system: String, _ include: Selection) throws(Anomaly)
    -> CodeSystem
  {
    let meant = inquiry.meantVersion(of: system, written: include.version)
    if let rule = meant.rule { used.note(rule) }
    guard let edition = inquiry.codeSystem(system, version: meant.version),
      edition.about.content != .notPresent || include.isWholeSystem
    else {
      if let own = try include.ownSystem() { return own }
      let known = inquiry.library.editions(ofCodeSystem: system).compactMap(\.version)
      throw Anomaly.unknownEdition(system, meant.version, known: known.reversed())
    }
    if edition.about.content == .notPresent {
      throw Anomaly.unknownEdition(system, nil, known: [])
    }
    if let demanded = inquiry.demandedVersion(against: edition) {
      let finding = Finding.forbiddenVersion(edition, demanded: demanded)
      throw .incorrect(finding.text, chinese: finding.chinese, code: .exception)
    }
    return edition
  }

  private func places(_ include: Selection, _ edition: CodeSystem) throws(Anomaly) -> [Int] {
    let filters = try include.preparedFilters(for: edition)
    var candidates: [Int]
    if include.concepts.isEmpty {
      let narrowest = filters.compactMap(\.candidates).min { $0.count < $1.count }
      candidates = narrowest?.map(Int.init).sorted() ?? Array(0..<edition.count)
    } else {
      candidates = include.concepts.compactMap { edition.place(of: $0.code) }
    }
    if !filters.isEmpty {
      candidates.removeAll { place in !filters.allSatisfy { $0.matches(place) } }
    }
    return candidates
  }

  static func tooCostly(_ set: ValueSet) -> Anomaly {
    Anomaly(
      .incorrect,
      "The value set '\(set.canonical)' expansion has too many codes to display; ask for it in "
        + "pages with count and offset, or narrow it with filter",
      chinese: "值集“\(set.canonical)”展开后代码过多;请用 count 和 offset 分页,或用 filter 缩小范围",
      code: .tooCostly)
  }
}

/// Which definitions an expansion stands on.
struct UsedDefinitions {
  private(set) var systems: [CodeSystem] = []
  private(set) var fragments: [CodeSystem] = []
  private(set) var sets: [ValueSet] = []
  private(set) var imports: [ValueSet] = []
  private(set) var rules: [VersionRule] = []
  /// Whether an exclusion by one version took out another.
  var hasMatchedVersions = false

  mutating func note(_ system: CodeSystem) {
    if !systems.contains(where: { $0 === system }) { systems.append(system) }
  }

  mutating func fragment(_ system: CodeSystem) {
    if system.about.content == .fragment, !fragments.contains(where: { $0 === system }) {
      fragments.append(system)
    }
  }

  mutating func note(_ set: ValueSet) {
    if !sets.contains(where: { $0 === set }) { sets.append(set) }
  }

  mutating func note(import set: ValueSet) {
    if !imports.contains(where: { $0 === set }) { imports.append(set) }
  }

  mutating func note(_ rule: VersionRule) {
    if !rules.contains(rule) { rules.append(rule) }
  }
}
