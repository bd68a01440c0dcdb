package import FHIR

/// What happened to a card as a FHIR `Provenance`. <https://hl7.org/fhir/R4/provenance.html>
extension CardStep {
  /// - Parameter device: the card's device, such as `Device/7`.
  package func provenance(of device: String) -> JSON {
    var provenance: JSON = [
      "resourceType": "Provenance", "target": [["reference": .string(device)]],
      "occurredDateTime": .string(at.text), "recorded": .string(at.text),
    ]
    provenance["reason"] = reason.map { [$0.concept] }
    provenance["activity"] = event.concept
    provenance["agent"] = [["who": ["reference": .string(by)]]]
    return provenance
  }

  package init(provenance: JSON) throws(Anomaly) {
    func missing(_ element: String) -> Anomaly {
      .incorrect(
        "A card's provenance needs \(element).", chinese: "卡的变更记录缺少\(element)。",
        code: .required, path: "Provenance.\(element)")
    }
    guard provenance["resourceType"]?.string == "Provenance" else {
      throw missing("resourceType")
    }
    guard let event = try CardEvent.read(provenance["activity"], at: "Provenance.activity")
    else { throw missing("activity") }
    guard let time = provenance["occurredDateTime"]?.string else {
      throw missing("occurredDateTime")
    }
    guard let by = provenance["agent"]?[0]?["who"]?["reference"]?.string else {
      throw missing("agent")
    }
    self.init(
      event, because: try CardReason.read(provenance["reason"]?[0], at: "Provenance.reason"),
      at: try Instant(cardTime: time, at: "Provenance.occurredDateTime"), by: by)
  }
}

extension Instant {
  /// A dateTime of a card's resources, at least to the second.
  init(cardTime text: String, at path: String) throws(Anomaly) {
    guard let date = PartialDate(text, as: .dateTime), date.precision >= .second else {
      throw .incorrect(
        "'\(text)' is no moment to the second.", chinese: "“\(text)”不是精确到秒的时间。",
        code: .value, path: path)
    }
    self.init(milliseconds: date.range().lowerBound)
  }
}
