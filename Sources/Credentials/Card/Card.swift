package import FHIR

/// The number of a card in its identifier system.
package struct CardNumber: Hashable, Sendable {
  /// The longest number of any card.
  package static let longest = 64

  package let system: String
  package let value: String

  package init(system: String, _ value: String) throws(Anomaly) {
    guard !system.isEmpty, (1...Self.longest).contains(value.utf8.count),
      value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw .incorrect(
        "A card number has 1 to 64 visible ASCII characters and a system.",
        chinese: "卡号应为1至64个可见ASCII字符，并有标识系统。")
    }
    // DE01.00.021.00 居民健康卡号, AN18 (WS 363.2-2011).
    if system == CardSystem.residentHealthCard {
      guard value.utf8.count == 18, value.utf8.allSatisfy(Self.isAlphanumeric) else {
        throw .incorrect(
          "A resident health card number has 18 letters or digits, not '\(value)'.",
          chinese: "居民健康卡号应为18位字母或数字，实为“\(value)”。")
      }
    }
    self.system = system
    self.value = value
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

/// A card: what it is, whose it is, and all that happened to it.
///
/// Its state follows from what happened, so that the two cannot disagree.
package struct Card: Hashable, Sendable {
  /// What is on record of the card itself.
  package struct Details: Hashable, Sendable {
    package var number: CardNumber
    package var kind: CardKind
    package var medium: CardMedium
    package var standing: CardStanding
    /// Such as `Patient/1`.
    package var holder: String
    /// The institution that issues, such as `Organization/1`.
    package var issuer: String?
    /// 应用城市代码, by which card keys are diversified.
    package var cityCode: String?
    /// 芯片序列号.
    package var chipNumber: String?
    /// The version of the keys in the chip.
    package var keyVersion: UInt8?
    /// 有效期: from then on the card is of no use.
    package var expires: Instant?
    /// The card in whose place this one came.
    package var replaces: CardNumber?

    package init(
      number: CardNumber, kind: CardKind, medium: CardMedium, standing: CardStanding = .formal,
      holder: String
    ) {
      self.number = number
      self.kind = kind
      self.medium = medium
      self.standing = standing
      self.holder = holder
    }
  }

  /// The most that can happen to one card.
  package static let largestStepCount = 1_000

  package var details: Details
  /// In order; the first is the application.
  package private(set) var steps: [CardStep]
  package private(set) var state: CardState
  /// When it was first activated.
  package private(set) var activated: Instant?

  /// A card that is applied for.
  package init(_ details: Details, applied: Instant, by: String) {
    self.details = details
    steps = [CardStep(.apply, at: applied, by: by)]
    state = .applied
  }

  /// A card from all that happened to it.
  package init(_ details: Details, steps: [CardStep]) throws(Anomaly) {
    guard let first = steps.first, first.event == .apply, first.reason == nil else {
      throw .incorrect("The life of a card begins with its application.", chinese: "卡的记录应始于申请。")
    }
    self.init(details, applied: first.at, by: first.by)
    for step in steps.dropFirst() { try take(step) }
  }

  /// What may happen next.
  package var transitions: [CardTransition] {
    CardTransition.table.filter { row in
      row.from.contains(state) && row.media.contains(details.medium)
        && (row.wasActivated ?? (activated != nil)) == (activated != nil)
    }
  }

  /// Lets something happen, if the table allows it.
  package mutating func take(_ step: CardStep) throws(Anomaly) {
    guard let row = transitions.first(where: { $0.event == step.event }) else {
      let others = transitions.map(\.event.rawValue).joined(separator: ", ")
      throw .conflict(
        "A card that is \(state) cannot \(step.event.rawValue); it can: \(others).",
        chinese: "\(state.chinese)的卡不能\(step.event.chinese)。")
    }
    let isReasoned = step.reason.map(row.reasons.contains) ?? row.reasons.isEmpty
    guard isReasoned else {
      let reasons = row.reasons.map(\.rawValue).sorted().joined(separator: ", ")
      throw .incorrect(
        "To \(step.event.rawValue) a card needs one of these reasons: \(reasons).",
        chinese: "\(step.event.chinese)须说明原因：\(row.reasons.map(\.chinese).sorted())。",
        code: .businessRule)
    }
    let last = steps.last?.at ?? step.at
    guard step.at.milliseconds >= last.milliseconds, steps.count < Self.largestStepCount else {
      throw .conflict(
        "Nothing can happen to a card before \(last.text), its last change.",
        chinese: "变更时间不能早于上次变更。")
    }
    steps.append(step)
    state = row.to
    if row.to == .active, activated == nil { activated = step.at }
  }

  /// Whether the card can be used at a moment.
  package func isUsable(at moment: Instant) -> Bool {
    state == .active && (expires.map { moment.milliseconds < $0.milliseconds } ?? true)
  }

  private var expires: Instant? { details.expires }

  /// The moment at which the card came to its end; nil while it has not.
  package var ended: Instant? { state.isFinal ? steps.last?.at : nil }

  /// A new card in the place of this one, which ends.
  ///
  /// - Parameter number: the new number; the same again where the number is the person's.
  package mutating func replace(
    by number: CardNumber, because reason: CardReason, at moment: Instant, by agent: String
  ) throws(Anomaly) -> Card {
    try take(CardStep(.replace, because: reason, at: moment, by: agent))
    var details = details
    details.replaces = details.number
    details.number = number
    details.chipNumber = nil
    details.keyVersion = nil
    details.expires = nil
    return Card(details, applied: moment, by: agent)
  }
}
