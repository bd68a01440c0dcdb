import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import TestSupport
import Testing

/// 62 patients of Synthea, each a transaction bundle.
@Suite("Synthea", .enabled(if: Reference.isPresent, "reference data absent"))
struct SyntheaTests {
  static func bundles() throws -> [RequestBundle] {
    let folder = Reference.url("synthea/bundles")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      try RequestBundle(try JSONDocument.parse(try Reference.bytes("synthea/bundles/\($0)")))
    }
  }

  /// The entries of each bundle, under ids that follow from it.
  static func groups(_ bundles: [RequestBundle]) throws -> [[BundleEntry]] {
    try bundles.map { bundle in try bundle.entries.map { try $0.withKnownID() } }
  }

  /// The resources of a bundle as they should be read back, by reference, apart from `meta`.
  static func expected(_ bundle: RequestBundle) throws -> [String: JSON] {
    var map = ReferenceMap()
    for entry in bundle.entries {
      guard let url = entry.fullURL, let root = entry.resource?.root else { continue }
      map[url] = "\(entry.url)/\(root.member("id")?.string ?? "")"
    }
    var resources: [String: JSON] = [:]
    for entry in bundle.entries {
      let document = try #require(entry.resource)
      var json = try JSON(parsing: map.rewritten(document.root) ?? Array(document.root.raw))
      json["meta"] = nil
      resources["\(entry.url)/\(json["id"]?.string ?? "")"] = json
    }
    return resources
  }

  @Test func `everything about each patient equals the bundle that was loaded`() async throws {
    let place = try Workplace()
    let bundles = try Self.bundles()
    var created = 0
    for result in await place.store.load(try Self.groups(bundles)) {
      created += try result.get().created
    }
    let counts = place.store.statistics().counts
    #expect(counts.values.reduce(0, +) == created)
    let patient = type("Patient")
    var equal = 0
    for bundle in bundles {
      let expected = try Self.expected(bundle)
      let reference = try #require(expected.keys.first { $0.hasPrefix("Patient/") })
      let page = try await place.store.everything(key(reference), EverythingWindow())
      var found: [String: JSON] = [:]
      for entry in page.entries {
        var json = try entry.version.json
        json["meta"] = nil
        found[entry.version.key.description] = json
      }
      #expect(Set(found.keys) == Set(expected.keys), "\(reference)")
      if expected.allSatisfy({ Self.same($0.value, found[$0.key]) }) { equal += 1 }
      #expect(page.entries.first?.version.key.type == patient)
    }
    print("CONFORMANCE synthea-everything: \(equal)/\(bundles.count)")
    #expect(equal == bundles.count)
  }

  /// Members may change their order.
  static func same(_ left: JSON?, _ right: JSON?) -> Bool {
    guard case .object(let one)? = left, case .object(let other)? = right else {
      return left == right
    }
    return one.members.count == other.members.count
      && one.members.allSatisfy { other[$0.name] == $0.value }
  }

  @Test func `loading the same files again doubles nothing`() async throws {
    let place = try Workplace()
    let bundles = Array(try Self.bundles().prefix(5))
    for result in await place.store.load(try Self.groups(bundles)) {
      #expect(try result.get().created > 0)
    }
    let before = place.store.statistics()
    for result in await place.store.load(try Self.groups(bundles)) {
      let counts = try result.get()
      #expect(counts.created == 0 && counts.updated == 0 && counts.unchanged > 0)
    }
    #expect(place.store.statistics().counts == before.counts)
    #expect(place.store.statistics().sequence == before.sequence)
  }

  @Test func `everything comes in pages without a gap or a double`() async throws {
    let place = try Workplace()
    let bundles = Array(try Self.bundles().prefix(1))
    for result in await place.store.load(try Self.groups(bundles)) { _ = try result.get() }
    let reference = try #require(
      try Self.expected(bundles[0]).keys.first { $0.hasPrefix("Patient/") })
    let whole = try await place.store.everything(key(reference), EverythingWindow())
    var keys: [ResourceKey] = []
    var cursor: String?
    repeat {
      let page = try await place.store.everything(
        key(reference), EverythingWindow(count: 50, cursor: cursor))
      #expect(page.entries.count <= 50)
      keys += page.entries.map(\.version.key)
      cursor = page.links.next
    } while cursor != nil
    #expect(keys == whole.entries.map(\.version.key))
    let observations = try await place.store.everything(
      key(reference), EverythingWindow(types: [type("Observation")]))
    #expect(observations.entries.allSatisfy { $0.version.key.type == type("Observation") })
    #expect(!observations.entries.isEmpty)
  }
}
