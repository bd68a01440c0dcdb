import FHIR

/// Writes the codes of an expansion.
/// <https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.expansion.contains>
struct ContainsWriter {
  let inquiry: Inquiry
  let set: ValueSet
  let options: ExpansionOptions
  /// The systems whose version stands beside each code.
  let showsVersion: Set<String>
  /// The properties met.
  private(set) var properties: [PropertyDefinition] = []
  private var supplements: [ObjectIdentifier: [CodeSystem]] = [:]

  init(inquiry: Inquiry, set: ValueSet, options: ExpansionOptions, showsVersion: Set<String>) {
    self.inquiry = inquiry
    self.set = set
    self.options = options
    self.showsVersion = showsVersion
  }

  /// How R4 carries what R5 has as `expansion.property` and `contains.property`.
  /// <https://hl7.org/fhir/R5/versions.html#extensions>
  static let propertyDefinition =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.property"
  static let property =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property"

  mutating func entry(_ match: Match) throws(Anomaly) -> JSON {
    let (system, place) = (match.system, match.place)
    let supplements = try supplements(of: system)
    let names = ConceptNames(match, supplements: supplements)
    let display = names.display(inquiry.languages)
    var entry: JSON = [:]
    let extensions = self.extensions(match, supplements) + self.properties(match, supplements)
    if !extensions.isEmpty { entry["extension"] = .array(extensions) }
    entry["system"] = .string(system.url)
    if system.isAbstract(place) { entry["abstract"] = true }
    if system.isInactive(place) { entry["inactive"] = true }
    if showsVersion.contains(system.url), let version = system.version {
      entry["version"] = .string(version)
    }
    entry["code"] = .string(match.code)
    if let display { entry["display"] = .string(display) }
    if options.includesDesignations || !options.designations.isEmpty {
      let designations = designations(match, supplements, shown: display).filter(isWanted)
      if !designations.isEmpty { entry["designation"] = .array(designations.map(\.json)) }
    }
    return entry
  }

  /// The codes below each other; one whose parent is not there stands at the top.
  mutating func nested(_ matches: [Match]) throws(Anomaly) -> [JSON] {
    guard let system = matches.first?.system, system.hierarchy.isTree else {
      return try matches.map { (match) throws(Anomaly) in try entry(match) }
    }
    let present = Dictionary(
      matches.enumerated().map { ($0.element.place, $0.offset) },
      uniquingKeysWith: { one, _ in one })
    var children: [Int: [Int]] = [:]
    var roots: [Int] = []
    for (index, match) in matches.enumerated() {
      if let parent = system.hierarchy.parents(of: match.place).first,
        let above = present[Int(parent)]
      {
        children[above, default: []].append(index)
      } else {
        roots.append(index)
      }
    }
    // From the last to the first, so that what is below is written before what is above.
    var entries: [Int: JSON] = [:]
    for index in depthFirst(roots, children).reversed() {
      var entry = try entry(matches[index])
      let below = (children[index] ?? []).compactMap { entries.removeValue(forKey: $0) }
      if !below.isEmpty { entry["contains"] = .array(below) }
      entries[index] = entry
    }
    return roots.compactMap { entries[$0] }
  }

  private func depthFirst(_ roots: [Int], _ children: [Int: [Int]]) -> [Int] {
    var order: [Int] = []
    var waiting = Array(roots.reversed())
    while let next = waiting.popLast() {
      order.append(next)
      waiting += (children[next] ?? []).reversed()
    }
    return order
  }

  // MARK: Names

  private func designations(_ match: Match, _ supplements: [CodeSystem], shown: String?)
    -> [Designation]
  {
    let (system, place) = (match.system, match.place)
    var all: [Designation] = match.listed?.designations ?? []
    if match.listed?.display == nil, let preset = system.display(place), preset != shown {
      all.append(
        Designation(language: system.about.language, use: Self.preferred, value: preset))
    }
    all += system.designations(place)
    for supplement in supplements {
      if let other = supplement.place(of: match.code) { all += supplement.designations(other) }
    }
    // The one that is shown as the display is not told twice.
    if shown != match.listed?.display, shown != system.display(place),
      let place = all.firstIndex(where: { $0.value == shown })
    {
      all.remove(at: place)
    }
    return all
  }

  /// The use of the display that a code system has in its own language.
  static let preferred: JSON = [
    "system": "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra",
    "code": "preferredForLanguage", "display": "Preferred For Language",
  ]

  private func isWanted(_ designation: Designation) -> Bool {
    guard !options.designations.isEmpty else { return true }
    return options.designations.contains { wanted in
      let parts = wanted.split(separator: "|", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return designation.language == wanted }
      if parts[0] == "urn:ietf:bcp:47" {
        return designation.language.map { LanguagePreference.matches($0, parts[1]) } ?? false
      }
      return designation.use?["system"]?.string == parts[0]
        && designation.use?["code"]?.string == parts[1]
    }
  }

