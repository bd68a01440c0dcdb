import FHIR

/// An allergy that residents have: a row of `allergies.tsv`.
struct Allergy: Sendable {
  let code: JSON
  let category: JSON
  let type: JSON
  /// The share of persons.
  let share: Double
  let manifestation: JSON
  let criticality: JSON
  /// The ATC class not to be given.
  let avoids: String?

  init(_ row: Table.Row) throws(Anomaly) {
    code = .words(try row.text("substance"))
    category = .string(try row.text("category"))
    type = .string(try row.text("type"))
    share = try row.number("rate") / 1000
    manifestation = .words(try row.text("manifestation"))
    criticality = .string(try row.text("criticality"))
    avoids = try row.keys("avoids").first
  }
}

extension Chart {
  /// Records the person's allergies, before anything is prescribed.
  mutating func recordAllergies() {
    guard person.birth + 400 < lastDay else { return }
    for allergy in setting.medicine.allergies where chance.happens(allergy.share) {
      if let atc = allergy.avoids { avoided.append(atc) }
      let age = max(person.birth.years(to: lastDay), 1)
      let recorded = min(person.birth.adding(years: chance.within(1...age)), lastDay)
      add(
        .resource(
          "AllergyIntolerance", nextID(),
          [
            "clinicalStatus": Self.activeAllergy, "verificationStatus": Self.confirmedAllergy,
            "type": allergy.type, "category": [allergy.category],
            "criticality": allergy.criticality, "code": allergy.code, "patient": person.reference,
            "recordedDate": .day(recorded), "recorder": home.doctor.reference,
            "reaction": [
              [
                "manifestation": [allergy.manifestation],
                "severity": allergy.criticality == "high" ? "moderate" : "mild",
              ]
            ],
          ]))
    }
  }

  private static let activeAllergy: JSON = .concept(
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active")
  private static let confirmedAllergy: JSON = .concept(
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed",
    "Confirmed")
}
