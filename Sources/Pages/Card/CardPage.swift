import CardOffice
import Credentials
import FHIR
import RecordStore

extension Site {
  /// `/cards/card/id`: one card, what happened to it and what may happen next.
  ///
  /// - Parameter problem: why what was sent is refused.
  func card(
    _ id: String, _ problem: Anomaly?, _ visit: PageRoute.Visit
  ) async throws(Anomaly) -> PageReply? {
    let registered = try await cards.registry.card(id)
    let language = visit.frame.language
    let shown = CardValues(registered: registered, language: language)
    let holder = registered.card.details.holder.split(separator: "/").last.map(String.init) ?? ""
    var values = shown.values(at: clock())
    values["holder"] = holder
    values["history"] = shown.history(try await agents(of: registered.card))
    values["code"] = shown.path + "/code"
    if let done = visit.request["done"].flatMap(CardEvent.init(rawValue:)) {
      values["done"] = done.name(language)
    }
    if let person = ResourceKey(reference: registered.card.details.holder),
      let version = try await store.read(person), !version.isDeleted
    {
      let document = try JSONDocument.parse(version.body)
      values["name"] = withExtendedLifetime(document) { Person(document.root).name }
    }
    let forms = CardForms(registered, language)
    if var next = forms.next {
      if let problem, visit.request["next"] != nil { next.refuse(problem, language) }
      values["next"] = next.values
    }
    if var others = forms.others {
      if let problem, visit.request["next"] == nil || forms.next == nil {
        if !visit.request.query.isEmpty { others.fill(from: visit.request) }
        others.setVersion(registered.version)
        others.refuse(problem, language)
      }
      values["others"] = others.values
    }
    if let problem, forms.next == nil, forms.others == nil { throw problem }
    return .html(
      Template.card.render(values, visit.frame),
      status: problem.map { $0.status ?? $0.category.status } ?? 200)
  }

  /// What those are called who did something to a card; who is not on record is left out.
  private func agents(of card: Card) async throws(Anomaly) -> [String: String] {
    var names: [String: String] = [:]
    for reference in Set(card.steps.map(\.by)) {
      guard let key = ResourceKey(reference: reference), let version = try await store.read(key),
        !version.isDeleted
      else { continue }
      let agent = try JSONDocument.parse(version.body)
      names[reference] = withExtendedLifetime(agent) {
        agent.root.text("name") ?? PersonName.names(of: agent.root).first?.text
      }
    }
    return names
  }

  /// Lets something happen to a card, or says why it does not.
  func changeCard(
    _ id: String, _ visit: PageRoute.Visit
  ) async throws(Anomaly) -> PageReply? {
    let registered = try await cards.registry.card(id)
    do throws(Anomaly) {
      guard var order = CardForms.order(visit.request) else {
        throw .incorrect(
          "Choose what is to be done.", chinese: "请选择办理事项。", code: .required, path: "what")
      }
      order.by = try await officer(for: registered.card)
      let card = try await cards.registry.carryOut(order, on: id)
      await cards.terminal.expectNewLists()
      return .redirect(to: "/cards/card/\(card.id)?done=\(order.event.rawValue)")
    } catch {
      return try await card(id, error, visit)
    }
  }

  private func officer(for card: Card) async throws(Anomaly) -> String {
    guard let person = ResourceKey(reference: card.details.holder),
      let version = try await store.read(person), !version.isDeleted
    else { return card.details.holder }
    return CardOfficer(try JSON(parsing: version.body), person).by
  }
}

/// The forms of a card's page: the next step of its life, and everything that needs a reason.
struct CardForms: Sendable {
  /// What happens next in the ordinary course; nil where nothing does.
  let next: Form?
  let others: Form?

  init(_ registered: RegisteredCard, _ language: Language) {
    let card = registered.card
    let action = "/cards/card/\(registered.id)"
    let seen = FormField("seen", "", .hidden, value: "\(registered.version)")
    let steps = card.transitions
    if let step = steps.first(where: \.reasons.isEmpty) {
      var fields = [
        FormField("what", "", .hidden, value: step.event.rawValue),
        FormField("next", "", .hidden, value: "yes"), seen,
      ]
      if step.event == .produce {
        fields.append(
          FormField(
            "chip", Texts.text("cardChip", language), hint: Texts.text("cardChipHint", language)))
      }
      next = Form(action: action, submit: step.event.name(language), fields)
    } else {
      next = nil
    }
    let options = steps.filter { card.details.kind.isOwn || $0.event != .replace }
      .flatMap { step in
        CardReason.allCases.filter(step.reasons.contains).map { reason in
          FormField.Option(
            value: "\(step.event.rawValue):\(reason.rawValue)",
            text: "\(step.event.name(language)) – \(reason.name(language))")
        }
      }
    guard !options.isEmpty else {
      others = nil
      return
    }
    others = Form(
      action: action, submit: Texts.text("cardDo", language),
      [
        FormField(
          "what", Texts.text("cardWhat", language), .choice(options), isRequired: true), seen,
      ])
  }

  /// What a form orders; nil where it says nothing that there is.
  static func order(_ request: PageRequest) -> CardOrder? {
    let parts = (request["what"] ?? "").split(separator: ":").map(String.init)
    guard let event = parts.first.flatMap(CardEvent.init(rawValue:)) else { return nil }
    var order = CardOrder(
      event, because: parts.dropFirst().first.flatMap(CardReason.init(rawValue:)), by: "",
      seen: request["seen"].flatMap { Int($0) })
    order.chipNumber = request["chip"]
    return order
  }
}

extension Form {
  /// Whoever reads why they were refused has seen the card as it is now.
  fileprivate mutating func setVersion(_ version: Int) {
    for place in fields.indices where fields[place].name == "seen" {
      fields[place].value = "\(version)"
    }
  }
}
