import FHIR
import Registries

/// An institution that is registered, or what changed of one.
struct InstitutionQuestion: EventQuestion {
  /// Nil for a new one.
  let id: String?

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let language = frame.language
    var present: Institution?
    if let id { present = try await registry.resources.institution(id) }
    let text = { (key: String) in Texts.text(key, language) }
    let none = FormField.Option(value: "", text: text("noLevel"))
    let back = id.map { "/resources/institution/\($0)" } ?? "/resources"
    return Asked(
      title: text(id == nil ? "registerInstitution" : "changeInstitution"),
      about: present?.name ?? "", back: back,
      form: Form(
        action: id.map { "/resources/institution/\($0)/change" }
          ?? "/resources/institution/new",
        submit: text("register"),
        [
          FormField(
            "name", text("institutionName"), value: present?.name ?? "", isRequired: true),
          FormField(
            "creditCode", text("creditCode"), value: present?.creditCode ?? "",
            hint: text("creditCodeHint")),
          FormField(
            "classCode", text("institutionClass"),
            .choice(CodeList.institutionClass.options(language)),
            value: present?.classCode ?? "", isRequired: true),
          FormField(
            "level", text("institutionLevel"), .choice([none] + CodeList.level.options(language)),
            value: present?.level ?? ""),
          FormField(
            "standing", text("standing"), .choice(CodeList.standing.options(language)),
            value: present?.standing ?? "0", isRequired: true),
          FormField("licence", text("licence"), value: present?.licence?.number ?? ""),
          FormField(
            "licenceStart", text("validFrom"), .day, value: present?.licence?.start?.text ?? ""),
          FormField(
            "licenceEnd", text("validUntil"), .day, value: present?.licence?.end?.text ?? ""),
          FormField("address", text("addressOfPlace"), value: present?.address?.text ?? ""),
          FormField(
            "area", text("divisionCode"), value: present?.address?.area ?? "",
            hint: text("divisionCodeHint"), isNumber: true),
          FormField("phone", text("phone"), value: present?.phone ?? "", isNumber: true),
          FormField("version", "", .hidden, value: present.map { String($0.version) } ?? ""),
        ], cancel: back))
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    var notice = InstitutionNotice()
    notice.name = form["name"]
    notice.creditCode = form["creditCode"]
    notice.classCode = form["classCode"]
    notice.level = form["level"]
    notice.standing = form["standing"]
    notice.licence = form["licence"]
    notice.licenceStart = form["licenceStart"]
    notice.licenceEnd = form["licenceEnd"]
    notice.address = form["address"]
    notice.area = form["area"]
    notice.phone = form["phone"]
    let made = try await registry.resources.register(
      notice, as: id, seen: Int(form["version"]))
    return .done("/resources/institution/\(made)")
  }
}
