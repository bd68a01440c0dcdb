package import Credentials
package import FHIR
import RecordStore

/// Something that an officer lets happen to a card that is on record.
package struct CardOrder: Sendable {
  package var event: CardEvent
  package var reason: CardReason?
  /// Who does it, such as `Practitioner/12`.
  package var by: String
  /// The version of the card that the officer looked at; nil for whichever is there.
  package var seen: Int?
  /// 芯片序列号, told when a card is produced.
  package var chipNumber: String?

  package init(
    _ event: CardEvent, because reason: CardReason? = nil, by: String, seen: Int? = nil
  ) {
    self.event = event
    self.reason = reason
    self.by = by
    self.seen = seen
  }
}

extension CardRegistry {
  /// The most characters of a chip's serial number, WS/T 543.2-2017: ans10.
  package static let longestChipNumber = 10

  /// Lets something happen to a card; gives the card, or the new one that came in its place.
  package func carryOut(
    _ order: CardOrder, on id: String
  ) async throws(Anomaly) -> RegisteredCard {
    let found = try await card(id)
    guard order.seen == nil || order.seen == found.version else { throw Self.moved(found.card) }
    guard let person = ResourceKey(reference: found.card.details.holder) else {
      throw .conflict(
        "The card's holder \(found.card.details.holder) is no record here.",
        chinese: "卡的持有人\(found.card.details.holder)在本平台没有档案。")
    }
    var card = found.card
    var changes: [CardChange] = []
    var shown = id
    if order.event == .replace {
      let replacement = try await replacement(of: &card, order, person)
      shown = replacement.id
      changes.append(replacement)
    } else {
      if order.event == .produce { try personalise(&card, order) }
      try card.take(CardStep(order.event, because: order.reason, at: moment(card), by: order.by))
    }
    changes.insert(
      CardChange(
        id: id, card: card, version: found.version, writtenSteps: found.card.steps.count), at: 0)
    do throws(Anomaly) {
      try await write(changes, of: person, clash: Self.moved(found.card))
    } catch {
      guard error == Self.moved(found.card) else { throw error }
      throw Self.moved(try await self.card(id).card)
    }
    return try await self.card(shown)
  }

  /// Now, or when the card last changed where that is later by another machine's clock.
  private func moment(_ card: Card) -> Instant {
    let last = card.steps.last?.at ?? now
    return last.milliseconds > now.milliseconds ? last : now
  }

  /// What production writes into the card: the chip and the version of its keys 个人化.
  private func personalise(_ card: inout Card, _ order: CardOrder) throws(Anomaly) {
    if let chip = order.chipNumber?.trimmingSpaces, !chip.isEmpty {
      guard chip.utf8.count <= Self.longestChipNumber,
        chip.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
      else {
        throw .incorrect(
          "A chip's serial number has at most 10 visible characters.",
          chinese: "芯片序列号最多10个可见字符。", code: .value, path: "chip")
      }
      card.details.chipNumber = chip
    }
    card.details.keyVersion = try keys?.chipKeyVersion(at: now)
  }

  private func replacement(
    of card: inout Card, _ order: CardOrder, _ person: ResourceKey
  ) async throws(Anomaly) -> CardChange {
    guard card.details.kind.isOwn, let reason = order.reason else {
      throw .incorrect(
        "Only the region's own cards are replaced here, for a reason.",
        chinese: "仅本区域发行的卡可在此补换，且须说明原因。", code: .businessRule, path: "reason")
    }
    let details = card.details
    let held = try await cards(of: person).count { other in
      other.card.details.kind == details.kind && other.card.details.medium == details.medium
    }
    let at = moment(card)
    var new = try card.replace(by: details.number, because: reason, at: at, by: order.by)
    for event in Self.eventsAtOnce(new.details) {
      try new.take(CardStep(event, at: at, by: order.by))
    }
    let id = CardID.own(
      details.kind, details.medium, of: details.holder, ordinal: held + 1)
    return CardChange(id: id, card: new)
  }

  /// Two officers had the same card before them, and this one was later.
  private static func moved(_ card: Card) -> Anomaly {
    .conflict(
      "Somebody else has changed this card meanwhile; it is \(card.state.rawValue) now.",
      chinese: "另一位经办人刚刚办理了此卡，现为“\(card.state.chinese)”，请核对后再办。")
  }
}

extension String {
  /// Without the spaces around it.
  var trimmingSpaces: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
