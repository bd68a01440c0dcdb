package import FHIR

/// One thing that happened to a card: what, why, when and by whom.
package struct CardStep: Hashable, Sendable {
  package var event: CardEvent
  package var reason: CardReason?
  package var at: Instant
  /// Who did it, such as `Practitioner/12`.
  package var by: String

  package init(_ event: CardEvent, because reason: CardReason? = nil, at: Instant, by: String) {
    self.event = event
    self.reason = reason
    self.at = at
    self.by = by
  }
}
