import FHIR
import FHIRSearch
import Foundation
import RecordStore
import TestSupport
import Testing

@testable import RecordStoreSQLite

/// How long searches take; run in release with `KANGQU_SPEED=1`.
@Suite(
  "Speed of searches",
  .enabled(if: ProcessInfo.processInfo.environment["KANGQU_SPEED"] != nil && Reference.isPresent))
struct SearchSpeedTests {
  @Test func `finds what a resource is searched by in microseconds`() async throws {
    var documents: [(JSONDocument, TypeID)] = []
    var bytes = 0
    for bundle in try SyntheaTests.bundles() {
      for entry in bundle.entries {
        guard let document = entry.resource else { continue }
        let own = try JSONDocument.parse(Array(document.root.raw))
        documents.append((own, type(entry.url)))
        bytes += own.bytes.count
      }
    }
    let extractor = IndexExtractor(.r4)
    var rows = 0
    var best = Double.infinity
    for _ in 0..<5 {
      rows = 0
      let start = DispatchTime.now().uptimeNanoseconds
      for (document, type) in documents {
        rows += extractor.entries(for: document.root, type).rows.count
      }
      let time = Double(DispatchTime.now().uptimeNanoseconds - start) / 1_000
      best = min(best, time / Double(documents.count))
    }
    let size = bytes / documents.count
    print(
      "SPEED extraction: \(best) µs per resource of \(size) bytes,",
      "\(Double(rows) / Double(documents.count)) rows each, \(documents.count) resources")
  }

  @Test func `answers a page in microseconds`() async throws {
    let place = try Workplace()
    for result in await place.store.load(
      try SyntheaTests.groups(try SyntheaTests.bundles()))
    { _ = try result.get() }
    let some = try await place.search("_count=1", of: "Patient").matches[0]
    let queries = [
      ("Observation", "code=http://loinc.org%7C8302-2"), ("Observation", "code=8302-2"),
      ("Observation", "subject=\(some)"),
      ("Observation", "code=http://loinc.org%7C8302-2&date=ge2015"),
      ("Observation", "subject=\(some)&date=ge2015"),
      ("Observation", "subject=\(some)&_sort=-date"),
      ("Observation", "code=http://loinc.org%7C8302-2&_sort=-date"),
      ("Observation", "code-value-quantity=http://loinc.org%7C8302-2$gt150"),
      ("Observation", "subject:Patient.gender=male&code=http://loinc.org%7C8302-2"),
      ("Patient", "_has:Observation:patient:code=http://loinc.org%7C8302-2"),
      ("Patient", "name=a"), ("Patient", "birthdate=ge1980"), ("Observation", ""),
      ("Patient", "\(some.replacing("Patient/", with: "_id="))&_revinclude=Observation:patient"),
      ("Observation", "code:not=http://loinc.org%7C8302-2"),
    ]
    for (name, text) in queries {
      var best = Double.infinity
      var count = 0
      for _ in 0..<200 {
        let start = DispatchTime.now().uptimeNanoseconds
        let query = try place.query(text, of: name)
        let page = try place.store.readers.point { (connection) throws(Anomaly) in
          try place.store.searcher.page(query, on: connection)
        }
        best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / 1_000)
        count = page.entries.count
      }
      print("SPEED \(Int(best)) µs, \(count) entries: \(name)?\(text)")
    }
  }
}
