package import FHIR

/// `$expand`: a value set with all its codes, or a page of them.
///
/// <https://hl7.org/fhir/R4/valueset-operation-expand.html>
package struct Expansion {
  package let inquiry: Inquiry
  package let set: ValueSet
  package let options: ExpansionOptions

  package init(_ set: ValueSet, _ inquiry: Inquiry, _ options: ExpansionOptions) {
    self.set = set
    self.inquiry = inquiry
    self.options = options
  }

  /// The value set with its expansion.
  package func resource() throws(Anomaly) -> JSON {
    try inquiry.checkSupplements(set)
    var expander = Expander(inquiry, excludedSystems: options.excludedSystems)
    var matches = try expander.matches(set)
    if let filter = options.filter?.lowercased(), !filter.isEmpty {
      matches.removeAll { !mentions(filter, $0) }
    }
    let total = matches.count
    matches = try page(matches)
    var writer = ContainsWriter(
      inquiry: inquiry, set: set, options: options, showsVersion: showsVersion)
    let contains =
      isNested
      ? try writer.nested(matches)
      : try matches.map { (match) throws(Anomaly) in
        try writer.entry(match)
      }
    var expansion: JSON = [
      "identifier": .string(options.identifier), "timestamp": .string(options.timestamp),
      "total": .number(total),
    ]
    if let offset = options.offset { expansion["offset"] = .number(offset) }
    let extensions = extensions(expander.used, writer.properties)
    if !extensions.isEmpty { expansion["extension"] = .array(extensions) }
    expansion["parameter"] = .array(
      parameters(expander.used, try heededSupplements(expander.used)))
    if expansion["parameter"]?.items.isEmpty == true { expansion["parameter"] = nil }
    if !contains.isEmpty { expansion["contains"] = .array(contains) }
    var resource: JSON = [:]
    for member in set.source.object?.members ?? []
    where options.includesDefinition || Self.summary.contains(member.name) {
      resource[member.name] = member.value
    }
    resource["expansion"] = expansion
    return resource
  }

  /// What an expansion tells of its value set unless the definition is asked for.
  private static let summary: Set<String> = [
    "resourceType", "id", "language", "url", "identifier", "version", "name", "title", "status",
    "experimental", "date", "publisher", "copyright",
  ]

  // MARK: Pages

  /// A page of the codes; without bounds all of them, if they are not too many.
  private func page(_ matches: [Match]) throws(Anomaly) -> [Match] {
    let start = min(options.offset ?? 0, matches.count)
    let left = matches.count - start
    let end = start + min(options.count ?? left, left)
    guard end - start <= options.limit else { throw Expander.tooCostly(set) }
    return Array(matches[start..<end])
  }

  private func mentions(_ words: String, _ match: Match) -> Bool {
    if let display = match.listed?.display, display.lowercased().contains(words) { return true }
    return match.system.mentions(words, at: match.place)
  }

  /// Whether the codes stand below each other as in their system: only where nothing cut them up.
  private var isNested: Bool {
    guard options.isFlat != true, options.filter == nil, options.offset == nil,
      options.count == nil, set.excludes.isEmpty, set.includes.count == 1,
      let include = set.includes.first
    else { return false }
    return include.concepts.isEmpty && include.valueSets.isEmpty
      && include.filters.allSatisfy(\.isHierarchical)
  }

  /// Whether one system is taken in more than one version, so that codes alone do not tell.
  private var showsVersion: Set<String> {
    var versions: [String: Set<String>] = [:]
    for selection in set.includes + set.excludes {
      if let system = selection.system {
        versions[system, default: []].insert(selection.version ?? "")
      }
    }
    return Set(versions.filter { $0.value.count > 1 }.keys)
  }

  // MARK: What it stands on

  private func heededSupplements(_ used: UsedDefinitions) throws(Anomaly) -> [CodeSystem] {
    var found: [CodeSystem] = []
    for system in used.systems {
      found += try inquiry.supplements(of: system, for: set)
    }
    return found
  }

  private func parameters(_ used: UsedDefinitions, _ supplements: [CodeSystem]) -> [JSON] {
    var parameters = options.echo
    func add(_ name: String, _ uri: String) {
      parameters.append(["name": .string(name), "valueUri": .string(uri)])
    }
    for rule in used.rules { add(rule.kind.rawValue, rule.system.description) }
    if used.hasMatchedVersions {
      parameters.append(["name": "versionsMatch", "valueBoolean": true])
    }
    for system in used.systems { add("used-codesystem", system.canonical) }
    for system in used.fragments { add("used-fragment", system.canonical) }
    for imported in used.imports { add("used-valueset", imported.canonical) }
    for supplement in supplements { add("used-supplement", supplement.canonical) }
    let check = StatusCheck(source: set.about)
    for system in used.systems {
      if let status = check.status(system.about) { add("warning-\(status)", system.canonical) }
    }
    for imported in used.sets {
      if let status = check.status(imported.about) { add("warning-\(status)", imported.canonical) }
    }
    return parameters
  }

  private func extensions(_ used: UsedDefinitions, _ properties: [PropertyDefinition]) -> [JSON] {
    var extensions: [JSON] = []
    if let fragment = used.fragments.first {
      extensions = [
        ["url": .string(StandardExtension.unclosed), "valueBoolean": true],
        [
          "url": .string(StandardExtension.unclosedReason),
          "valueString":
            .string(
              "This extension is based on a fragment of the code system \(fragment.url)"),
        ],
      ]
    }
    for property in properties {
      var parts: [JSON] = [["url": "code", "valueCode": .string(property.code)]]
      if let uri = property.uri { parts.append(["url": "uri", "valueUri": .string(uri)]) }
      extensions.append([
        "url": .string(ContainsWriter.propertyDefinition), "extension": .array(parts),
      ])
    }
    return extensions
  }
}
