import FHIR
import Registries

/// Somebody moves into a household.
struct ArrivalQuestion: EventQuestion {
  let household: String

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let household = try await registry.household(household)
    let language = frame.language
    let text = { (key: String) in Texts.text(key, language) }
    let kins = CodeList.kinship.items.map(\.code).filter { $0 != "01" && $0 != Kinship.head }
    let path = "/population/household/\(household.id)"
    return Asked(
      title: text("titleArrival"), about: household.name, back: path,
      form: Form(
        action: path + "/arrival", submit: text("register"),
        [
          FormField(
            "number", text("identityNumber"), hint: text("arrivalHint"), isRequired: true),
          FormField(
            "kin", text("relationToHead"), .choice(CodeList.kinship.options(language, kins)),
            isRequired: true),
          .day(registry, "dayOfArrival", frame),
          FormField("move", text("whatMoves"), .choice(MoveOption.all(language)), value: "both"),
          FormField("name", text("name"), hint: text("newcomerOnly")),
          FormField(
            "ethnic", text("ethnicGroup"), .choice(CodeList.ethnic.options(language)),
            value: "01", hint: text("newcomerOnly")),
          FormField("reason", text("reasonOfEvent")),
        ], cancel: path))
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    var notice = ArrivalNotice()
    notice.number = form["number"]
    notice.name = form["name"]
    notice.ethnic = form["ethnic"]
    notice.kin = form["kin"]
    notice.day = form["day"]
    notice.move = Move(rawValue: form["move"]) ?? .both
    notice.reason = form["reason"]
    _ = try await registry.register(notice, into: household, by: registrar)
    return .done("/population/household/\(household)")
  }
}

/// Another head of a household.
struct HeadQuestion: EventQuestion {
  let household: String

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let household = try await registry.household(household)
    let language = frame.language
    let others = household.members.filter { $0.kin != Kinship.head }
    let path = "/population/household/\(household.id)"
    return Asked(
      title: Texts.text("changeHead", language), about: household.name, back: path,
      form: Form(
        action: path + "/head", submit: Texts.text("register", language),
        [
          FormField(
            "head", Texts.text("newHead", language),
            .choice(FormField.members(others, language)),
            hint: Texts.text("newHeadHint", language), isRequired: true),
          .day(registry, "dayOfEffect", frame),
          FormField("reason", Texts.text("reasonOfEvent", language)),
        ], cancel: path))
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    try await registry.appoint(
      form["head"], in: household, day: form["day"], because: form["reason"], by: registrar)
    return .done("/population/household/\(household)")
  }
}

/// A household for who belongs to none.
struct FoundingQuestion: EventQuestion {
  let person: String

  init(of person: String) { self.person = person }

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let reading = try await registry.person(person)
    let text = { (key: String) in Texts.text(key, frame.language) }
    return Asked(
      title: text("foundHousehold"), about: PersonEntry.name(of: reading.tree),
      back: "/Patient/\(person)",
      form: Form(
        action: "/population/person/\(person)", submit: text("register"),
        [
          FormField("number", text("householdNumber")), .day(registry, "dayOfEffect", frame),
          FormField("reason", text("reasonOfEvent")),
        ], cancel: "/Patient/\(person)"))
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    let id = try await registry.found(
      head: person, number: form["number"], day: form["day"], because: form["reason"],
      by: registrar)
    return .done("/population/household/\(id)")
  }
}

/// The ways of moving as options.
enum MoveOption {
  static func all(_ language: Language) -> [FormField.Option] {
    Move.allCases.map { move in
      FormField.Option(value: move.rawValue, text: Texts.text("move" + move.rawValue, language))
    }
  }
}
