package import Credentials
package import FHIR

extension CardRegistry {
  /// A fresh code of an electronic card 电子健康卡动态码, signed for the time that settings say.
  package func code(
    of registered: RegisteredCard, _ settings: HealthCodeSettings = HealthCodeSettings()
  ) throws(Anomaly) -> HealthCode {
    guard let keys else { throw .noCardKeys }
    let card = registered.card
    guard card.details.kind == .electronic else {
      throw .conflict(
        "Only an electronic card has a code.", chinese: "只有电子健康卡可以出示动态码。")
    }
    guard card.isUsable(at: now) else {
      throw .conflict(
        "The card is \(card.state.rawValue); it shows no code.",
        chinese: "该卡\(card.state.chinese)，不能出示动态码。")
    }
    let signer = try keys.signer(at: now)
    return try HealthCode(
      for: card.details.number.value, issued: now,
      nonce: keys.module.randomBytes(HealthCode.nonceByteCount), by: signer.certificate,
      signer.key, settings)
  }
}
