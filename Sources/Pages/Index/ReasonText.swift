import FHIR
import People

/// What one trait says for or against two records being of one person, in words.
struct ReasonText: Sendable {
  let reason: MatchReason
  let language: Language

  init(_ reason: MatchReason, _ language: Language) {
    self.reason = reason
    self.language = language
  }

  var values: [String: Any] {
    [
      "trait": Texts.text("trait-" + reason.trait, language),
      "level": Texts.text("level-" + reason.level, language), "isFor": reason.bits > 0,
      "weight": Self.weight(reason.bits),
      "says": Texts.text(reason.bits > 0 ? "speaksFor" : "speaksAgainst", language),
    ]
  }

  /// The evidence in bits, with its sign.
  private static func weight(_ bits: Float) -> String {
    let tenths = Int((min(max(bits, -1_000), 1_000) * 10).rounded())
    let size = abs(tenths)
    return (tenths < 0 ? "−" : "+") + "\(size / 10).\(size % 10)"
  }

  /// A probability in words that do not promise more than it does.
  static func chance(_ probability: Double) -> String {
    if probability > 0.9999 { return "> 99.99 %" }
    if probability < 0.0001 { return "< 0.01 %" }
    let hundredths = Int((probability * 10_000).rounded())
    let part = hundredths % 100
    return "\(hundredths / 100).\(part < 10 ? "0" : "")\(part) %"
  }
}
