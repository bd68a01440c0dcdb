/// A part of a record with a page of its own, below `/Patient/id/`; the overview and the whole are
/// parts too.
enum RecordSection: String, CaseIterable, Sendable {
  case overview = ""
  case problems, medicines, allergies, results, vitals, documents, immunizations, family
  /// Everything, for paper.
  case all

  /// The sections that a page shows.
  var shown: [RecordSection] {
    switch self {
    case .overview, .all:
      [
        .overview, .problems, .medicines, .allergies, .results, .vitals, .documents,
        .immunizations, .family,
      ]
    default: [self]
    }
  }

  /// The types that the head of every page speaks of.
  static let bannerTypes = [
    "AllergyIntolerance", "Condition", "Coverage", "Flag", "Observation", "Organization",
  ]

  /// The types that the section itself shows, beyond those of the banner.
  var types: [String] {
    switch self {
    case .overview:
      ["Encounter", "Practitioner", "PractitionerRole", "Location", "Medication"]
        + Timeline.contentTypes
    case .problems, .allergies: []
    case .medicines: Medicine.types + ["Medication", "Practitioner"]
    case .results, .vitals: ["DiagnosticReport"]
    case .documents: Paper.types + ["Practitioner"]
    case .immunizations: ["Immunization"]
    case .family: ["RelatedPerson", "FamilyMemberHistory"]
    case .all: []
    }
  }

  func path(of person: String) -> String {
    self == .overview ? "/Patient/\(person)" : "/Patient/\(person)/\(rawValue)"
  }

  /// The key of its name among the texts.
  var textKey: String {
    switch self {
    case .overview: "timeline"
    case .results: "testResults"
    case .documents: "papers"
    case .immunizations: "vaccinations"
    default: rawValue
    }
  }
}
