import FHIR

/// A medicine that a person was prescribed or takes.
///
/// <https://hl7.org/fhir/R4/medicationrequest.html>,
/// <https://hl7.org/fhir/R4/medicationstatement.html>
struct Medicine: Sendable {
  static let types = ["MedicationRequest", "MedicationStatement"]

  let name: String
  let dosage: String?
  let reason: String?
  let prescriber: String?
  let status: String
  let moment: Moment?
  let encounter: String?
  let link: String

  var isCurrent: Bool { status == "active" || status == "on-hold" || status == "intended" }

  init?(_ item: Record.Item, in record: Record) {
    let root = item.root
    status = root.text("status") ?? "unknown"
    let target = root.target("medicationReference").flatMap { record.item($0)?.root }
    let concept = root.member("medicationCodeableConcept") ?? target?.member("code")
    guard status != "entered-in-error",
      let name = CodeText.text(concept) ?? root.text("medicationReference", "display")
    else { return nil }
    self.name = name
    let instruction = root.first("dosageInstruction") ?? root.first("dosage")
    dosage = instruction.flatMap(Self.dosage)
    reason =
      CodeText.text(root.first("reasonCode"))
      ?? root.target("reasonReference").flatMap { record.item($0)?.root.member("code") }
      .flatMap { CodeText.text($0) }
    prescriber = record.name(of: root.member("requester"))
    moment = Moment(root, "authoredOn", "effective", "dateAsserted")
    encounter = root.target("encounter") ?? root.target("context")
    link = item.link
  }

  /// The sentence that was written, else dose and rhythm.
  private static func dosage(_ instruction: JSONCursor) -> String? {
    if let text = instruction.text("text") { return text }
    var parts: [String] = []
    if let dose = instruction.first("doseAndRate", "doseQuantity"), let value = dose.text("value") {
      parts.append(value + (dose.text("unit").map { " " + $0 } ?? ""))
    }
    if let rhythm = instruction.first("timing", "repeat"), let times = rhythm.text("frequency") {
      let period = rhythm.text("period") ?? "1"
      parts.append("\(times)×/\(period == "1" ? "" : period)\(rhythm.text("periodUnit") ?? "")")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// The medicines of a record, the newest first.
  static func all(in record: Record) -> [Medicine] {
    types.flatMap { record[$0] }.compactMap { Medicine($0, in: record) }
      .sorted { ($0.moment?.milliseconds ?? .min) > ($1.moment?.milliseconds ?? .min) }
  }

  func values(_ language: Language) -> [String: Any] {
    var values: [String: Any] = [
      "name": name, "link": link, "status": CodeText.term("medicine", status, language),
    ]
    values["dosage"] = dosage
    values["reason"] = reason
    values["prescriber"] = prescriber
    values["day"] = moment?.day
    return values
  }
}

extension [Medicine] {
  /// Each medicine once, as it was last prescribed.
  var latest: [Medicine] {
    var seen: Set<String> = []
    return filter { seen.insert($0.name).inserted }
  }
}
