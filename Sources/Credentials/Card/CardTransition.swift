/// A row of the table that says what may happen to a card, and what becomes of it.
///
/// 卫办综发〔2012〕26号: application, production, issue, activation, loss and its withdrawal,
/// replacement, revocation.
package struct CardTransition: Hashable, Sendable {
  package let event: CardEvent
  package let from: Set<CardState>
  package let to: CardState
  /// Of which media a card can go this way.
  package let media: Set<CardMedium>
  /// Whether the card must, or must not, have been activated before; nil for either.
  package let wasActivated: Bool?
  /// One of these must be told; empty where none is.
  package let reasons: Set<CardReason>

  private init(
    _ event: CardEvent, _ from: Set<CardState>, _ to: CardState,
    media: Set<CardMedium> = [.physical, .virtual], wasActivated: Bool? = nil,
    because reasons: Set<CardReason> = []
  ) {
    self.event = event
    self.from = from
    self.to = to
    self.media = media
    self.wasActivated = wasActivated
    self.reasons = reasons
  }

  /// The table; an application begins a card and is no row.
  package static let table: [CardTransition] = [
    CardTransition(
      .refuse, [.applied], .refused,
      because: [.identityNotProven, .holdsCardAlready, .notResident, .holderRequest]),
    CardTransition(.produce, [.applied], .produced, media: [.physical]),
    CardTransition(.issue, [.produced], .issued, media: [.physical]),
    CardTransition(.issue, [.applied], .issued, media: [.virtual]),
    CardTransition(.activate, [.issued], .active),
    CardTransition(.reportLoss, [.issued, .active], .lost, because: [.lost, .stolen]),
    CardTransition(.recover, [.lost], .active, wasActivated: true, because: [.found]),
    CardTransition(.recover, [.lost], .issued, wasActivated: false, because: [.found]),
    CardTransition(
      .replace, [.issued, .active, .lost], .replaced,
      because: [.lost, .stolen, .damaged, .detailsChanged, .expired, .upgraded]),
    CardTransition(
      .revoke, [.produced, .issued, .active, .lost], .revoked,
      because: [
        .death, .moved, .holderRequest, .duplicatePerson, .fraud, .keyCompromised,
        .productionFault,
      ]),
  ]
}
