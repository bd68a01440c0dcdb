import FHIR
import FHIRSearch
import Foundation
import MasterIndex
import RecordStore
import RecordStoreSQLite
import Synchronization
import Testing

/// A store with its master index in a directory of its own.
final class Registry: Sendable {
  let directory: String
  private let place: Mutex<(store: SQLiteStore, index: PersonIndex)?>
  private let demandsTwoPeople: Bool
  /// Ids are counted, so that two runs write the same.
  private let ids = Counter(0)
  private let clock = Counter(1_700_000_000_000)

  private final class Counter: Sendable {
    private let count: Atomic<Int64>
    init(_ start: Int64) { count = Atomic(start) }
    func next() -> Int64 { count.add(1, ordering: .relaxed).newValue }
  }

  init(demandsTwoPeople: Bool = false) async throws {
    directory = NSTemporaryDirectory() + "kangqu-index-\(UUID().uuidString)"
    self.demandsTwoPeople = demandsTwoPeople
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    place = Mutex(nil)
    try await open()
  }

  private func open() async throws {
    var settings = StoreSettings(
      clock: { [clock] in clock.next() },
      makeID: { [ids] in "n\(ids.next())" },
      validate: { (_, _) throws(Anomaly) in })
    var own = IndexSettings(clock: settings.clock, makeID: settings.makeID)
    own.demandsTwoPeople = demandsTwoPeople
    let index = PersonIndex(own)
    settings.follower = index
    let store = try SQLiteStore(directory: directory, settings: settings)
    await index.load(from: store)
    place.withLock { $0 = (store, index) }
  }

  /// As after the end of the process.
  func reopen() async throws {
    store.close()
    try await open()
  }

  deinit {
    place.withLock { $0?.store.close() }
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      Issue.record("\(directory) was not removed: \(error)")
    }
  }

  var store: SQLiteStore { open.store }
  var index: PersonIndex { open.index }

  private var open: (store: SQLiteStore, index: PersonIndex) {
    place.withLock { place in
      guard let place else { preconditionFailure("the store is closed") }
      return place
    }
  }

  // MARK: Writing

  func put(_ id: String, _ patient: JSON) async throws {
    var patient = patient
    patient["id"] = .string(id)
    _ = try await store.write(
      .update(Self.key("Patient/\(id)"), try JSONDocument.parse(patient.encoded())))
  }

  @discardableResult
  func create(_ patient: JSON) async throws -> String {
    let outcome = try await store.write(
      .create(Self.key("Patient/x").type, try JSONDocument.parse(patient.encoded())))
    return try #require(outcome.version?.key.id)
  }

  func delete(_ reference: String) async throws {
    _ = try await store.write(.delete(Self.key(reference)))
  }

  @discardableResult
  func judge(
    _ kind: Judgement.Kind, _ one: String, _ other: String = "", by: String = "登记员"
  ) async throws -> Judgement.Outcome {
    try await index.judge(Judgement(kind, one, other, by: by), in: store)
  }

  // MARK: Reading

  static func key(_ reference: String) -> ResourceKey {
    guard let key = ResourceKey(reference: reference) else {
      preconditionFailure("\(reference) is no reference")
    }
    return key
  }

  func found(_ type: String, _ criteria: String = "") async throws -> [Version] {
    let query = try Query.parse(
      criteria + "&_count=1000", in: .type(Self.key("\(type)/x").type),
      QueryContext(table: store.parameters, now: 0))
    return try await store.search(query).entries.map(\.version)
  }

  func resources(_ type: String, _ criteria: String = "") async throws -> [JSON] {
    try await found(type, criteria).map { try JSON(parsing: $0.body) }
  }

  /// The Patients of each Person, as the resources say.
  func persons() async throws -> [Set<String>] {
    try await resources("Person").map { person in
      Set(
        (person["link"]?.items ?? []).compactMap { $0["target"]?["reference"]?.string })
    }
  }

  /// Whether the links in memory are those that are stored, as a new start reads them.
  func agreesWithStored() async throws -> Bool {
    let before = try await masters()
    let counts = index.counts
    try await reopen()
    return try await masters() == before && index.counts == counts
  }

  private func masters() async throws -> [String: String] {
    var masters: [String: String] = [:]
    for patient in try await found("Patient") {
      masters[patient.key.id] = index.master(of: patient.key.id)
    }
    return masters
  }
}

/// A person whom tests register.
func resident(
  _ number: Int, name: String? = nil, identity: Bool = true, phone: Bool = true,
  birth: String? = nil
) -> JSON {
  let surnames = Array("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨")
  let given = Array("安邦昌达恩芳刚海杰康兰明宁平强荣盛涛伟贤阳泽")
  let month = number % 12 + 1
  let day = number % 28 + 1
  let date = "\(1940 + number % 60)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  let usual =
    String(surnames[number % surnames.count]) + String(given[number / 3 % given.count])
    + String(given[number / 7 % given.count])
  var patient: JSON = [
    "resourceType": "Patient", "name": [["text": .string(name ?? usual)]],
    "gender": number % 2 == 0 ? "female" : "male", "birthDate": .string(birth ?? date),
  ]
  if identity {
    patient["identifier"] = [
      [
        "system": "urn:oid:2.16.156.10011.1.3",
        "value": .string(identityNumber(number, born: date)),
      ]
    ]
  }
  if phone {
    patient["telecom"] = [
      ["system": "phone", "value": .string("1990\(1_000_000 + number)")]
    ]
  }
  return patient
}

/// A number of the county part 99, which is assigned to nobody, with its check digit.
func identityNumber(_ number: Int, born: String) -> String {
  let sequence = String(number % 1_000 + 1_000).suffix(3)
  let body = "\(1_100 + number / 1_000 % 10)99" + born.filter { $0 != "-" } + sequence
  let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  let sum = zip(body.utf8, weights).reduce(0) { $0 + Int($1.0 & 15) * $1.1 }
  return body + String(Array("10X98765432")[sum % 11])
}
