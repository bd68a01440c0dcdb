package import Credentials
package import FHIR
import RecordStore

/// The first card of a kind that a person got, with what happened to it since, told afterwards.
///
/// It makes the resources that the registry would have written, for records that are brought in
/// with their history.
package struct CardGrant: Sendable {
  package typealias Step = (event: CardEvent, reason: CardReason?, at: Instant)

  private let kind: CardKind
  private let patient: JSON
  private let applied: Instant
  private let events: [Step]
  private let keys: RegionKeys

  package init(
    kind: CardKind, patient: JSON, applied: Instant, events: [Step], keys: RegionKeys
  ) {
    self.kind = kind
    self.patient = patient
    self.applied = applied
    self.events = events
    self.keys = keys
  }

  /// The patient with the card's identifier, and the card's own resources.
  package func resources() throws(Anomaly) -> (patient: JSON, card: [JSON]) {
    let id = patient["id"]?.string ?? ""
    guard kind.isOwn, !id.isEmpty else {
      throw .incorrect("Only the region's own cards are granted to patients with an id.")
    }
    let identity = HolderIdentity(patient, id: id)
    let value =
      kind == .resident ? identity.residentCardNumber : try identity.electronicCardID(keys)
    var details = Card.Details(
      number: try CardNumber(system: kind.standardSystem, value), kind: kind,
      medium: kind.medium, standing: identity.isProven ? .formal : .temporary,
      holder: "Patient/\(id)")
    details.cityCode = kind == .resident ? keys.cityCode : nil
    let issuer = patient["managingOrganization"]?["reference"]?.string
    details.issuer = issuer
    if kind == .resident, events.contains(where: { $0.event == .produce }) {
      details.keyVersion = 1
    }
    let by = issuer ?? details.holder
    var card = Card(details, applied: applied, by: by)
    for step in events {
      try card.take(CardStep(step.event, because: step.reason, at: step.at, by: by))
    }
    let change = CardChange(
      id: CardID.own(kind, kind.medium, of: details.holder, ordinal: 1), card: card)
    return (HolderIdentifiers.adding(card, to: patient), change.resources)
  }
}
