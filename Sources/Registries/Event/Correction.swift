package import FHIR
import People

/// Names of a person as FHIR writes them.
enum Naming {
  private static let representation =
    "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"

  /// The name in characters and, so that it can be found by sound, in pinyin.
  static func names(_ name: SpokenName, since day: CivilDay) -> JSON {
    func part(_ code: String, _ text: String, _ family: String?, _ given: String) -> JSON {
      var part: JSON = [
        "extension": [["url": .string(representation), "valueCode": .string(code)]]
      ]
      if code == "IDE" { part["use"] = "official" }
      part["text"] = .string(text)
      part["family"] = family.map(JSON.string)
      if !given.isEmpty { part["given"] = [.string(given)] }
      part["period"] = ["start": .string(day.text)]
      return part
    }
    return [
      part("IDE", name.text, name.family, name.given),
      part("SYL", name.sound, name.familySound, name.givenSound),
    ]
  }

  /// Ends the names in use, which stay as old ones, and puts the new ones before them.
  static func rename(_ person: inout JSON, to name: SpokenName, on day: CivilDay) {
    let old = (person["name"]?.items ?? []).map { name in
      guard name["use"]?.string != "old" else { return name }
      var name = name
      name["use"] = "old"
      var period = name["period"] ?? .object([:])
      period["end"] = .string(day.text)
      name["period"] = period
      return name
    }
    person["name"] = .array(names(name, since: day).items + old)
  }
}

extension PopulationRegistry {
  /// So many records of relatives are changed with a name.
  static let relativeLimit = 50

  /// Changes a name 变更姓名; the old one stays with its last day.
  package func rename(
    _ person: String, to typed: String, day typedDay: String, because reason: String,
    by registrar: Registrar
  ) async throws(Anomaly) {
    var person = try await self.person(person)
    var findings = Findings()
    let span = LifeSpan(of: person.tree, today: today)
    let day = findings.check("day") { () throws(Anomaly) in try span.day(typedDay) }
    let name = findings.check("name") { () throws(Anomaly) in try PersonEntry.name(typed) }
    let why = findings.check("reason") { () throws(Anomaly) in try PersonEntry.text(reason) }
    if let name, name.text == PersonEntry.name(of: person.tree) {
      findings.add("name", "It is the name already", "与现用姓名相同")
    }
    try findings.report()
    guard let day, let name else { throw .fault("An answer is missing") }
    var writing = EventWriting(
      .naming, on: day, now: clock(), because: why ?? nil, by: registrar)
    Naming.rename(&person.tree, to: name, on: day)
    try writing.update(person.tree, person.reference, version: person.version, isTarget: true)
    for link in (person.tree["link"]?.items ?? []).prefix(Self.relativeLimit) {
      guard let other = link["other"]?["reference"]?.string, other.hasPrefix("RelatedPerson/")
      else { continue }
      var relative = try await resource(other)
      Naming.rename(&relative.tree, to: name, on: day)
      try writing.update(relative.tree, other, version: relative.version, isTarget: false)
    }
    if var household = try await household(of: person.id) {
      household.rename(person.id, to: name.text)
      try writing.update(
        household.group, "Group/\(household.id)", version: household.version, isTarget: true)
    }
    _ = try await commit(writing)
  }

  /// Corrects the sex on record 更正性别, with the new identity number where one was issued.
  package func correctSex(
    of person: String, to typed: String, number: String, day typedDay: String,
    because reason: String, by registrar: Registrar
  ) async throws(Anomaly) {
    var person = try await self.person(person)
    var findings = Findings()
    let span = LifeSpan(of: person.tree, today: today)
    let day = findings.check("day") { () throws(Anomaly) in try span.day(typedDay) }
    let sex = findings.check("sex") { () throws(Anomaly) in
      try PersonEntry.code(typed, of: .sex)
    }
    let why = findings.check("reason") { () throws(Anomaly) in try PersonEntry.text(reason) }
    if case .some(.none) = why {
      findings.add("reason", "A correction needs its ground", "更正须写明依据")
    }
    if let sex, sex == PersonEntry.sex(of: person.tree) {
      findings.add("sex", "It is the sex on record already", "与现登记性别相同")
    }
    var issued: IdentityNumber?
    if !number.isEmpty {
      issued = findings.check("number") { () throws(Anomaly) in
        try PersonEntry.identityNumber(number, birth: span.birth, sex: sex)
      }
    }
    try findings.report()
    guard let day, let sex else { throw .fault("An answer is missing") }
    if let issued { try await refuse(issued, of: person.id) }
    person.tree["gender"] = PersonEntry.genders[sex].map(JSON.string)
    if let issued { Self.issue(issued, to: &person.tree, on: day) }
    var writing = EventWriting(.sex, on: day, now: clock(), because: why ?? nil, by: registrar)
    try writing.update(person.tree, person.reference, version: person.version, isTarget: true)
    if var household = try await household(of: person.id),
      let kin = household.member(person.id)?.kin, let other = Kinship.same(kin, for: sex)
    {
      household.set(other, of: person.id)
      try writing.update(
        household.group, "Group/\(household.id)", version: household.version, isTarget: true)
    }
    _ = try await commit(writing)
  }

  /// No two persons have one identity number.
  func refuse(_ number: IdentityNumber, of person: String) async throws(Anomaly) {
    let system = RegistrySystem.identityNumber
    let found = try await search("Patient", "identifier=\(system)%7C\(number.text)&_count=5")
    guard let other = found.first(where: { $0.key.id != person }) else { return }
    let name = PersonEntry.name(of: try JSON(parsing: other.body))
    throw .incorrect(
      "The identity number is \(name)'s already", chinese: "该身份证号已登记给\(name)",
      code: .duplicate, path: "number", status: 422)
  }

  /// The number in use becomes an old one.
  static func issue(_ number: IdentityNumber, to patient: inout JSON, on day: CivilDay) {
    let before = (patient["identifier"]?.items ?? []).map { item in
      guard item["system"]?.string == RegistrySystem.identityNumber,
        item["use"]?.string != "old"
      else { return item }
      var item = item
      item["use"] = "old"
      item["period"] = ["end": .string(day.text)]
      return item
    }
    let new: JSON = [
      "use": "official", "system": .string(RegistrySystem.identityNumber),
      "value": .string(number.text), "period": ["start": .string(day.text)],
    ]
    patient["identifier"] = .array([new] + before)
  }
}

extension Kinship {
  /// The code for the same relation of the other sex; nil where the code tells no sex.
  static func same(_ kin: String, for sex: String) -> String? {
    let pairs = [
      ("11", "12"), ("20", "30"), ("21", "31"), ("22", "32"), ("23", "33"), ("24", "34"),
      ("25", "35"), ("26", "36"), ("27", "37"), ("28", "38"), ("29", "39"), ("41", "42"),
      ("43", "44"), ("51", "52"), ("53", "54"), ("55", "56"), ("57", "58"), ("61", "62"),
      ("63", "64"), ("71", "75"), ("73", "77"),
    ]
    guard let pair = pairs.first(where: { $0.0 == kin || $0.1 == kin }) else { return nil }
    let other = sex == "1" ? pair.0 : sex == "2" ? pair.1 : kin
    return other == kin ? nil : other
  }
}
