package import Credentials
package import FHIR
import RecordStore

/// A card that is to be written: as it becomes, and what of its life is on record already.
package struct CardChange: Sendable {
  let id: String
  let card: Card
  /// The version of the device that the change builds on; nil for a new card.
  var version: Int?
  /// How many of the card's steps are on record.
  var writtenSteps = 0

  /// The resources of the change: device, one provenance for each step, and the task.
  ///
  /// ADR 4. Only the device carries a condition: whoever builds on another version, or makes the
  /// same card, writes nothing at all.
  package var resources: [JSON] {
    let reference = "Device/\(id)"
    var device = card.device
    device["id"] = .string(id)
    var resources = [device]
    for place in card.steps.indices.dropFirst(writtenSteps) {
      var provenance = card.steps[place].provenance(of: reference)
      provenance["id"] = .string(CardID.provenance(of: id, step: place))
      resources.append(provenance)
    }
    if card.details.kind.isOwn {
      var task = card.task(on: reference)
      task["id"] = .string(CardID.task(of: id))
      resources.append(task)
    }
    return resources
  }

  var entries: [BundleEntry] {
    get throws(Anomaly) {
      var entries: [BundleEntry] = []
      for (place, resource) in resources.enumerated() {
        let url = "\(resource["resourceType"]?.string ?? "")/\(resource["id"]?.string ?? "")"
        var entry = BundleEntry(
          .put, url, resource: try JSONDocument.parse(resource.encoded()))
        if place == 0 {
          entry.ifMatch = version.map { "W/\"\($0)\"" }
          entry.ifNoneMatch = version == nil ? "*" : nil
        }
        entries.append(entry)
      }
      return entries
    }
  }
}

extension CardKind {
  /// Whether the region issues it; the others are issued elsewhere and lead to their holder here.
  package var isOwn: Bool { self == .resident || self == .electronic }

  /// What the region's own card is made of.
  package var medium: CardMedium { self == .electronic ? .virtual : .physical }
}

/// The cards among a person's identifiers. <https://hl7.org/fhir/R4/patient.html>
package enum HolderIdentifiers {
  /// The patient with a card's identifier as the card is now; from its activation on.
  package static func adding(_ card: Card, to patient: JSON) -> JSON {
    guard card.activated != nil else { return patient }
    var patient = patient
    var identifiers = patient["identifier"]?.items ?? []
    let number = card.details.number
    let place = identifiers.firstIndex { item in
      item["system"]?.string == number.system && item["value"]?.string == number.value
        && item["use"]?.string != "old"
    }
    if let place {
      identifiers[place] = card.identifier
    } else {
      identifiers.append(card.identifier)
    }
    patient["identifier"] = .array(identifiers)
    return patient
  }
}
