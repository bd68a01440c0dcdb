import FHIR
import Registries

extension Site {
  /// `/resources`: institutions by area, class, level and name, with how their licences stand.
  func institutions(
    _ request: PageRequest, _ frame: Frame
  ) async throws(Anomaly) -> PageReply {
    let language = frame.language
    let resources = registry.resources
    var wish = ResourceRegistry.Wish()
    wish.name = request["name"] ?? ""
    wish.classCode = request["class"] ?? ""
    wish.level = request["level"] ?? ""
    wish.jurisdiction = request["area"] ?? ""
    wish.cursor = request["page"]
    let found = try await resources.institutions(wish)
    let any = FormField.Option(value: "", text: Texts.text("any", language))
    let areas = try await resources.jurisdictions().map {
      FormField.Option(value: $0.id, text: $0.name)
    }
    let text = { (key: String) in Texts.text(key, language) }
    let fields = [
      FormField("name", text("institutionName"), value: wish.name),
      FormField("area", text("division"), .choice([any] + areas), value: wish.jurisdiction),
      FormField(
        "class", text("institutionClass"),
        .choice([any] + CodeList.institutionClass.options(language)), value: wish.classCode),
      FormField(
        "level", text("institutionLevel"),
        .choice([any] + CodeList.level.options(language)), value: wish.level),
    ]
    let rows = found.institutions.map { $0.values(on: resources.today, language) }
    var values: [String: Any] = [
      "query": "", "fields": fields.map(\.values), "institutions": rows,
      "hasInstitutions": !rows.isEmpty,
    ]
    values["total"] = found.total.map(String.init)
    let here = fields.filter { !$0.value.isEmpty }
      .map { "\($0.name)=\($0.value.urlEncoded)&" }.joined()
    values["next"] = found.next.map { "/resources?\(here)page=\($0.urlEncoded)" }
    values["previous"] = found.previous.map { "/resources?\(here)page=\($0.urlEncoded)" }
    return .html(Template.institutions.render(values, frame))
  }
}

extension Institution {
  /// The institution as a line of a list, and as the head of its page.
  func values(on day: CivilDay, _ language: Language) -> [String: Any] {
    var values: [String: Any] = ["id": id, "name": name]
    values["class"] = classCode.map { CodeList.institutionClass.name($0, language) }
    values["level"] = level.map { CodeList.level.name($0, language) }
    values["ownership"] = ownership
    values["creditCode"] = creditCode
    values["address"] = address?.text
    values["area"] = address?.area
    values["phone"] = phone
    values["standing"] = standing.map { CodeList.standing.name($0, language) }
    values["isClosed"] = !isActive
    values["licence"] = licence.map { $0.values(on: day, language) }
    return values
  }
}

extension Licence {
  func values(on day: CivilDay, _ language: Language) -> [String: Any] {
    let standing = standing(on: day)
    var values: [String: Any] = [
      "kind": kind, "standing": Texts.text("licence" + standing.rawValue, language),
      "isWrong": standing == .expired || standing == .notYet, "isNear": standing == .expiring,
    ]
    values["number"] = number
    values["start"] = start?.text
    values["end"] = end?.text
    return values
  }
}
