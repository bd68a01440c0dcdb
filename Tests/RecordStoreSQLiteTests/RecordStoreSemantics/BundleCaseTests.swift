import FHIR
import RecordStore
import TestSupport
import Testing

/// The eight cases of fhir-bundle-cases, each in a store of its own.
@Suite("Bundle cases", .enabled(if: Reference.isPresent, "reference data absent"))
struct BundleCaseTests {
  /// The entry statuses that are another server's own: `$lookup` is no interaction of a store.
  static let vendorEntries: [String: Set<Int>] = ["Bundle-Batch": [7]]

  @Test func `every case ends as it should`() async throws {
    let file = try JSON(parsing: try Reference.bytes("fhir-bundle-cases/cases.json"))
    let cases = file["cases"]?.items ?? []
    var passed = 0
    for item in cases {
      let name = item["name"]?.string ?? ""
      if try await isRight(name, item) { passed += 1 } else { print("not as expected: \(name)") }
    }
    print("CONFORMANCE fhir-bundle-cases: \(passed)/\(cases.count)")
    #expect(passed == 8)
  }

  func isRight(_ name: String, _ item: JSON) async throws -> Bool {
    let place = try Workplace()
    let bundle = try document(try #require(item["bundle"]))
    let (status, entries) = try await post(bundle, to: place.store)
    let after = place.store.statistics()
    guard let expected = item["expected"]?["status"] else { return false }
    if case .number(let text) = expected {
      guard status == Int(text) else { return false }
    } else {
      // "4xx": nothing of the transaction may be there.
      guard (400..<500).contains(status) else { return false }
    }
    if status >= 400 { return after.sequence == 0 }
    if let statuses = item["expected"]?["entryStatus"]?.items {
      guard statuses.count == entries.count else { return false }
      for (index, expected) in statuses.enumerated()
      where !(Self.vendorEntries[name]?.contains(index) ?? false) {
        guard expected.string == "\(entries[index])" else { return false }
      }
    }
    guard item["expected"]?["secondRun"] != nil else { return true }
    _ = try await post(bundle, to: place.store)
    let again = place.store.statistics()
    let study = type("ImagingStudy")
    return again.counts[type("Patient")] == 1 && again.counts[study] == 2
  }

  /// The answer that HTTP would give to a bundle.
  func post(_ bundle: JSONDocument, to store: any RecordStore) async throws -> (Int, [Int]) {
    do {
      let request = try RequestBundle(bundle)
      switch request.kind {
      case .transaction:
        return (200, try await store.transaction(request.entries).map(status))
      case .batch:
        var statuses: [Int] = []
        for entry in request.entries {
          do {
            statuses.append(try await store.transaction([entry]).map(status)[0])
          } catch { statuses.append(error.answer) }
        }
        return (200, statuses)
      }
    } catch { return (error.answer, []) }
  }

  func status(_ outcome: EntryOutcome) -> Int {
    switch outcome {
    case .write(let write):
      switch write.effect {
      case .created: 201
      case .deleted, .absent: 204
      case .updated, .unchanged, .matched: 200
      }
    case .read, .search: 200
    case .notModified: 304
    }
  }
}
