import FHIR
import RecordStore
import TestSupport
import Testing

@testable import RecordStoreSQLite

/// What a record takes on disk with its index, history and place in the feed, but for its words.
@Suite("Size on disk", .enabled(if: Reference.isPresent, "reference data absent"))
struct SizeTests {
  /// The most bytes and index rows of a resource of Synthea.
  static let byteLimit: Int64 = 1_100
  static let rowLimit = 14.0

  @Test func `a resource takes few bytes and index rows`() async throws {
    let place = try Workplace()
    for result in await place.store.load(
      try SyntheaTests.groups(try SyntheaTests.bundles()))
    { _ = try result.get() }
    let count = place.store.statistics().counts.values.reduce(0, +)
    place.close()
    let file = place.directory + "/" + SQLiteStore.fileName
    let connection = try Connection(path: file, role: .reader)
    // How far the words have been followed depends on how long the writer rested.
    func size(_ condition: String) throws -> Int64 {
      let sum = "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name \(condition)"
      return try #require(try connection.integer(sum)) / Int64(count)
    }
    let bytes = try size("NOT LIKE 'fulltext%'")
    let words = try size("LIKE 'fulltext%'")
    var rows: [String] = []
    var sum: Int64 = 0
    for table in ["idx", "txt", "composite"] {
      let number = try #require(try connection.integer("SELECT count(*) FROM \(table)"))
      sum += number
      rows.append("\(table) \(number)")
    }
    let each = Double(sum) / Double(count)
    print(
      "SIZE \(count) resources, \(bytes) bytes and \(words) of words, \(each) rows each: \(rows)")
    #expect(bytes <= Self.byteLimit)
    #expect(each <= Self.rowLimit)
  }
}
