import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Synchronization
import Testing

/// A store in a directory of its own, with a clock and ids that tests can foresee.
final class Workplace: Sendable {
  let directory: String
  let clock = TestClock()
  private let opened: Mutex<SQLiteStore?>

  init() throws {
    directory = NSTemporaryDirectory() + "kangqu-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    opened = Mutex(nil)
    let store = try open()
    opened.withLock { $0 = store }
  }

  var store: SQLiteStore {
    opened.withLock {
      guard let store = $0 else { preconditionFailure("the store is closed") }
      return store
    }
  }

  func settings() -> StoreSettings {
    StoreSettings(
      clock: { [clock] in clock.next() },
      makeID: { UUID().uuidString.lowercased() },
      validate: { (document, resource) throws(Anomaly) in
        guard resource.member("invalid") == nil else {
          throw .incorrect("invalid is no element", path: "invalid")
        }
      })
  }

  func open() throws -> SQLiteStore {
    try SQLiteStore(directory: directory, settings: settings())
  }

  func close() {
    opened.withLock { store in
      store?.close()
      store = nil
    }
  }

  func reopen() throws {
    close()
    let store = try open()
    opened.withLock { $0 = store }
  }

  deinit {
    close()
    Self.remove(directory)
  }

  static func remove(_ directory: String) {
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      Issue.record("\(directory) cannot be removed: \(error)")
    }
  }
}

func key(_ reference: String) -> ResourceKey {
  guard let key = ResourceKey(reference: reference) else {
    preconditionFailure("\(reference) is no reference")
  }
  return key
}

func type(_ name: String) -> TypeID {
  guard let type = Schema.r4.type(named: name) else { preconditionFailure("\(name) is no type") }
  return type
}

func document(_ json: JSON) throws -> JSONDocument { try JSONDocument.parse(json.encoded()) }

func patient(_ id: String? = nil, family: String = "Chalmers", identifier: String? = nil) throws
  -> JSONDocument
{
  var json: JSON = ["resourceType": "Patient", "name": [["family": .string(family)]]]
  json["id"] = id.map { .string($0) }
  json["identifier"] = identifier.map { [["system": "urn:test", "value": .string($0)]] }
  return try document(json)
}

func observation(_ id: String? = nil, of patient: String, value: String = "1.50") throws
  -> JSONDocument
{
  var json: JSON = [
    "resourceType": "Observation", "status": "final", "code": ["text": "pulse"],
    "subject": ["reference": .string(patient)], "valueQuantity": ["value": .number(value)],
  ]
  json["id"] = id.map { .string($0) }
  return try document(json)
}

extension Version {
  var json: JSON {
    get throws { try JSON(parsing: body) }
  }
}

/// What a call throws.
func anomaly<T>(_ body: () async throws -> T) async throws -> Anomaly {
  do {
    _ = try await body()
  } catch let anomaly as Anomaly { return anomaly }
  throw Anomaly.fault("nothing was thrown")
}

extension Anomaly {
  var answer: Int { status ?? category.status }
}

/// A clock that goes on by a millisecond whenever it is looked at, from 2023-11-14T22:13:20Z.
final class TestClock: Sendable {
  private let now = Atomic<Int64>(1_700_000_000_000)

  func next() -> Int64 { now.add(1, ordering: .relaxed).newValue }
  func set(_ time: Int64) { now.store(time, ordering: .relaxed) }
}
