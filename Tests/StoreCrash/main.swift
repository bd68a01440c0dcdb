import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite

// Writes bundles without end into the directory that is named, and says the number of each when
// it is acknowledged. Tests start it and kill it. With a third argument, files may not grow beyond
// so many bytes.

let writers = 8
let settings = StoreSettings(
  clock: { Int64(Date().timeIntervalSince1970 * 1_000) },
  makeID: { UUID().uuidString.lowercased() }, validate: { (_, _) throws(Anomaly) in })
let store = try SQLiteStore(directory: CommandLine.arguments[1], settings: settings)
let start = Int(CommandLine.arguments[2]) ?? 0

/// A person with three observations; one of four is changed at once, so that there are old
/// versions.
func bundle(_ number: Int) throws -> [BundleEntry] {
  let patient = "{\"resourceType\":\"Patient\",\"id\":\"\(number)\",\"active\":true}"
  var entries = [
    BundleEntry(.put, "Patient/\(number)", resource: try JSONDocument.parse(patient))
  ]
  for part in 0..<3 {
    let observation = """
      {"resourceType":"Observation","id":"\(number)-\(part)","status":"final",\
      "code":{"text":"pulse"},"subject":{"reference":"Patient/\(number)"}}
      """
    entries.append(
      BundleEntry(
        .put, "Observation/\(number)-\(part)", resource: try JSONDocument.parse(observation)))
  }
  return entries
}

/// Until a file may not grow any more; says what is refused, lifts the limit and says what works
/// then.
func fillUp(to limit: rlim_t) async throws {
  signal(SIGXFSZ, SIG_IGN)
  var bounds = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &bounds)
  bounds.rlim_cur = limit
  setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &bounds)
  var number = 0
  while true {
    do {
      _ = try await store.transaction(try bundle(number))
      number += 1
    } catch let anomaly as Anomaly {
      print("refused \(anomaly.status ?? anomaly.category.status) after \(number)")
      break
    }
  }
  guard let type = Schema.r4.type(named: "Patient") else { return }
  let last = try await store.read(ResourceKey(type: type, id: "\(number - 1)"))
  let refused = try await store.read(ResourceKey(type: type, id: "\(number)"))
  print("read \(last != nil) \(refused == nil)")
  bounds.rlim_cur = bounds.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &bounds)
  _ = try await store.transaction(try bundle(number))
  let findings = try await store.verify().findings
  print("resumed \(findings.isEmpty)")
  store.close()
}

if CommandLine.arguments.count > 3, let limit = rlim_t(CommandLine.arguments[3]) {
  try await fillUp(to: limit)
  exit(0)
}

try await withThrowingTaskGroup(of: Void.self) { group in
  for writer in 0..<writers {
    group.addTask {
      var number = start + writer
      while true {
        _ = try await store.transaction(try bundle(number))
        if number % 4 == 0, let type = Schema.r4.type(named: "Patient") {
          let changed = "{\"resourceType\":\"Patient\",\"id\":\"\(number)\",\"active\":false}"
          _ = try await store.write(
            .update(
              ResourceKey(type: type, id: "\(number)"), try JSONDocument.parse(changed)))
        }
        let line = "\(number)\n"
        _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
        number += writers
      }
    }
  }
  try await group.waitForAll()
}
