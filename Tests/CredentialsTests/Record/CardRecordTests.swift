import Credentials
import FHIR
import TestSupport
import Testing
import Validation

/// The card as FHIR R4 resources.
@Suite("Card as FHIR") struct CardRecordTests {
  private func lives() throws -> [Card] {
    var old = try CardTests.card(
      .physical,
      CardTests.toActive + [(.reportLoss, .lost), (.recover, .found), (.reportLoss, .stolen)])
    let new = try old.replace(
      by: CardNumber(system: CardSystem.residentHealthCard, "320102199001015678"),
      because: .stolen, at: CardTests.start.adding(seconds: 99), by: "Practitioner/3")
    var details = Card.Details(
      number: try CardNumber(system: CardKind.bank.standardSystem, "6222020000000000"),
      kind: .bank, medium: .virtual, standing: .temporary, holder: "Patient/9")
    details.replaces = nil
    let plain = Card(details, applied: CardTests.start, by: "Patient/9")
    return [
      old, new, plain, try CardTests.card(.virtual, [(.refuse, .notResident)]),
      try CardTests.card(.physical, CardTests.toActive),
      try CardTests.card(.physical, [(.produce, nil), (.revoke, .productionFault)]),
    ]
  }

  @Test func `device, history, task and the holder's identifier are valid R4`() throws {
    let validator = Validator(depth: .invariants)
    for card in try lives() {
      let patient: JSON = ["resourceType": "Patient", "identifier": [card.identifier]]
      let resources =
        [card.device, card.task(on: "Device/7"), patient]
        + card.steps.map { $0.provenance(of: "Device/7") }
      for resource in resources {
        let issues = validator.validate(try JSONDocument.parse(resource.encoded()))
        for issue in issues where issue.isError {
          Issue.record("\(card.state) \(issue.expression): \(issue.message)\n\(resource.text)")
        }
      }
    }
  }

  @Test func `a card read from its device and history is the card that was written`() throws {
    for card in try lives() {
      let history = card.steps.map { $0.provenance(of: "Device/7") }
      let device = try JSON(parsing: card.device.encoded())
      #expect(try Card(device: device, provenances: history.reversed()) == card)
    }
  }

  @Test func `a device whose state is not what its history says is refused`() throws {
    let card = try CardTests.card(.physical, CardTests.toActive)
    let history = card.steps.map { $0.provenance(of: "Device/7") }
    let anomaly = #expect(throws: Anomaly.self) {
      try Card(device: card.device, provenances: history.dropLast())
    }
    #expect(anomaly?.category == .conflict)
  }

  @Test func `what is missing or unknown is named`() throws {
    let card = try CardTests.card(.physical, CardTests.toActive)
    let history = card.steps.map { $0.provenance(of: "Device/7") }
    for element in ["identifier", "type", "patient", "property"] {
      var device = card.device
      device[element] = nil
      let anomaly = #expect(throws: Anomaly.self) {
        try Card(device: device, provenances: history)
      }
      #expect(anomaly?.path == "Device.\(element)")
    }
    for element in ["activity", "occurredDateTime", "agent"] {
      var step = history[1]
      step[element] = nil
      #expect(throws: Anomaly.self) { try CardStep(provenance: step) }
    }
    var unknown = card.device
    unknown["type"] = [
      "coding": [["system": .string(CardKind.system), "code": "library"]]
    ]
    let anomaly = #expect(throws: Anomaly.self) {
      try Card(device: unknown, provenances: history)
    }
    #expect(anomaly?.code == .codeInvalid)
  }

  @Test func `the holder's identifier is official while the card is in use and old afterwards`()
    throws
  {
    var card = try CardTests.card(.physical, CardTests.toActive)
    #expect(card.identifier["use"]?.string == "official")
    #expect(card.identifier["system"]?.string == "urn:oid:2.16.156.10011.1.19")
    #expect(card.identifier["period"]?["end"] == nil)
    try card.take(
      CardStep(
        .revoke, because: .moved, at: CardTests.start.adding(seconds: 50), by: "Practitioner/1"))
    #expect(card.identifier["use"]?.string == "old")
    #expect(card.identifier["period"]?["end"]?.string == card.ended?.text)
    #expect(card.device["status"]?.string == "inactive")
  }
}
