import CardOffice
import Credentials
import District
import FHIR

/// The cards of a district that never was: most residents have them, in every state of a card's
/// life, as the registry would have written them.
struct DistrictCards: Sendable {
  static let region = "和安县"
  static let cityCode = "139999"
  /// Before the last day, cards were issued within so many days.
  private static let issuedWithinInDays = 900

  let keys: RegionKeys
  let seed: UInt64
  let now: Instant

  /// How one of a kind's cards ended up, and in how many of a hundred cases.
  private static let resident: [(share: Int, events: [(CardEvent, CardReason?)])] = [
    (72, [(.produce, nil), (.issue, nil), (.activate, nil)]),
    (5, []), (3, [(.produce, nil)]), (3, [(.produce, nil), (.issue, nil)]),
    (2, [(.produce, nil), (.issue, nil), (.activate, nil), (.reportLoss, .lost)]),
  ]
  private static let electronic: [(share: Int, events: [(CardEvent, CardReason?)])] = [
    (58, [(.issue, nil), (.activate, nil)]),
    (3, [(.issue, nil), (.activate, nil), (.reportLoss, .stolen)]),
    (2, [(.issue, nil), (.activate, nil), (.revoke, .holderRequest)]),
  ]

  /// The resources with the cards of the patients among them.
  func giving(to resources: [JSON]) throws(Anomaly) -> [JSON] {
    var all: [JSON] = []
    for resource in resources {
      guard resource["resourceType"]?.string == "Patient",
        resource["deceasedDateTime"] == nil, let id = resource["id"]?.string
      else {
        all.append(resource)
        continue
      }
      var patient = resource
      var chance = Chance(seed: seed, part: Self.number(id))
      for (kind, ways) in [
        (CardKind.resident, Self.resident), (CardKind.electronic, Self.electronic),
      ] {
        let days = chance.below(Self.issuedWithinInDays) + 1
        guard let events = Self.draw(ways, &chance) else { continue }
        let started = Self.morning(days, before: now)
        let steps = zip(events, 1...).map { event, step in
          (event.0, event.1, Instant(milliseconds: started.milliseconds + Int64(step) * 3_600_000))
        }
        let (changed, cards) = try CardGrant(
          kind: kind, patient: patient, applied: started, events: steps, keys: keys
        ).resources()
        patient = changed
        all += cards
      }
      all.append(patient)
    }
    return all
  }

  /// Nine o'clock in China so many days before.
  private static func morning(_ days: Int, before now: Instant) -> Instant {
    let day = now.milliseconds / Calendar.millisecondsInDay - Int64(days)
    return Instant(milliseconds: day * Calendar.millisecondsInDay + 3_600_000)
  }

  private static func draw(
    _ ways: [(share: Int, events: [(CardEvent, CardReason?)])], _ chance: inout Chance
  ) -> [(CardEvent, CardReason?)]? {
    var mark = chance.below(100)
    for way in ways {
      if mark < way.share { return way.events }
      mark -= way.share
    }
    return nil
  }

  /// A number of its own for each id.
  private static func number(_ id: String) -> Int {
    id.utf8.reduce(5381) { $0 &* 33 &+ Int($1) }
  }
}
