import FHIR

/// A code system in the making: concepts are added in order, each above what is nested in it.
struct CodeSystemDraft {
  var about: CodeSystem.About
  var propertyDefinitions: [PropertyDefinition] = []
  private(set) var texts: [UInt8] = []
  private(set) var concepts: [Concept] = []
  private(set) var designations: [Designation] = []
  private(set) var properties: [ConceptProperty] = []
  private(set) var extensions: [Int32: JSON] = [:]
  /// Codes of parents named by properties.
  private var namedParents: [(child: Int32, parent: String)] = []
  private var namedChildren: [(parent: Int32, child: String)] = []

  /// The most concepts that a code system here may have; SNOMED CT has half a million.
  static let conceptLimit = 2_000_000
  /// The most bytes that all texts may take together.
  static let textLimitInBytes = 1 << 30

  init(_ about: CodeSystem.About) { self.about = about }

  /// Adds a concept; its parts follow until the next is added.
  mutating func add(
    code: String, display: String?, definition: String?, parent: Int32 = -1
  ) throws(Anomaly) -> Int32 {
    guard concepts.count < Self.conceptLimit, texts.count < Self.textLimitInBytes else {
      throw Anomaly(
        .incorrect, "The code system \(about.url) has more than \(Self.conceptLimit) concepts",
        chinese: "代码系统 \(about.url) 的概念超过 \(Self.conceptLimit) 个", code: .tooCostly)
    }
    var concept = Concept()
    concept.code = span(code)
    concept.display = span(display ?? "")
    concept.definition = span(definition ?? "")
    concept.parent = parent
    concept.firstDesignation = UInt32(designations.count)
    concept.firstProperty = UInt32(properties.count)
    concepts.append(concept)
    return Int32(concepts.count - 1)
  }

  mutating func add(_ designation: Designation) { designations.append(designation) }

  /// Adds a property of the latest concept, and what follows from it.
  mutating func add(_ property: ConceptProperty) {
    let place = Int32(concepts.count - 1)
    properties.append(property)
    let uri = propertyDefinitions.first { $0.code == property.code }?.uri ?? ""
    let text = property.value.text
    func means(_ code: String) -> Bool {
      property.code == code || uri == ConceptProperties.uri + code
    }
    if means("parent") || means("subsumedBy") {
      namedParents.append((place, text))
    } else if means("child") {
      namedChildren.append((place, text))
    } else if means("notSelectable") {
      if text == "true" { mark(.abstract) }
    } else if means("inactive") {
      if text == "true" { mark(.inactive) }
    } else if means("status"), ConceptProperties.inactiveStatuses.contains(text) {
      mark(.inactive)
    }
  }

  mutating func add(extensions: JSON) { self.extensions[Int32(concepts.count - 1)] = extensions }

  mutating func mark(_ flag: Concept.Flags) {
    concepts[concepts.count - 1].flags.insert(flag)
  }

  /// Says by its code that the latest concept lies below another.
  mutating func add(parent: String) { namedParents.append((Int32(concepts.count - 1), parent)) }

  /// Which concept lies below which, by nesting and by properties, each pair once.
  func edges(_ index: CodeIndex) -> [Hierarchy.Edge] {
    var edges: [Hierarchy.Edge] = []
    for place in concepts.indices where concepts[place].parent >= 0 {
      edges.append(Hierarchy.Edge(parent: concepts[place].parent, child: Int32(place)))
    }
    guard !namedParents.isEmpty || !namedChildren.isEmpty else { return edges }
    var seen = Set(edges)
    let codes = concepts.map(\.code)
    func add(_ parent: Int32, _ child: Int32) {
      let edge = Hierarchy.Edge(parent: parent, child: child)
      if parent != child, seen.insert(edge).inserted { edges.append(edge) }
    }
    for (child, parent) in namedParents {
      if let place = index.place(of: parent, codes, texts: texts) { add(Int32(place), child) }
    }
    for (parent, child) in namedChildren {
      if let place = index.place(of: child, codes, texts: texts) { add(parent, Int32(place)) }
    }
    return edges
  }

  private mutating func span(_ text: String) -> Span {
    let start = UInt32(texts.count)
    texts.append(contentsOf: text.utf8)
    return Span(start: start, count: UInt32(texts.count) - start)
  }
}

/// The properties that mean the same in every code system.
/// <https://hl7.org/fhir/R4/codesystem-concept-properties.html>
enum ConceptProperties {
  static let uri = "http://hl7.org/fhir/concept-properties#"
  /// The values of `status` with which a concept is not to be used any more.
  static let inactiveStatuses: Set<String> = ["retired", "inactive", "withdrawn"]
}
