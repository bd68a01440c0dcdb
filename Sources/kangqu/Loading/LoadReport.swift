import FHIR

/// What a load did.
struct LoadReport: Sendable {
  struct Refusal: Sendable {
    /// Such as `patients/a.ndjson:17`.
    var place: String
    var anomaly: Anomaly

    /// One line for a person: where, which element, why.
    var line: String {
      let reason = anomaly.message.split(separator: "\n").first.map(String.init) ?? ""
      let element = anomaly.path.map { " \($0):" } ?? ""
      return "\(place):\(element) \(reason)"
    }
  }

  var stored = 0
  /// Texts that an interrupted load before this one had stored.
  var skipped = 0
  var refused: [Refusal] = []
  var files = 0
  var seconds = 0.0

  init(refused: [Refusal] = []) { self.refused = refused }

  mutating func add(_ other: LoadReport) {
    stored += other.stored
    skipped += other.skipped
    refused += other.refused
  }

  /// The result line, for people and scripts.
  var line: String {
    let tenths = Int(seconds * 10)
    let rate = Int(Double(stored) / max(seconds, 0.001))
    return "stored \(stored) refused \(refused.count) skipped \(skipped) files \(files) "
      + "seconds \(tenths / 10).\(tenths % 10) rate \(rate)/s"
  }
}
