import FHIR
import Synchronization

/// One `include` or `exclude`: a part of a code system, cut by other value sets.
///
/// <https://hl7.org/fhir/R4/valueset.html#compositions>
final class Selection: Sendable {
  let system: String?
  let version: String?
  let concepts: [ListedConcept]
  let filters: [Filter]
  let valueSets: [String]
  /// Where it stands in its value set.
  let path: String
  /// The places of the listed codes.
  private let listed: [String: Int]
  /// What was made ready for the code system met last.
  private let ready = Mutex<Ready?>(nil)

  private struct Ready {
    var system: CodeSystem
    var filters: [PreparedFilter]
  }

  /// A code that the value set names itself, with what it says of it.
  struct ListedConcept: Sendable {
    var code: String
    var display: String?
    var designations: [Designation]
    var extensions: JSON?

    init(_ json: JSON) {
      code = json["code"]?.string ?? ""
      display = json["display"]?.string
      extensions = json["extension"]
      designations = (json["designation"]?.items ?? []).map {
        Designation(
          language: $0["language"]?.string, use: $0["use"], value: $0["value"]?.string ?? "",
          extensions: $0["extension"])
      }
    }

    /// Whether the value set advises against the code.
    var isDeprecated: Bool {
      (extensions?.items ?? []).contains {
        switch $0["url"]?.string {
        case StandardExtension.deprecated:
          $0["valueBoolean"]?.bool ?? ($0["valueCode"]?.string == "true")
        case StandardExtension.standardsStatus: $0["valueCode"]?.string == "deprecated"
        default: false
        }
      }
    }
  }

  init(_ json: JSON, path: String) {
    self.path = path
    system = json["system"]?.string
    version = json["version"]?.string
    concepts = (json["concept"]?.items ?? []).map(ListedConcept.init)
    valueSets = (json["valueSet"]?.items ?? []).compactMap(\.string)
    let system = system ?? ""
    filters = (json["filter"]?.items ?? []).enumerated().map { index, item in
      Filter(item, system: system, path: "\(path).filter[\(index)]")
    }
    listed = Self.places(concepts)
  }

  /// Refuses a selection that selects from nothing.
  func check() throws(Anomaly) {
    guard system != nil || !valueSets.isEmpty else {
      throw .incorrect(
        "\(path) names neither a code system nor a value set", chinese: "\(path) 未指明代码系统或值集",
        code: .invalid, path: path)
    }
  }

  init(system: String, version: String?, concepts: [JSON], path: String) {
    self.system = system
    self.version = version
    self.concepts = concepts.map(ListedConcept.init)
    self.path = path
    filters = []
    valueSets = []
    listed = Self.places(self.concepts)
  }

  /// The entry of a code in the list, exactly as written or, where case is nothing, however.
  func listedConcept(_ code: String, isCaseSensitive: Bool = true) -> ListedConcept? {
    if let place = listed[code] { return concepts[place] }
    guard !isCaseSensitive else { return nil }
    let folded = code.lowercased()
    return concepts.first { $0.code.lowercased() == folded }
  }

  /// Whether it takes all of its code system.
  var isWholeSystem: Bool { concepts.isEmpty && filters.isEmpty }

  /// The filters for an edition, made once as long as the same edition is asked for.
  func preparedFilters(for system: CodeSystem) throws(Anomaly) -> [PreparedFilter] {
    if filters.isEmpty { return [] }
    if let ready = ready.withLock({ $0 }), ready.system === system { return ready.filters }
    var prepared: [PreparedFilter] = []
    for filter in filters { prepared.append(try PreparedFilter(filter, system)) }
    let made = Ready(system: system, filters: prepared)
    ready.withLock { $0 = made }
    return prepared
  }

  /// Whether a concept is among those that are listed and fit the filters.
  func takes(_ place: Int, of system: CodeSystem) throws(Anomaly) -> Bool {
    if !concepts.isEmpty {
      let code = system.code(place)
      guard listedConcept(code, isCaseSensitive: system.about.isCaseSensitive) != nil else {
        return false
      }
    }
    return try preparedFilters(for: system).allSatisfy { $0.matches(place) }
  }

  /// The listed codes as a system of their own, for a code system that nobody has here.
  func ownSystem() throws(Anomaly) -> CodeSystem? {
    guard let system, !concepts.isEmpty, filters.isEmpty else { return nil }
    if let ready = ready.withLock({ $0 }) { return ready.system }
    var about = CodeSystem.About(url: system)
    about.version = version
    about.content = .notPresent
    var draft = CodeSystemDraft(about)
    for concept in concepts {
      _ = try draft.add(code: concept.code, display: concept.display, definition: nil)
    }
    let made = Ready(system: try CodeSystem(draft), filters: [])
    ready.withLock { $0 = made }
    return made.system
  }

  private static func places(_ concepts: [ListedConcept]) -> [String: Int] {
    Dictionary(
      concepts.enumerated().map { ($0.element.code, $0.offset) },
      uniquingKeysWith: { one, _ in one })
  }
}
