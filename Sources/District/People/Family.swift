import FHIR

/// That one member of a household is a relative in another's record.
struct Kinship: Sendable {
  /// Whose record it is.
  let member: Int
  let relative: Int
  /// <https://terminology.hl7.org/CodeSystem/v3-RoleCode>
  let code: String
  let display: String
  let words: String
}

extension Household {
  /// Parents in the records of their children under 18, and spouses in each other's.
  var kinships: [Kinship] {
    var kinships: [Kinship] = []
    for (place, person) in members.enumerated() {
      if let mother = person.mother, members.indices.contains(mother) {
        kinships.append(
          Kinship(member: place, relative: mother, code: "MTH", display: "mother", words: "母亲"))
      }
      if let father = person.father, members.indices.contains(father) {
        kinships.append(
          Kinship(member: place, relative: father, code: "FTH", display: "father", words: "父亲"))
      }
      if let spouse = person.spouse, members.indices.contains(spouse) {
        let words = person.sex == .male ? "妻" : "夫"
        kinships.append(
          Kinship(member: place, relative: spouse, code: "SPS", display: "spouse", words: words))
      }
      if person.kin == .foster || person.kin == .grandchild {
        let isFoster = person.kin == .foster
        kinships.append(
          Kinship(
            member: place, relative: 0, code: isFoster ? "PRNFOST" : "GRPRN",
            display: isFoster ? "foster parent" : "grandparent",
            words: isFoster ? "养父母" : "祖父母"))
      }
    }
    return kinships
  }

  func relatedPersonID(_ kinship: Kinship) -> String {
    members[kinship.member].id + "-r" + String(kinship.relative)
  }

  /// The RelatedPerson of a kinship, known by the relative's own identity number.
  func relatedPerson(_ kinship: Kinship) -> JSON {
    let relative = members[kinship.relative]
    return .resource(
      "RelatedPerson", relatedPersonID(kinship),
      [
        "identifier": relative.identity.map {
          [["system": System.identityNumber, "value": .string($0.text)]]
        },
        "active": true, "patient": members[kinship.member].reference,
        "relationship": [
          .concept(
            "http://terminology.hl7.org/CodeSystem/v3-RoleCode", kinship.code, kinship.display,
            text: kinship.words)
        ],
        "name": relative.name.humanNames,
        "telecom": [["system": "phone", "value": .string(phone), "use": "mobile"]],
        "gender": .string(relative.sex.gender), "birthDate": .day(relative.birth),
        "address": [address],
      ])
  }

  /// Everything about the household, its people first.
  func resources(in setting: Setting) -> [JSON] {
    var resources = members.map { $0.patient(of: self, in: setting) }
    for kinship in kinships { resources.append(relatedPerson(kinship)) }
    resources.append(group)
    resources += events(in: setting)
    for place in members.indices {
      var chart = Chart(place, of: self, in: setting)
      chart.write()
      resources.append(contentsOf: chart.resources)
    }
    return resources
  }
}

extension Chart {
  /// Long illnesses of the parents in the household.
  /// <https://hl7.org/fhir/R4/familymemberhistory.html>
  mutating func recordFamilyHistory() {
    for (place, code, words) in [(person.mother, "MTH", "母亲"), (person.father, "FTH", "父亲")] {
      guard let place, household.members.indices.contains(place) else { continue }
      let parent = household.members[place]
      let illnesses = parent.illnesses.filter { $0.since < lastDay }
      guard !illnesses.isEmpty else { continue }
      add(
        .resource(
          "FamilyMemberHistory", nextID(),
          [
            "status": "completed", "patient": person.reference, "date": .day(lastDay),
            "relationship": .concept(
              "http://terminology.hl7.org/CodeSystem/v3-RoleCode", code,
              code == "MTH" ? "mother" : "father", text: words),
            "bornDate": .day(parent.birth),
            "condition": .array(illnesses.map { ["code": $0.illness.concept] }),
          ]))
    }
  }
}
