import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite

// Writes bundles without end into the directory that is named, and says the number of each when it is
// acknowledged. Tests start it and kill it.

let writers = 8
let settings = StoreSettings(
  clock: { Int64(Date().timeIntervalSince1970 * 1_000) },
  makeID: { UUID().uuidString.lowercased() }, validate: { (_, _) throws(Anomaly) in })
let store = try SQLiteStore(directory: CommandLine.arguments[1], settings: settings)
let start = Int(CommandLine.arguments[2]) ?? 0

/// A person with three observations; one of four is changed at once, so that there are old versions.
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
