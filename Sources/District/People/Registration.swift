import FHIR

extension Name {
  private static let representation =
    "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
  private static let ideographic: JSON = [
    ["url": .string(representation), "valueCode": "IDE"]
  ]
  private static let syllabic: JSON = [["url": .string(representation), "valueCode": "SYL"]]

  /// The name in characters and, so that it can be searched by sound, in pinyin.
  var humanNames: JSON {
    [
      .element([
        "extension": Self.ideographic, "use": "official", "text": .string(text),
        "family": family.map(JSON.string), "given": [.string(given)],
      ]),
      .element([
        "extension": Self.syllabic, "text": .string(sound),
        "family": familySound.map(JSON.string), "given": [.string(givenSound)],
      ]),
    ]
  }
}

extension Person {
  /// The Patient. <https://hl7.org/fhir/R4/patient.html>
  func patient(of household: Household, in setting: Setting) -> JSON {
    let village = household.village
    return .resource(
      "Patient", id,
      [
        "extension": .array(extensions), "identifier": .array(identifiers),
        "active": true, "name": name.humanNames,
        "telecom": phone.map {
          [["system": "phone", "value": .string($0), "use": "mobile", "rank": 1]]
        },
        "gender": .string(sex.gender), "birthDate": .day(birth),
        "deceasedDateTime": death.map { .moment(Death.moment($0, of: self)) },
        "address": [household.address],
        "maritalStatus": birth.years(to: setting.ending) < 16 ? nil : Marital.concept(marital),
        "multipleBirthInteger": twin.map { .number($0) },
        "contact": contact(of: household),
        "communication": [
          ["language": .concept("urn:ietf:bcp:47", "zh-CN", "中文"), "preferred": true]
        ],
        "generalPractitioner": [village.doctor.reference],
        "managingOrganization": village.centre.reference,
        "link": links(in: household),
      ])
  }

  private var extensions: [JSON] {
    var extensions: [JSON] = [
      [
        "url": .string(System.ethnicGroup),
        "valueCodeableConcept": .concept(System.ethnicGroup, group.code, group.name),
      ]
    ]
    if let (code, name) = occupation.code {
      extensions.append([
        "url": .string(System.occupation),
        "valueCodeableConcept": .concept(System.occupation, code, name),
      ])
    }
    return extensions
  }

  private var identifiers: [JSON] {
    var identifiers: [JSON] = []
    if let identity {
      let number = JSON.string(identity.text)
      identifiers.append([
        "use": "official", "type": Self.nationalNumber, "system": System.identityNumber,
        "value": number,
      ])
      identifiers.append(["use": "usual", "system": System.healthCard, "value": number])
      // Whoever was an adult before the numbers of eighteen digits came in 1999 has an old one too.
      if birth.year < 1950, seed % 3 == 0 {
        identifiers.append([
          "use": "old", "system": System.identityNumber, "value": .string(identity.old),
        ])
      }
    }
    identifiers.append([
      "use": "secondary", "system": System.healthRecord, "value": .string(recordNumber),
    ])
    return identifiers
  }

  private static let nationalNumber: JSON = .concept(
    "http://terminology.hl7.org/CodeSystem/v2-0203", "NI", "National unique individual identifier",
    text: "居民身份证")

  /// Whom to call: the spouse, else the head of the household.
  private func contact(of household: Household) -> JSON? {
    let members = household.members
    let place = spouse ?? (kin == .head ? nil : 0)
    guard let place, members.indices.contains(place), members[place].id != id else { return nil }
    let other = members[place]
    let (code, words) = spouse == nil ? other.kin.code : (sex == .male ? Kin.wife : .husband).code
    return [
      .element([
        "relationship": [
          [
            "coding": [
              .coding(
                "http://terminology.hl7.org/CodeSystem/v2-0131", "N", "Next-of-Kin"),
              .coding(System.kinship, code, words),
            ],
            "text": .string(words),
          ]
        ],
        "name": ["text": .string(other.name.text)],
        "telecom": [["system": "phone", "value": .string(household.phone)]],
        "gender": .string(other.sex.gender),
      ])
    ]
  }

  /// Links a parent to the RelatedPerson that the parent is in the child's record.
  private func links(in household: Household) -> JSON? {
    let records = household.kinships.filter { household.members[$0.relative].id == id }
    guard !records.isEmpty else { return nil }
    return .array(
      records.map { record in
        let target = "RelatedPerson/" + household.relatedPersonID(record)
        return ["other": .reference(target), "type": "seealso"]
      })
  }
}
