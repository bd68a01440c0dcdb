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

  /// What the section reads beyond the head of the page: types and criteria, the newest first.
  var reads: [(type: String, criteria: String)] {
    switch self {
    case .overview, .allergies, .all: []
    case .problems: [("Condition", "_sort=-onset-date")]
    case .medicines:
      [
        ("MedicationRequest", "_sort=-authoredon&_include=MedicationRequest:medication"),
        ("MedicationStatement", "_sort=-effective&_include=MedicationStatement:medication"),
      ]
    case .results: [("Observation", "_sort=-date"), ("DiagnosticReport", "_sort=-date")]
    case .vitals: [("Observation", "category=vital-signs&_sort=-date")]
    case .documents:
      [
        ("DiagnosticReport", "_sort=-date"), ("ImagingStudy", "_sort=-started"),
        ("DocumentReference", "_sort=-date"), ("Composition", "_sort=-date"), ("Media", ""),
      ]
    case .immunizations: [("Immunization", "_sort=-date")]
    case .family: [("RelatedPerson", ""), ("FamilyMemberHistory", "")]
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
