import FHIR

/// A person as a line of a list; numbers are never shown whole there.
struct FoundPerson: Sendable {
  let person: Person
  let place: String?

  init(_ patient: JSONCursor) {
    person = Person(patient)
    place = Person.place(patient)
  }

  func values(at now: Moment, _ language: Language) -> [String: Any] {
    var values: [String: Any] = [
      "id": person.id, "isDead": person.isDead,
      "name": person.name.isEmpty ? Texts.text("nameless", language) : person.name,
    ]
    values["pinyin"] = person.pinyin
    values["sex"] = person.sex(language)
    values["age"] = person.age(at: now)?.text(language)
    values["birth"] = person.birth?.day
    values["identityNumber"] = person.identityNumber.map(Masking.identityNumber)
    values["place"] = place
    values["phone"] = person.phone.map(Masking.phone)
    return values
  }
}
