import FHIR

/// A code system in memory: its concepts side by side, their texts in one block of bytes.
///
/// <https://hl7.org/fhir/R4/codesystem.html>
package final class CodeSystem: Sendable {
  package let about: About
  /// What concepts may say of themselves, as the code system declares it.
  package let propertyDefinitions: [PropertyDefinition]
  let texts: [UInt8]
  let concepts: [Concept]
  let designations: [Designation]
  let properties: [ConceptProperty]
  /// The extensions of concepts, by the concept's place.
  let extensions: [Int32: JSON]
  let index: CodeIndex
  package let hierarchy: Hierarchy

  /// What is said of the code system as a whole.
  package struct About: Sendable {
    package var url: String
    package var version: String?
    package var name: String?
    package var title: String?
    package var status: String?
    package var isExperimental = false
    package var standardsStatus: String?
    package var language: String?
    package var content = Content.complete
    package var isCaseSensitive = true
    package var hierarchyMeaning: String?
    /// The code system that this one adds to.
    package var supplements: String?
    /// When this edition is in force, from its `resource-effectivePeriod`.
    package var effective = EffectivePeriod()
  }

  /// How much of the system is there.
  /// <https://hl7.org/fhir/R4/valueset-codesystem-content-mode.html>
  package enum Content: String, Sendable {
    case notPresent = "not-present"
    case example, fragment, complete, supplement
  }

  init(_ draft: CodeSystemDraft) throws(Anomaly) {
    about = draft.about
    propertyDefinitions = draft.propertyDefinitions
    texts = draft.texts
    concepts = draft.concepts
    designations = draft.designations
    properties = draft.properties
    extensions = draft.extensions
    index = CodeIndex(
      draft.concepts.map(\.code), texts: draft.texts, isCaseSensitive: about.isCaseSensitive)
    hierarchy = Hierarchy(count: draft.concepts.count, edges: draft.edges(index))
  }

  package var url: String { about.url }
  package var version: String? { about.version }
  package var count: Int { concepts.count }

  /// What it is called, for people.
  package var title: String { about.title ?? about.name ?? about.url }

  /// The concepts that lie below no other.
  package var roots: [Int] {
    concepts.indices.filter { hierarchy.parents(of: $0).isEmpty }
  }

  /// `url|version`, or the URL alone when it has no version.
  package var canonical: String { about.version.map { "\(about.url)|\($0)" } ?? about.url }

  /// The place of a concept; in a system without case, however the code is written.
  package func place(of code: String) -> Int? {
    index.place(of: code, concepts.lazy.map(\.code), texts: texts)
  }

  package func code(_ place: Int) -> String { text(concepts[place].code) }

  package func display(_ place: Int) -> String? {
    let span = concepts[place].display
    return span.count == 0 ? nil : text(span)
  }

  package func definition(_ place: Int) -> String? {
    let span = concepts[place].definition
    return span.count == 0 ? nil : text(span)
  }

  package func designations(_ place: Int) -> ArraySlice<Designation> {
    designations[range(place, \.firstDesignation, designations.count)]
  }

  package func properties(_ place: Int) -> ArraySlice<ConceptProperty> {
    properties[range(place, \.firstProperty, properties.count)]
  }

  package func isAbstract(_ place: Int) -> Bool { concepts[place].flags.contains(.abstract) }
  package func isInactive(_ place: Int) -> Bool { concepts[place].flags.contains(.inactive) }

  /// The value of the property that stands for `status`, such as `retired`.
  package func status(_ place: Int) -> String? {
    properties(place).first { $0.code == "status" }?.value.text
  }

  private func text(_ span: Span) -> String {
    String(decoding: texts[Int(span.start)..<Int(span.start) + Int(span.count)], as: UTF8.self)
  }

  /// What belongs to a concept lies together, and what belongs to the next begins behind it.
  private func range(_ place: Int, _ first: KeyPath<Concept, UInt32>, _ end: Int) -> Range<Int> {
    let next = place + 1 < concepts.count ? Int(concepts[place + 1][keyPath: first]) : end
    return Int(concepts[place][keyPath: first])..<next
  }
}

extension CodeSystem {
  /// Whether the text contains the words looked for, in the code, the display or a designation.
  func mentions(_ words: String, at place: Int) -> Bool {
    if code(place).lowercased().contains(words) { return true }
    if let display = display(place), display.lowercased().contains(words) { return true }
    return designations(place).contains { $0.value.lowercased().contains(words) }
  }

  /// The URI by which a property is known beyond this system.
  func uri(ofProperty code: String) -> String? {
    propertyDefinitions.first { $0.code == code }?.uri
  }
}