  // MARK: Extensions and properties

  private mutating func supplements(of system: CodeSystem) throws(Anomaly) -> [CodeSystem] {
    if let known = supplements[ObjectIdentifier(system)] { return known }
    let found = try inquiry.supplements(of: system, for: set)
    supplements[ObjectIdentifier(system)] = found
    return found
  }

  /// Every extension that is known of a concept, with the level that says it.
  private func known(_ match: Match, _ supplements: [CodeSystem]) -> [(JSON, isListed: Bool)] {
    var known: [(JSON, isListed: Bool)] = []
    func add(_ items: JSON?, isListed: Bool) {
      for item in items?.items ?? [] {
        known.removeAll { $0.0["url"] == item["url"] && !isListed }
        known.append((item, isListed))
      }
    }
    add(match.system.extensions[Int32(match.place)], isListed: false)
    for supplement in supplements {
      if let other = supplement.place(of: match.code) {
        add(supplement.extensions[Int32(other)], isListed: false)
      }
    }
    add(match.listed?.extensions, isListed: true)
    return known
  }

  private func extensions(_ match: Match, _ supplements: [CodeSystem]) -> [JSON] {
    known(match, supplements).filter { item, isListed in
      let url = item["url"]?.string ?? ""
      return url == StandardExtension.standardsStatus
        ? isListed : Self.shownExtensions.contains(url)
    }.map(\.0)
  }

  /// What concepts say of how they are shown, and value sets of how codes are used.
  private static let shownExtensions: Set<String> = Set(
    [
      "rendering-style", "rendering-xhtml", "valueset-deprecated", "valueset-concept-definition",
    ].map { StandardExtension.base + $0 })

  /// Extensions that are told as properties.
  private static let propertyExtensions: [String: String] = [
    "codesystem-conceptOrder": "order", "valueset-conceptOrder": "order",
    "codesystem-label": "label", "valueset-label": "label", "itemWeight": "weight",
    "structuredefinition-standards-status": "status",
  ]

  private mutating func properties(_ match: Match, _ supplements: [CodeSystem]) -> [JSON] {
    var found: [(code: String, value: PropertyValue)] = []
    for (item, isListed) in known(match, supplements) {
      let url = item["url"]?.string ?? ""
      guard url.hasPrefix(StandardExtension.base),
        let code = Self.propertyExtensions[String(url.dropFirst(StandardExtension.base.count))],
        let value = item.object?.members.first(where: { $0.name.hasPrefix("value") }),
        !(isListed && code == "status")
      else { continue }
      let element = value.name == "valueInteger" ? "valueDecimal" : value.name
      found.removeAll { $0.code == code }
      found.append((code, PropertyValue(element: element, json: value.value)))
      let uri = ConceptProperties.uri + (code == "weight" ? "itemWeight" : code)
      declare(code, uri)
    }
    for code in ["status"] + options.properties.filter({ $0 != "status" }) {
      if code == "definition", let definition = match.system.definition(match.place) {
        found.append((code, PropertyValue(element: "valueString", json: .string(definition))))
        declare(code, ConceptProperties.uri + code)
      }
      for system in [match.system] + supplements {
        guard let place = system.place(of: match.code) else { continue }
        for property in system.properties(place)
        where property.code == code && property.value.text != "active" {
          found.append((code, property.value))
          let own = system.uri(ofProperty: code)
          declare(code, own ?? (code == "status" ? ConceptProperties.uri + code : nil))
        }
      }
    }
    return found.map { code, value in
      [
        "url": .string(Self.property),
        "extension": [
          ["url": "code", "valueCode": .string(code)],
          ["url": "value", value.element: value.json],
        ],
      ]
    }
  }

  private mutating func declare(_ code: String, _ uri: String?) {
    if !properties.contains(where: { $0.code == code }) {
      properties.append(PropertyDefinition(code: code, uri: uri))
    }
  }
}

extension Designation {
  var json: JSON {
    var json: JSON = [:]
    if let extensions { json["extension"] = Self.shown(extensions) }
    if let language { json["language"] = .string(language) }
    if let use { json["use"] = use }
    json["value"] = .string(value)
    return json
  }

  /// The extensions that FHIR defines; others are nobody's business beyond their file.
  private static func shown(_ extensions: JSON) -> JSON? {
    let known = extensions.items.filter {
      $0["url"]?.string?.hasPrefix(StandardExtension.base) ?? false
    }
    return known.isEmpty ? JSON?.none : .array(known)
  }
}
