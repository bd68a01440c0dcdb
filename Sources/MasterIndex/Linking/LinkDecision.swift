import FHIR
package import People

/// Why a record is held to be of a person, who said so and when.
package struct LinkDecision: Hashable, Sendable {
  package enum Method: String, Sendable {
    /// The index itself, by its weights.
    case machine
    case person
  }

  package var method: Method
  /// Who decided, as people know them.
  package var by: String
  /// An instant, as FHIR writes it.
  package var at: String
  /// log₂ odds that it is one person; nil where nobody compared.
  package var score: Float?
  package var reasons: [MatchReason]
  /// The Patient because of which the record belongs to the person; nil of the first.
  package var through: String?

  /// The extension that carries a decision on `Person.link`.
  static let url = "urn:kangqu:master-index:decision"

  var json: JSON {
    var parts: [JSON] = [
      ["url": "method", "valueCode": .string(method.rawValue)],
      ["url": "by", "valueString": .string(by)],
      ["url": "at", "valueInstant": .string(at)],
    ]
    if let score { parts.append(["url": "score", "valueDecimal": .number(score.hundredths)]) }
    for reason in reasons { parts.append(["url": "reason", "valueString": .string(reason.text)]) }
    if let through {
      parts.append(["url": "through", "valueReference": ["reference": "Patient/\(through)"]])
    }
    return ["url": .string(Self.url), "extension": .array(parts)]
  }

  /// Reads the extension; nil where a link has none.
  init?(_ link: JSON) {
    let found = link["extension"]?.items.first { $0["url"]?.string == Self.url }
    guard let parts = found?["extension"]?.items else { return nil }
    func part(_ name: String) -> JSON? { parts.first { $0["url"]?.string == name } }
    method = part("method")?["valueCode"]?.string.flatMap(Method.init) ?? .person
    by = part("by")?["valueString"]?.string ?? ""
    at = part("at")?["valueInstant"]?.string ?? ""
    if case .number(let text)? = part("score")?["valueDecimal"] { score = Float(text) }
    reasons = parts.filter { $0["url"]?.string == "reason" }
      .compactMap { $0["valueString"]?.string.flatMap(MatchReason.init(text:)) }
    through = part("through")?["valueReference"]?["reference"]?.string
      .flatMap(PersonLink.patient)
  }

  init(
    method: Method, by: String, at: String, score: Float?, reasons: [MatchReason], through: String?
  ) {
    self.method = method
    self.by = by
    self.at = at
    self.score = score
    self.reasons = reasons
    self.through = through
  }
}

extension MatchReason {
  /// Such as `birth swapped 5.25`.
  var text: String { "\(trait) \(level) \(bits.hundredths)" }

  init?(text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 3, let bits = Float(parts[2]) else { return nil }
    self.init(trait: String(parts[0]), level: String(parts[1]), bits: bits)
  }
}

extension Float {
  /// Two decimal places, as JSON has them.
  var hundredths: String {
    let limit: Float = 10_000
    let parts = Int((Swift.min(Swift.max(self, -limit), limit) * 100).rounded())
    let digits = String(abs(parts) % 100)
    return (parts < 0 ? "-" : "") + "\(abs(parts) / 100)." + (digits.count < 2 ? "0" : "") + digits
  }
}
