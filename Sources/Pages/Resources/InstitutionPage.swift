import FHIR
import Registries

extension Site {
  /// `/resources/institution/id`: departments, staff, beds, equipment, and licences that end.
  func institution(_ id: String, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let (language, resources) = (frame.language, registry.resources)
    let institution = try await resources.institution(id)
    let departments = try await resources.departments(of: id)
    let staff = try await resources.staff(of: [id] + departments.map(\.id))
    let places = try await resources.places(of: id)
    let equipment = try await resources.equipment(of: id)
    let today = resources.today
    var values = institution.values(on: today, language)
    values["query"] = ""
    let names = Dictionary(
      departments.map { ("Organization/\($0.id)", $0.name) }, uniquingKeysWith: { one, _ in one })
    values["departments"] = departments.map { department -> [String: Any] in
      let reference = "Organization/\(department.id)"
      let count = staff.filter { $0.roles.contains { $0.organization == reference } }.count
      return ["id": department.id, "name": department.name, "count": count]
    }
    values["hasDepartments"] = !departments.isEmpty
    values["staff"] = staff.map { $0.values(named: names, on: today, language) }
    values["staffCount"] = staff.count
    values["hasStaff"] = !staff.isEmpty
    let beds = places.filter(\.isBed)
    values["bedCount"] = beds.count
    values["bedsInUse"] = beds.filter { $0.status == "active" }.count
    values["hasBeds"] = !beds.isEmpty
    values["equipment"] = equipment.map { asset -> [String: Any] in
      var values: [String: Any] = [
        "name": asset.name, "link": "/fhir/\(asset.reference)",
        "status": Texts.text("device" + asset.status, language),
      ]
      values["number"] = asset.number
      return values
    }
    values["hasEquipment"] = !equipment.isEmpty
    let ending = ending(institution, staff, on: today, language)
    values["ending"] = ending
    values["hasEnding"] = !ending.isEmpty
    return .html(Template.institution.render(values, frame))
  }

  /// Licences that have ended or are about to, the first to end first.
  private func ending(
    _ institution: Institution, _ staff: [Clinician], on day: CivilDay, _ language: Language
  ) -> [[String: Any]] {
    var licences: [(who: String, licence: Licence)] = []
    if let licence = institution.licence { licences.append((institution.name, licence)) }
    for person in staff {
      licences += person.qualifications.map { (person.name, $0.licence) }
    }
    return licences.filter { [.expired, .expiring].contains($0.licence.standing(on: day)) }
      .sorted { ($0.licence.end?.number ?? 0) < ($1.licence.end?.number ?? 0) }
      .map { entry in
        var values = entry.licence.values(on: day, language)
        values["who"] = entry.who
        return values
      }
  }
}

extension Clinician {
  /// - Parameter named: the names of organizations by reference.
  func values(
    named names: [String: String], on day: CivilDay, _ language: Language
  ) -> [String: Any] {
    var values: [String: Any] = [
      "id": id, "name": name,
      "titles": Self.once(roles.compactMap(\.title)).joined(separator: "、"),
      "places": Self.once(roles.compactMap { $0.organization.flatMap { names[$0] } })
        .joined(separator: "、"),
      "licences": qualifications.map { qualification -> [String: Any] in
        var values = qualification.licence.values(on: day, language)
        values["scope"] = qualification.scope
        return values
      },
    ]
    values["sex"] = sex.map { CodeList.sex.name($0, language) }
    values["number"] = number
    return values
  }

  private static func once(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }
}
