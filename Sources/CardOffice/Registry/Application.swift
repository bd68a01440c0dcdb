package import Credentials
package import FHIR
package import RecordStore

/// What somebody applies for at the counter.
package struct Application: Sendable {
  package var kind: CardKind
  package var person: ResourceKey
  /// Of a card that is issued elsewhere; the region makes the numbers of its own.
  package var number: String?
  /// Who takes the application, such as `Practitioner/12`.
  package var by: String
  /// The issuing institution, such as `Organization/1`.
  package var issuer: String?

  package init(
    _ kind: CardKind, for person: ResourceKey, number: String? = nil, by: String,
    issuer: String? = nil
  ) {
    self.kind = kind
    self.person = person
    self.number = number
    self.by = by
    self.issuer = issuer
  }
}

extension CardRegistry {
  /// Takes an application 申请.
  ///
  /// A resident card waits for its production. An electronic card is issued and active at once,
  /// and so is a card of another issuer, which is only put on record with its holder.
  package func apply(_ application: Application) async throws(Anomaly) -> RegisteredCard {
    let (patient, _) = try await holder(application.person)
    try Self.checkAlive(patient)
    let held = try await cards(of: application.person).map(\.card)
    let (details, bearers) = try await details(application, patient, held)
    var card = Card(details, applied: now, by: application.by)
    for event in Self.eventsAtOnce(details) {
      try card.take(CardStep(event, at: card.steps.last?.at ?? now, by: application.by))
    }
    let ordinal: Int
    let id: String
    if details.kind.isOwn {
      ordinal = held.count {
        $0.details.kind == details.kind && $0.details.medium == details.medium
      }
      id = CardID.own(
        details.kind, details.medium, of: details.holder, ordinal: ordinal + 1)
    } else {
      // Counted where it was seen that nobody else holds the number: what came since clashes.
      ordinal = bearers
      id = CardID.linked(details.number, ordinal: ordinal + 1)
    }
    try await write([CardChange(id: id, card: card)], of: application.person, clash: Self.twice)
    return try await self.card(id)
  }

  /// What happens in the moment of the application.
  package static func eventsAtOnce(_ details: Card.Details) -> [CardEvent] {
    switch (details.kind.isOwn, details.medium) {
    case (true, .physical): []
    case (true, .virtual), (false, .virtual): [.issue, .activate]
    case (false, .physical): [.produce, .issue, .activate]
    }
  }

  private static let twice = Anomaly.conflict(
    "Somebody else has put this card on record at the same moment; look at the person's cards.",
    chinese: "另一位经办人刚刚办理了同一张卡，请查看此人的卡。")

  private static func checkAlive(_ patient: JSON) throws(Anomaly) {
    guard patient["deceasedDateTime"] == nil, patient["deceasedBoolean"]?.bool != true else {
      throw .conflict("Nobody applies for a card after death.", chinese: "该居民已死亡，不能申领卡。")
    }
  }

  private func details(
    _ application: Application, _ patient: JSON, _ held: [Card]
  ) async throws(Anomaly) -> (Card.Details, bearers: Int) {
    let kind = application.kind
    if kind.isOwn,
      let open = held.first(where: { $0.details.kind == kind && !$0.state.isFinal })
    {
      throw .conflict(
        "The person has a card of this kind already, which is \(open.state.rawValue).",
        chinese: "此人已有\(kind.chinese)（\(open.state.chinese)），不能重复申领。")
    }
    let identity = HolderIdentity(patient, id: application.person.id)
    let number: CardNumber
    switch kind {
    case .resident:
      number = try CardNumber(system: kind.standardSystem, identity.residentCardNumber)
    case .electronic:
      number = try CardNumber(system: kind.standardSystem, try identity.electronicCardID(keys))
    case .socialSecurity, .bank, .city, .hospital:
      number = try LinkedNumber.read(application.number, kind)
    }
    let bearers = try await cards(numbered: number)
    for other in bearers
    where other.card.details.holder != "\(application.person)" && !other.card.state.isFinal {
      throw Anomaly(
        .conflict, "This card belongs to \(other.card.details.holder). Is it the same person?",
        chinese: "此卡已登记在另一居民名下（\(other.card.details.holder)），请核对是否为同一人。",
        code: .duplicate, path: "number")
    }
    var details = Card.Details(
      number: number, kind: kind, medium: kind.medium,
      standing: kind.isOwn && !identity.isProven ? .temporary : .formal,
      holder: "\(application.person)")
    details.issuer = application.issuer
    details.cityCode = kind == .resident ? keys?.cityCode : nil
    return (details, bearers.count)
  }
}

extension Anomaly {
  /// Said wherever a key is needed and none is set up.
  package static let noCardKeys = Anomaly(
    .unavailable, "The region's card keys are not set up: see `kangqu card keys init --help`.",
    chinese: "尚未建立本区域的卡密钥：参见 kangqu card keys init --help。")
}
