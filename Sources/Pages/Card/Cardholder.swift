import CardOffice
import Credentials
import FHIR
import RecordStore

extension Site {
  /// `/cards/person/id`: the cards of a person and the application for another.
  ///
  /// - Parameter refused: the form as it was sent, with what is wrong.
  func cardholder(
    _ id: String, _ refused: Form?, _ visit: PageRoute.Visit
  ) async throws(Anomaly) -> PageReply? {
    guard let (key, patient) = try await cardPatient(id) else { return nil }
    let language = visit.frame.language
    let held = try await cards.registry.cards(of: key)
    let now = Moment(milliseconds: clock())
    let person = withExtendedLifetime(patient) {
      FoundPerson(patient.root).values(at: now, language)
    }
    var values: [String: Any] = [
      "person": person,
      "cards": held.map { CardValues(registered: $0, language: language).values(at: clock()) },
      "hasCards": !held.isEmpty, "hasKeys": cards.registry.keys != nil,
    ]
    if Person(patient.root).isDead == false {
      let form = refused ?? applicationForm(id, held.map(\.card), language)
      values["form"] = form.values
    }
    return .html(
      Template.cardholder.render(values, visit.frame), status: refused == nil ? 200 : 400)
  }

  /// The person with their resource; nil for what is no id.
  private func cardPatient(
    _ id: String
  ) async throws(Anomaly) -> (ResourceKey, JSONDocument)? {
    guard let key = ResourceKey(reference: "Patient/\(id)") else { return nil }
    guard let version = try await store.read(key), !version.isDeleted else {
      throw .notFound(
        Texts.text("noRecord", .english, id), chinese: Texts.text("noRecord", .chinese, id))
    }
    return (key, try JSONDocument.parse(version.body))
  }

  private func applicationForm(
    _ id: String, _ held: [Card], _ language: Language
  ) -> Form {
    let kinds = CardKind.allCases.filter { kind in
      !(kind.isOwn && held.contains { $0.details.kind == kind && !$0.state.isFinal })
        && (kind != .electronic || cards.registry.keys != nil)
    }
    let options = kinds.map { FormField.Option(value: $0.rawValue, text: $0.name(language)) }
    return Form(
      action: "/cards/person/\(id)", submit: Texts.text("cardApply", language),
      [
        FormField(
          "kind", Texts.text("cardKind", language), .choice(options),
          value: options.first?.value ?? "", isRequired: true),
        FormField(
          "number", Texts.text("cardNumber", language),
          hint: Texts.text("cardNumberHint", language)),
      ])
  }

  /// Takes an application, or says what is wrong with it.
  func applyForCard(
    _ id: String, _ visit: PageRoute.Visit
  ) async throws(Anomaly) -> PageReply? {
    guard let (key, patient) = try await cardPatient(id) else { return nil }
    let language = visit.frame.language
    let held = try await cards.registry.cards(of: key).map(\.card)
    var form = applicationForm(id, held, language)
    form.fill(from: visit.request)
    guard form.requireAnswers(language), let kind = CardKind(rawValue: form["kind"]) else {
      return try await cardholder(id, form, visit)
    }
    do throws(Anomaly) {
      let officer = CardOfficer(JSON(patient), key)
      var application = Application(kind, for: key, by: officer.by, issuer: officer.issuer)
      if !kind.isOwn { application.number = form["number"] }
      let card = try await cards.registry.apply(application)
      return .redirect(to: "/cards/card/\(card.id)?done=apply")
    } catch {
      form.refuse(error, language)
      return try await cardholder(id, form, visit)
    }
  }
}

/// Who acts at the counter while nobody signs in: the institution that manages the person's
/// record, or the person.
struct CardOfficer: Sendable {
  let by: String
  let issuer: String?

  init(_ patient: JSON, _ person: ResourceKey) {
    issuer = patient["managingOrganization"]?["reference"]?.string
    by = issuer ?? "\(person)"
  }
}
