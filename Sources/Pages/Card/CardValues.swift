import CardOffice
import Credentials
import FHIR

/// A card as a line of a list and as a page of its own.
struct CardValues: Sendable {
  let registered: RegisteredCard
  let language: Language

  private var card: Card { registered.card }
  var path: String { "/cards/card/\(registered.id)" }

  /// The number without what identifies; of an electronic card, whose id tells nothing, its end.
  var number: String {
    let value = card.details.number.value
    return card.details.kind == .electronic
      ? "…" + value.suffix(8) : Masking.identityNumber(value)
  }

  /// Whether the card can show a code now.
  func showsCode(at now: Int64) -> Bool {
    card.details.kind == .electronic && card.isUsable(at: Instant(milliseconds: now))
  }

  func values(at now: Int64) -> [String: Any] {
    var values: [String: Any] = [
      "path": path, "number": number, "kind": card.details.kind.name(language),
      "medium": card.details.medium.name(language), "state": card.state.name(language),
      "stateStyle": style, "isTemporary": card.details.standing == .temporary,
      "standing": card.details.standing.name(language), "showsCode": showsCode(at: now),
    ]
    values["activated"] = card.activated.map { Moment(milliseconds: $0.milliseconds).day }
    values["changed"] = card.steps.last.map { Moment(milliseconds: $0.at.milliseconds).day }
    values["chip"] = card.details.chipNumber
    values["keyVersion"] = card.details.keyVersion.map { "\($0)" }
    values["cityCode"] = card.details.cityCode
    return values
  }

  /// The class of the state's tag.
  private var style: String {
    switch card.state {
    case .active: ""
    case .lost: "risk"
    case .applied, .produced, .issued: "warn"
    case .refused, .replaced, .revoked: "gone"
    }
  }

  /// What happened, the newest first.
  ///
  /// - Parameter names: what those who did it are called, by reference.
  func history(_ names: [String: String]) -> [[String: Any]] {
    card.steps.reversed().map { step in
      var values: [String: Any] = [
        "event": step.event.name(language),
        "at": Moment(milliseconds: step.at.milliseconds).text,
        "by": names[step.by] ?? step.by,
      ]
      values["reason"] = step.reason?.name(language)
      return values
    }
  }
}
