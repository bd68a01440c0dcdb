package import FHIR

/// The code systems, value sets and concept maps that can be asked, by canonical URL and version.
///
/// <https://hl7.org/fhir/R4/terminology-service.html>
package struct Library: Sendable {
  /// Of each URL the editions, the newest first.
  private var codeSystems: [String: [CodeSystem]] = [:]
  private var valueSets: [String: [ValueSet]] = [:]
  private(set) var conceptMaps: [ConceptMap] = []
  private var supplements: [String: [CodeSystem]] = [:]
  private let standard: StandardDefinitions?

  /// A library with the definitions of FHIR R4 behind what is added, or with nothing.
  package init(standard: StandardDefinitions? = .r4) { self.standard = standard }

  /// Adds an edition; one of the same URL and version is replaced.
  package mutating func add(_ system: CodeSystem) {
    if system.about.content == .supplement {
      supplements[system.url, default: []].removeAll { $0.version == system.version }
      supplements[system.url, default: []].append(system)
      supplements[system.url]?.sort { VersionPattern.isOlder($1.version, $0.version) }
    } else {
      codeSystems[system.url, default: []].removeAll { $0.version == system.version }
      codeSystems[system.url, default: []].append(system)
      codeSystems[system.url]?.sort { VersionPattern.isOlder($1.version, $0.version) }
    }
  }

  package mutating func add(_ set: ValueSet) {
    let url = set.url ?? ""
    valueSets[url, default: []].removeAll { $0.version == set.version }
    valueSets[url, default: []].append(set)
    valueSets[url]?.sort { VersionPattern.isOlder($1.version, $0.version) }
  }

  package mutating func add(_ map: ConceptMap) { conceptMaps.append(map) }

  /// Adds what a resource defines; of other types nothing is taken.
  package mutating func add(_ resource: JSON) throws(Anomaly) {
    switch resource["resourceType"]?.string {
    case "CodeSystem":
      let document = try JSONDocument.parse(resource.encoded())
      defer { withExtendedLifetime(document) {} }
      add(try CodeSystem(document.root))
    case "ValueSet": add(try ValueSet(resource))
    case "ConceptMap": add(try ConceptMap(resource))
    default: break
    }
  }

  package mutating func removeCodeSystem(_ url: String, _ version: String?) {
    codeSystems[url]?.removeAll { $0.version == version }
    supplements[url]?.removeAll { $0.version == version }
  }

  package mutating func removeValueSet(_ url: String, _ version: String?) {
    valueSets[url]?.removeAll { $0.version == version }
  }

  package mutating func removeConceptMap(_ url: String?, _ version: String?) {
    conceptMaps.removeAll { $0.url == url && $0.version == version }
  }

  /// Every code system with its versions, those that FHIR defines among them.
  package var allCodeSystems: [(url: String, versions: [String])] {
    let urls = Set(codeSystems.filter { !$0.value.isEmpty }.keys)
      .union(standard?.codeSystemURLs ?? [])
    return urls.sorted().map { ($0, editions(ofCodeSystem: $0).compactMap(\.version)) }
  }

  /// The code systems that were added, each with its editions, the newest first.
  package var storedCodeSystems: [[CodeSystem]] {
    codeSystems.values.filter { !$0.isEmpty }.sorted { $0[0].title < $1[0].title }
  }

  /// The value sets that were added, each by its newest edition.
  package var storedValueSets: [ValueSet] {
    valueSets.values.compactMap(\.first).sorted { $0.title < $1.title }
  }

  /// The value sets that FHIR defines.
  package var standardValueSetURLs: [String] { standard?.valueSetURLs ?? [] }

  /// The code systems that FHIR defines.
  package var standardCodeSystemURLs: [String] { standard?.codeSystemURLs ?? [] }

  /// Whether a value set is among what was added, not of FHIR's own.
  package func stores(valueSet url: String) -> Bool { valueSets[url]?.isEmpty == false }

  /// Whether any value set was added.
  package var hasStoredValueSets: Bool { !valueSets.isEmpty }

  // MARK: Finding

  /// The edition with a version, the newest that fits an open one such as `1.0.x`, or the newest.
  package func codeSystem(_ url: String, version: String? = nil, on date: String? = nil)
    -> CodeSystem?
  {
    let editions = editions(ofCodeSystem: url)
    if let version {
      return editions.first { $0.version == version }
        ?? editions.first { VersionPattern.matches($0.version ?? "", version) }
    }
    if let date, let edition = editions.first(where: { $0.about.effective.contains(date) }) {
      return edition
    }
    return editions.first
  }

  package func editions(ofCodeSystem url: String) -> [CodeSystem] {
    if let stored = codeSystems[url], !stored.isEmpty { return stored }
    return standard?.codeSystem(url).map { [$0] } ?? []
  }

  func supplement(_ canonical: String) -> CodeSystem? {
    let wanted = Canonical(canonical)
    return supplements[wanted.url]?.first {
      wanted.version == nil || VersionPattern.matches($0.version ?? "", wanted.version ?? "")
    }
  }

  package func valueSet(_ url: String, version: String? = nil) -> ValueSet? {
    let editions = valueSets[url] ?? []
    if editions.isEmpty, let set = standard?.valueSet(url) {
      return version == nil || set.version == version ? set : nil
    }
    guard let version else { return editions.first }
    return editions.first { $0.version == version }
      ?? editions.first { VersionPattern.matches($0.version ?? "", version) }
  }
}
