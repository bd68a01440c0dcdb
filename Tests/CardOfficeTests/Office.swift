import CardOffice
import Credentials
import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Synchronization
import Testing
import Trust
import Validation

/// A counter for cards on a real store in a directory of its own.
final class Office: Sendable {
  static let officer = "Practitioner/officer"
  static let start = Instant(milliseconds: 1_795_000_000_000)  // 2026-11-18

  let directory: String
  let store: SQLiteStore
  let registry: CardRegistry
  let keys: RegionKeys
  let clock: OfficeClock

  init() throws {
    directory = NSTemporaryDirectory() + "kangqu-cards-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    let module = try OpenSSLModule()
    keys = try RegionKeys.make(
      region: "和安县", cityCode: "429900", at: Self.start, module)
    let validator = Validator(depth: .invariants)
    let clock = OfficeClock()
    store = try SQLiteStore(
      directory: directory,
      settings: StoreSettings(
        clock: { clock.now }, makeID: { UUID().uuidString.lowercased() },
        validate: { (document, _) throws(Anomaly) in
          if let issue = validator.validate(document).first(where: \.isError) {
            throw .incorrect("\(issue.expression): \(issue.message)")
          }
        }))
    registry = CardRegistry(store: store, clock: { clock.now }, keys: keys)
    self.clock = clock
  }

  /// Puts a resident on record.
  @discardableResult
  func resident(
    _ id: String, number: String? = "110101199003070038", name: String = "张三",
    born: String = "1990-03-07", sex: String = "male", area: String? = "429900101001"
  ) async throws -> ResourceKey {
    var patient: JSON = [
      "resourceType": "Patient", "id": .string(id), "name": [["text": .string(name)]],
      "gender": .string(sex), "birthDate": .string(born),
    ]
    patient["identifier"] = number.map { number in
      [["system": "urn:oid:2.16.156.10011.1.3", "value": .string(number)]]
    }
    patient["address"] = area.map { area in
      let tract: JSON = [
        "url": "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-censusTract",
        "valueString": .string(area),
      ]
      return [["line": ["东街1号"], "_line": [["extension": [tract]]]]]
    }
    try await put(patient)
    return try #require(ResourceKey(reference: "Patient/\(id)"))
  }

  func put(_ resource: JSON) async throws {
    let type = resource["resourceType"]?.string ?? ""
    let id = resource["id"]?.string ?? ""
    _ = try await store.transaction([
      BundleEntry(
        .put, "\(type)/\(id)", resource: try JSONDocument.parse(resource.encoded()))
    ])
  }

  func read(_ reference: String) async throws -> JSON {
    let key = try #require(ResourceKey(reference: reference))
    return try JSON(parsing: try #require(try await store.read(key)).body)
  }

  /// The identifiers of a person in a system.
  func identifiers(_ person: ResourceKey, of kind: CardKind) async throws -> [JSON] {
    (try await read("\(person)")["identifier"]?.items ?? [])
      .filter { $0["system"]?.string == kind.standardSystem }
  }

  func apply(
    _ kind: CardKind, for person: ResourceKey, number: String? = nil
  ) async throws -> RegisteredCard {
    try await registry.apply(
      Application(kind, for: person, number: number, by: Self.officer))
  }

  @discardableResult
  func carryOut(
    _ event: CardEvent, because reason: CardReason? = nil, on card: RegisteredCard,
    seen: Int? = nil
  ) async throws -> RegisteredCard {
    clock.pass(seconds: 60)
    return try await registry.carryOut(
      CardOrder(event, because: reason, by: Self.officer, seen: seen), on: card.id)
  }

  deinit {
    store.close()
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      Issue.record("\(directory) cannot be removed: \(error)")
    }
  }
}

/// A clock that goes on by a millisecond whenever it is looked at, and further when told.
final class OfficeClock: Sendable {
  private let time = Atomic<Int64>(Office.start.milliseconds)

  var now: Int64 { time.add(1, ordering: .relaxed).newValue }
  func pass(seconds: Int64) { time.add(seconds * 1000, ordering: .relaxed) }
}

/// What a call throws.
func anomaly<T>(_ body: () async throws -> T) async throws -> Anomaly {
  do {
    _ = try await body()
  } catch let anomaly as Anomaly { return anomaly }
  throw Anomaly.fault("nothing was thrown")
}
