import FHIR
import Registries

/// What a page of the registry asks before an event is registered.
struct Asked: Sendable {
  let title: String
  /// Whom it is about, as words.
  let about: String
  /// Where to go back to.
  let back: String
  var form: Form
}

/// What came of an answer.
enum Answered: Sendable {
  /// The page that shows what is registered now.
  case done(String)
  /// Nothing was stored: these records have to be looked at first.
  case suspected([PopulationRegistry.Reading])
}

/// One kind of event, as a page that asks and takes the answer.
protocol EventQuestion: Sendable {
  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked
  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered
}

extension Site {
  /// Asks; with a form that was sent, registers or says what is wrong and keeps what was typed.
  func ask(
    _ visit: PageRoute.Visit, _ question: some EventQuestion
  ) async throws(Anomaly) -> PageReply {
    let frame = visit.frame
    var asked = try await question.asked(registry, frame)
    asked.form.canWait = true
    let draft = visit.request["draft"]
    asked.form.fields.append(FormField("draft", "", .hidden, value: draft ?? ""))
    guard visit.request.isForm else {
      if let draft { asked.form.take(try await registry.waiting(draft)) }
      return try page(asked, [], frame, status: 200)
    }
    let present = asked.form["version"]
    // The box is only there once records were shown that may be the same.
    if visit.request["isAnother"] != nil { asked.form.fields.append(Self.another(frame)) }
    asked.form.fill(from: visit.request)
    if visit.request["setAside"] != nil {
      return try await setAside(asked, reason: visit.request["refusal"] ?? "", frame)
    }
    guard asked.form.requireAnswers(frame.language) else {
      return try page(asked, [], frame, status: 422)
    }
    do throws(Anomaly) {
      let registrar = registrar(frame)
      switch try await question.take(asked.form, registry, by: registrar) {
      case .done(let path):
        if let draft { try await registry.settle(draft) }
        return .redirect(to: path)
      case .suspected(let readings): return try page(asked, readings, frame, status: 409)
      }
    } catch {
      guard [.incorrect, .conflict].contains(error.category) else { throw error }
      asked.form.refuse(error, frame.language)
      // Who is told that it changed meanwhile, and sends it again, has seen it as it is now.
      if error.category == .conflict { asked.form["version"] = present }
      return try page(asked, [], frame, status: error.status ?? error.category.status)
    }
  }

  /// Keeps the answers apart with what is wrong with them; one that waits already goes on waiting.
  private func setAside(
    _ asked: Asked, reason: String, _ frame: Frame
  ) async throws(Anomaly) -> PageReply {
    let draft = asked.form["draft"]
    if !draft.isEmpty { try await registry.settle(draft) }
    try await registry.setAside(
      "\(asked.title) \(asked.about)", form: asked.form.action,
      reason: String(reason.prefix(FormField.longestText)),
      answers: asked.form.fields.filter { !["draft", "version"].contains($0.name) }
        .map { ($0.name, $0.value) }, by: registrar(frame))
    return .redirect(to: "/population")
  }

  private static func another(_ frame: Frame) -> FormField {
    FormField(
      "isAnother", Texts.text("isAnotherChild", frame.language), .tick,
      hint: Texts.text("isAnotherHint", frame.language))
  }

  private func page(
    _ asked: Asked, _ suspected: [PopulationRegistry.Reading], _ frame: Frame, status: Int
  ) throws(Anomaly) -> PageReply {
    var asked = asked
    if !suspected.isEmpty { asked.form.fields.append(Self.another(frame)) }
    let now = Moment(milliseconds: clock())
    let people = try suspected.map { (reading) throws(Anomaly) -> [String: Any] in
      let document = try JSONDocument.parse(reading.tree.encoded())
      return withExtendedLifetime(document) {
        FoundPerson(document.root).values(at: now, frame.language)
      }
    }
    var values: [String: Any] = [
      "title": asked.title, "about": asked.about, "back": asked.back, "form": asked.form.values,
      "hasPeople": !people.isEmpty, "people": people,
    ]
    values["query"] = ""
    return .html(Template.question.render(values, frame), status: status)
  }
}

extension Form {
  /// Takes over the answers of a notice that was kept apart.
  fileprivate mutating func take(_ waiting: SetAside) {
    for place in fields.indices {
      guard let answer = waiting.answers.first(where: { $0.name == fields[place].name }) else {
        continue
      }
      fields[place].value = answer.value
    }
  }
}

extension CodeList {
  /// The list as the options of a field.
  func options(_ language: Language, _ codes: [String]? = nil) -> [FormField.Option] {
    let chosen = codes.map { codes in codes.compactMap { self[$0] } } ?? items
    return chosen.map { item in
      FormField.Option(
        value: item.code, text: language == .chinese ? item.chinese : item.english)
    }
  }

  /// What a code is called; the code itself when it is unknown.
  func name(_ code: String, _ language: Language) -> String {
    guard let item = self[code] else { return code }
    return language == .chinese ? item.chinese : item.english
  }
}

extension FormField {
  /// The day on which an event took effect: today unless another is typed.
  static func day(_ registry: PopulationRegistry, _ key: String, _ frame: Frame) -> FormField {
    FormField(
      "day", Texts.text(key, frame.language), .day, value: registry.today.text, isRequired: true)
  }

  /// Members of a household to choose from.
  static func members(_ members: [Household.Member], _ language: Language) -> [Option] {
    members.map { member in
      Option(
        value: member.person,
        text: "\(member.name)（\(CodeList.kinship.name(member.kin, language))）")
    }
  }
}
