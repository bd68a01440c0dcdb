import FHIR

/// What happened to a person, encounter by encounter, the newest first, by years.
struct Timeline: Sendable {
  /// Encounters on one page.
  static let encountersPerPage = 50
  /// Medicines, results and procedures named on the face of an encounter; the rest is inside.
  static let faceLimit = 8

  struct Entry: Sendable {
    let item: Record.Item
    let moment: Moment?
    /// Everything that says it belongs to the encounter.
    let content: [Record.Item]
  }

  let entries: [Entry]
  private let record: Record

  init(_ record: Record) {
    self.record = record
    var content: [String: [Record.Item]] = [:]
    for type in Self.contentTypes {
      for item in record[type] {
        guard
          let encounter = item.root.target("encounter") ?? item.root.target("context", "encounter")
            ?? item.root.target("context")
        else { continue }
        content[encounter, default: []].append(item)
      }
    }
    entries = record["Encounter"].filter { $0.root.text("status") != "entered-in-error" }
      .map { item in
        Entry(
          item: item, moment: Moment(item.root, "period"),
          content: content[item.reference] ?? [])
      }
      .sorted { ($0.moment?.milliseconds ?? .min) > ($1.moment?.milliseconds ?? .min) }
  }

  /// The types whose resources are shown in the encounter they belong to, in the order they are
  /// listed.
  static let contentTypes = [
    "Condition", "MedicationRequest", "MedicationAdministration", "MedicationStatement",
    "Procedure", "DiagnosticReport", "Observation", "ImagingStudy", "Immunization",
    "DocumentReference", "Composition", "ServiceRequest", "CarePlan", "QuestionnaireResponse",
  ]

  /// The search parameters by which these lead to their encounter, for `_revinclude`; R4 has none
  /// for Immunization.
  static let references = contentTypes.filter { $0 != "Immunization" }.map { type in
    switch type {
    case "MedicationStatement", "MedicationAdministration": type + ":context"
    default: type + ":encounter"
    }
  }

  /// The years with their encounters, for the template.
  func years(_ language: Language) -> [[String: Any]] {
    var years: [(year: String, entries: [[String: Any]])] = []
    for entry in entries {
      let year = entry.moment.map { String($0.year) } ?? Texts.text("dayUnknown", language)
      if years.last?.year != year { years.append((year, [])) }
      years[years.count - 1].entries.append(values(entry, language))
    }
    return years.map { ["year": $0.year, "entries": $0.entries] }
  }

  private func values(_ entry: Entry, _ language: Language) -> [String: Any] {
    let root = entry.item.root
    let visit = root.text("class", "code") ?? ""
    var values: [String: Any] = [
      "link": entry.item.link, "style": Self.style(visit), "size": entry.content.count,
      "kind": Texts.has("class" + visit)
        ? Texts.text("class" + visit, language)
        : CodeText.text(root.member("class")) ?? Texts.text("encounter", language),
    ]
    values["day"] = entry.moment?.day
    values["dayInYear"] = entry.moment?.dayInYear
    values["clock"] = entry.moment?.clock
    if visit == "IMP" || visit == "ACUTE", let end = Moment(root.text("period", "end")) {
      values["until"] = end.day
    }
    values["place"] = record.name(of: root.member("serviceProvider"))
    values["department"] = CodeText.text(root.member("serviceType"))
    values["doctor"] =
      root.all("participant").lazy
      .compactMap { record.name(of: $0.member("individual")) }.first
    let diagnoses = diagnoses(entry)
    values["title"] =
      diagnoses.isEmpty
      ? CodeText.text(root.first("reasonCode")) ?? CodeText.text(root.first("type"))
        ?? Texts.text("encounter", language)
      : diagnoses.joined(separator: "、")
    values["reason"] = diagnoses.isEmpty ? nil : CodeText.text(root.first("reasonCode"))
    face(entry, into: &values, language)
    values["groups"] = groups(entry, language)
    values["hasContent"] = !entry.content.isEmpty
    return values
  }

  private static func style(_ visit: String) -> String {
    switch visit {
    case "EMER": "urgent"
    case "IMP", "ACUTE", "NONAC", "OBSENC", "SS": "ward"
    default: "clinic"
    }
  }

  private func diagnoses(_ entry: Entry) -> [String] {
    var names: [String] = []
    let listed = entry.item.root.all("diagnosis").compactMap { record.item($0.target("condition")) }
    let conditions = listed + entry.content.filter { $0.type == "Condition" }
    for item in conditions {
      guard let problem = HealthProblem(item), !names.contains(problem.name) else { continue }
      names.append(problem.name)
    }
    return names
  }

  /// Medicines, values that are not usual, and procedures.
  private func face(_ entry: Entry, into values: inout [String: Any], _ language: Language) {
    let medicines = entry.content.filter { Medicine.types.contains($0.type) }
      .compactMap { Medicine($0, in: record) }.latest
    let findings = entry.content.filter { $0.type == "Observation" }.compactMap { item in
      let finding = Finding(item.root)
      return finding.flag?.isAbnormal == true ? (item, finding) : nil
    }
    let procedures = entry.content.filter { $0.type == "Procedure" || $0.type == "ImagingStudy" }
      .compactMap { title($0, language) }
    values["medicines"] = medicines.prefix(Self.faceLimit).map(\.name).joined(separator: "、")
    values["hasMedicines"] = !medicines.isEmpty
    values["procedures"] = procedures.prefix(Self.faceLimit).joined(separator: "、")
    values["hasProcedures"] = !procedures.isEmpty
    values["hasFindings"] = !findings.isEmpty
    values["findings"] = findings.prefix(Self.faceLimit).map { item, finding in
      var values = finding.values(language)
      values["name"] = CodeText.text(item.root.member("code")) ?? ""
      return values
    }
  }

  /// What is in an encounter, by type.
  private func groups(_ entry: Entry, _ language: Language) -> [[String: Any]] {
    Self.contentTypes.compactMap { type in
      let items = entry.content.filter { $0.type == type }
      guard !items.isEmpty else { return nil }
      return [
        "kind": Texts.text("type" + type, language),
        "items": items.map { item in
          var values: [String: Any] = [
            "link": item.link, "title": title(item, language) ?? item.reference,
          ]
          if type == "Observation" { values["finding"] = Finding(item.root).values(language) }
          if let medicine = Medicine.types.contains(type) ? Medicine(item, in: record) : nil {
            values["detail"] = medicine.dosage
          }
          if type == "DiagnosticReport" { values["detail"] = item.root.text("conclusion") }
          return values
        },
      ]
    }
  }

  private func title(_ item: Record.Item, _ language: Language) -> String? {
    let root = item.root
    switch item.type {
    case "MedicationRequest", "MedicationStatement": return Medicine(item, in: record)?.name
    case "MedicationAdministration": return CodeText.text(root.member("medicationCodeableConcept"))
    case "Immunization": return CodeText.text(root.member("vaccineCode"))
    case "ImagingStudy", "DocumentReference", "Composition", "DiagnosticReport":
      return Paper(item, in: record)?.title
    case "CarePlan":
      return root.text("title") ?? CodeText.text(root.first("category"))
    case "QuestionnaireResponse": return root.text("questionnaire")
    default: return CodeText.text(root.member("code"))
    }
  }
}
