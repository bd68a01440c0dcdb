import FHIR
import Registries

/// What every question about one person knows.
private struct Subject: Sendable {
  let person: PopulationRegistry.Reading
  let household: Household?
  let language: Language

  init(
    _ id: String, _ registry: PopulationRegistry, _ frame: Frame
  ) async throws(Anomaly) {
    person = try await registry.person(id)
    household = try await registry.household(of: id)
    language = frame.language
  }

  func text(_ key: String) -> String { Texts.text(key, language) }

  /// The page of the household, else of the record.
  var back: String {
    household.map { "/population/household/\($0.id)" } ?? "/Patient/\(person.id)"
  }

  func asked(_ title: String, _ event: String, _ fields: [FormField]) -> Asked {
    Asked(
      title: text(title), about: PersonEntry.name(of: person.tree), back: back,
      form: Form(
        action: "/population/person/\(person.id)/\(event)", submit: text("register"), fields,
        cancel: back))
  }

  /// Who heads the household from now on; nothing when that stays.
  var successor: [FormField] {
    guard let household, household.head?.person == person.id else { return [] }
    let others = household.members.filter { $0.person != person.id }
    guard !others.isEmpty else { return [] }
    let spouse = others.first { Kinship.areMarried(Kinship.head, $0.kin) }
    return [
      FormField(
        "newHead", text("newHead"), .choice(FormField.members(others, language)),
        value: spouse?.person ?? "", hint: text("newHeadHint"))
    ]
  }
}

extension EventQuestion {
  /// Back to where the question was asked from.
  fileprivate func done(
    _ person: String, _ household: Household?
  ) -> Answered {
    .done(household.map { "/population/household/\($0.id)" } ?? "/Patient/\(person)")
  }
}

/// A death.
struct DeathQuestion: EventQuestion {
  let person: String

  init(of person: String) { self.person = person }

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let subject = try await Subject(person, registry, frame)
    return subject.asked(
      "titleDeath", "death",
      [
        FormField("day", subject.text("dayOfDeath"), .day, isRequired: true),
        FormField("reason", subject.text("causeOfDeath")),
      ]
        + subject.successor)
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    let household = try await registry.household(of: person)
    var notice = DeathNotice()
    notice.day = form["day"]
    notice.reason = form["reason"]
    notice.newHead = form["newHead"]
    try await registry.register(notice, of: person, by: registrar)
    return done(person, household)
  }
}

/// A move out.
struct DepartureQuestion: EventQuestion {
  let person: String

  init(of person: String) { self.person = person }

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let subject = try await Subject(person, registry, frame)
    return subject.asked(
      "titleDeparture", "departure",
      [
        .day(registry, "dayOfDeparture", frame),
        FormField(
          "move", subject.text("whatMoves"), .choice(MoveOption.all(frame.language)),
          value: "both"),
        FormField("address", subject.text("destination"), isRequired: true),
        FormField(
          "area", subject.text("divisionCode"), hint: subject.text("divisionCodeHint"),
          isNumber: true),
        FormField("reason", subject.text("reasonOfEvent")),
      ] + subject.successor)
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    let household = try await registry.household(of: person)
    var notice = DepartureNotice()
    notice.day = form["day"]
    notice.move = Move(rawValue: form["move"]) ?? .both
    notice.address = form["address"]
    notice.area = form["area"]
    notice.reason = form["reason"]
    notice.newHead = form["newHead"]
    try await registry.register(notice, of: person, by: registrar)
    return done(person, household)
  }
}

/// A change of name.
struct NameQuestion: EventQuestion {
  let person: String

  init(of person: String) { self.person = person }

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let subject = try await Subject(person, registry, frame)
    return subject.asked(
      "titleName", "name",
      [
        FormField("name", subject.text("newName"), isRequired: true),
        .day(registry, "dayOfEffect", frame),
        FormField("reason", subject.text("reasonOfEvent")),
      ])
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    try await registry.rename(
      person, to: form["name"], day: form["day"], because: form["reason"], by: registrar)
    return done(person, try await registry.household(of: person))
  }
}

/// A correction of sex.
struct SexQuestion: EventQuestion {
  let person: String

  init(of person: String) { self.person = person }

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let subject = try await Subject(person, registry, frame)
    let now = PersonEntry.sex(of: subject.person.tree)
    let others = CodeList.sex.items.map(\.code).filter { $0 != now }
    return subject.asked(
      "correctSex", "sex",
      [
        FormField(
          "sex", subject.text("correctedSex"),
          .choice(CodeList.sex.options(frame.language, others)), isRequired: true),
        FormField("number", subject.text("newNumber"), hint: subject.text("newNumberHint")),
        .day(registry, "dayOfEffect", frame),
        FormField("reason", subject.text("groundOfCorrection"), isRequired: true),
      ])
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    try await registry.correctSex(
      of: person, to: form["sex"], number: form["number"], day: form["day"],
      because: form["reason"], by: registrar)
    return done(person, try await registry.household(of: person))
  }
}
