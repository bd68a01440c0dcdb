import District
import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Testing

@testable import Pages

/// A store with a small district in it and a site before it, the same for all tests of a run.
struct Town: Sendable {
  static let residents = 40
  /// The id of a person with 500 encounters.
  static let thick = "thick"
  static let encounters = 500

  private static let opened = Task { try await Town() }

  static var shared: Town {
    get async throws { try await opened.value }
  }

  let store: SQLiteStore
  let site: Site
  /// Of everybody.
  let patients: [JSON]

  init() async throws {
    let folder = NSTemporaryDirectory() + "kangqu-town-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let settings = StoreSettings(
      clock: { SampleRecord.now.milliseconds }, makeID: { UUID().uuidString.lowercased() },
      validate: { (_, _) throws(Anomaly) in })
    store = try SQLiteStore(directory: folder, settings: settings)
    site = Site(store: store, clock: { SampleRecord.now.milliseconds })
    let day = try #require(Day("2026-11-20"))
    let district = try LivingDistrict(residents: Self.residents, seed: 7, endingOn: day)
    var batches: [[JSON]] = [Self.thickRecord]
    try district.forEachBundle { batches.append($0) }
    for batch in batches {
      var entries: [BundleEntry] = []
      for resource in batch {
        let type = resource["resourceType"]?.string ?? ""
        let id = resource["id"]?.string ?? ""
        entries.append(
          BundleEntry(.put, "\(type)/\(id)", resource: try JSONDocument.parse(resource.text)))
      }
      _ = try await store.transaction(entries)
    }
    patients = batches.joined().filter { $0["resourceType"]?.string == "Patient" }
  }

  /// The page at a path with its query; nil when there is none.
  func page(_ address: String, _ language: Language = .chinese) async -> PageReply? {
    let parts = address.split(separator: "?", maxSplits: 1)
    let query = parts.count < 2 ? [] : parts[1].split(separator: "&")
    let items = query.map { item in
      let pair = item.split(separator: "=", maxSplits: 1)
      let value = pair.count > 1 ? String(pair[1]) : ""
      return (name: String(pair[0]), value: value.removingPercentEncoding ?? value)
    }
    return await site.reply(
      to: PageRequest(
        path: String(parts.first ?? "/"), query: items, acceptLanguage: language.rawValue))
  }

  func html(_ address: String, _ language: Language = .chinese) async throws -> String {
    let reply = try #require(await page(address, language))
    return String(decoding: reply.body, as: UTF8.self)
  }

  private static var thickRecord: [JSON] {
    let subject: JSON = ["reference": .string("Patient/\(thick)")]
    var resources: [JSON] = [
      ["resourceType": "Patient", "id": .string(thick), "name": [["text": "厚档案"]]]
    ]
    for number in 0..<encounters {
      let (year, month) = (2026 - number / 24, 1 + number % 12)
      let day = "\(year)-\(month < 10 ? "0" : "")\(month)-1\(number % 9)T09:00:00+08:00"
      let encounter: JSON = ["reference": .string("Encounter/\(thick)-e\(number)")]
      resources.append([
        "resourceType": "Encounter", "id": .string("\(thick)-e\(number)"), "status": "finished",
        "class": ["code": "AMB"], "subject": subject, "period": ["start": .string(day)],
        "serviceProvider": ["display": "和安县人民医院"],
      ])
      resources.append([
        "resourceType": "MedicationRequest", "id": .string("\(thick)-m\(number)"),
        "status": "completed", "intent": "order", "subject": subject, "encounter": encounter,
        "medicationCodeableConcept": ["text": .string("药品\(number % 30)")],
        "authoredOn": .string(day),
      ])
      for test in 0..<4 {
        resources.append([
          "resourceType": "Observation", "id": .string("\(thick)-o\(number)-\(test)"),
          "status": "final", "subject": subject, "encounter": encounter,
          "code": ["text": .string("项目\(test)")], "effectiveDateTime": .string(day),
          "valueQuantity": ["value": .number(number % 10 + test), "unit": "mmol/L"],
          "referenceRange": [["high": ["value": 9]]],
        ])
      }
    }
    return resources
  }
}
