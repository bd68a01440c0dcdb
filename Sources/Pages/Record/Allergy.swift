import FHIR

/// An allergy or intolerance. <https://hl7.org/fhir/R4/allergyintolerance.html>
struct Allergy: Sendable {
  let name: String
  let isHigh: Bool
  let criticality: String?
  let category: String?
  let reaction: String?
  let isActive: Bool
  let recorded: Moment?
  let link: String

  /// Nil for what was entered in error or refuted.
  init?(_ item: Record.Item) {
    let root = item.root
    let verification = CodeText.code(root.first("verificationStatus"))
    guard verification != "entered-in-error", verification != "refuted",
      let name = CodeText.text(root.member("code"))
        ?? CodeText.text(root.first("reaction", "substance"))
    else { return nil }
    self.name = name
    criticality = root.text("criticality")
    isHigh = criticality == "high"
    category = root.text("category")
    let manifestations = root.all("reaction").flatMap { $0.all("manifestation") }
      .compactMap { CodeText.text($0) }
    reaction = manifestations.isEmpty ? nil : manifestations.joined(separator: ", ")
    isActive = (CodeText.code(root.first("clinicalStatus")) ?? "active") == "active"
    recorded = Moment(root, "recordedDate", "onset")
    link = item.link
  }

  /// The allergies of a record, the dangerous first, those that are over last.
  static func all(in record: Record) -> [Allergy] {
    record["AllergyIntolerance"].compactMap(Allergy.init).sorted { left, right in
      if left.isActive != right.isActive { return left.isActive }
      if left.isHigh != right.isHigh { return left.isHigh }
      return (left.recorded?.milliseconds ?? .min) > (right.recorded?.milliseconds ?? .min)
    }
  }

  func values(_ language: Language) -> [String: Any] {
    var values: [String: Any] = [
      "name": name, "link": link, "isHigh": isHigh, "isActive": isActive,
    ]
    values["criticality"] = criticality.map { CodeText.term("criticality", $0, language) }
    values["category"] = category.map { CodeText.term("allergyOf", $0, language) }
    values["reaction"] = reaction
    values["day"] = recorded?.day
    return values
  }
}
