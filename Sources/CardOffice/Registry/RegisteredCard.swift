package import Credentials
import FHIR
package import RecordStore

/// A card as it is on record: its device, the version that was read, and its whole life.
package struct RegisteredCard: Hashable, Sendable {
  /// The card's `Device`.
  package let key: ResourceKey
  /// Which version of the device was read, for If-Match.
  package let version: Int
  package let card: Card

  package var id: String { key.id }

  /// The cards among what a search for devices with their provenances found.
  static func all(in versions: [Version]) throws(Anomaly) -> [RegisteredCard] {
    var histories: [String: [JSON]] = [:]
    var devices: [(Version, JSON)] = []
    for version in versions where !version.isDeleted {
      let resource = try JSON(parsing: version.body)
      switch resource["resourceType"]?.string {
      case "Device": if isCard(resource) { devices.append((version, resource)) }
      case "Provenance":
        let target = resource["target"]?[0]?["reference"]?.string ?? ""
        histories[target, default: []].append(resource)
      default: break
      }
    }
    var cards: [RegisteredCard] = []
    for (version, device) in devices {
      let history = histories["\(version.key)"] ?? []
      cards.append(
        RegisteredCard(
          key: version.key, version: version.version,
          card: try Card(device: device, provenances: history)))
    }
    return cards
  }

  /// Whether a device is a card; other devices lie in the same type.
  static func isCard(_ device: JSON) -> Bool {
    (device["type"]?["coding"]?.items ?? []).contains { coding in
      coding["system"]?.string == CardKind.system
    }
  }
}

/// The logical ids of a card's resources: they follow from the card, so that what must not be
/// there twice cannot be written twice.
enum CardID {
  /// The n-th card of a kind and medium that the region gives a person.
  static func own(
    _ kind: CardKind, _ medium: CardMedium, of holder: String, ordinal: Int
  ) -> String {
    hashed("\(holder)\n\(kind.rawValue)\n\(medium.rawValue)\n\(ordinal)")
  }

  /// The card of another issuer: one number has one holder.
  static func linked(_ number: CardNumber, ordinal: Int) -> String {
    hashed("\(number.system)\n\(number.value)\n\(ordinal)")
  }

  private static func hashed(_ text: String) -> String {
    "card-" + Array(text.utf8).withUnsafeBytes { ContentID.of($0) }
  }

  static func provenance(of device: String, step: Int) -> String { "\(device)-\(step + 1)" }
  static func task(of device: String) -> String { "\(device)-task" }
}
