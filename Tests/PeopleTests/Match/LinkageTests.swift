import FHIR
import Foundation
import TestSupport
import Testing

@testable import People

@Suite struct LinkageTests {
  /// The Chinese set with truth as tables, the records in an order by seed.
  private static func chinese(seed: UInt64? = nil, first: Int = .max) throws -> (
    table: RecordTable, truth: String
  ) {
    struct Record: Decodable {
      var recordId: String
      var name, gender, birthDate, idCard, healthCard, phone: String?
      var province, city, district, address: String?
    }
    struct Truth: Decodable { var recordId, entity: String }
    let decoder = JSONDecoder()
    var rows = try Reference.lines("cn-linkage/records.ndjson.gz").prefix(first).map { line in
      let r = try decoder.decode(Record.self, from: Data(line))
      let cells = [
        r.recordId, r.name, r.gender, r.birthDate, r.idCard, r.healthCard, r.phone, r.province,
        r.city, r.district, r.address,
      ]
      return cells.map { CSVCell.text($0 ?? "") }.joined(separator: ",")
    }
    if let seed {
      var draws = Draws(seed: seed)
      for place in rows.indices.reversed() { rows.swapAt(place, draws.next(below: place + 1)) }
    }
    let header = "id,name,gender,birthDate,idCard,healthCard,phone,province,city,district,address"
    let truth = try Reference.lines("cn-linkage/truth.ndjson.gz").map { line in
      let t = try decoder.decode(Truth.self, from: Data(line))
      return "\(t.recordId),\(t.entity)"
    }
    return (
      try RecordTableTests.table(([header] + rows).joined(separator: "\n")),
      (["id,entity"] + truth).joined(separator: "\n")
    )
  }

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `links the Chinese set without labels, asking a person seldom`() throws {
    let (table, truth) = try Self.chinese()
    let linkage = table.link()
    let clusters = Clusters(linkage)
    let quality = try Array(truth.utf8).withUnsafeBufferPointer { bytes throws(Anomaly) in
      try LinkageTruth(bytes, of: table)
    }.quality(of: clusters.groups)
    let asked = linkage.review(clusters).count
    let share = Double(asked) / Double(clusters.pairCount + asked)
    print(
      "CONFORMANCE cn-linkage: \(quality.right)/\(quality.expected) pairs,"
        + " \(quality.found - quality.right) wrong, F1 \(quality.f1), asked \(asked)")
    #expect(quality.f1 >= 0.98)
    #expect(share < 0.02)
  }

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `persons do not depend on the order of the records`() throws {
    func persons(seed: UInt64) throws -> Set<[String]> {
      let (table, _) = try Self.chinese(seed: seed, first: 500)
      let groups = Clusters(table.link()).groups
      return Set(groups.map { $0.map { table.id(Int($0)) }.sorted() })
    }
    #expect(try persons(seed: 1) == persons(seed: 2))
  }

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `the score of a pair does not depend on which record comes first`() throws {
    let (table, _) = try Self.chinese()
    let linkage = table.link()
    _ = linkage.packing.alone(Draws(seed: 5), remembers: false) { work in
      for _ in 0..<20_000 {
        let one = UInt32(work.found.next(below: table.count))
        let other = UInt32(work.found.next(below: table.count))
        #expect(linkage.score(one, other, work) == linkage.score(other, one, work))
      }
    }
  }

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `one record finds its person among all, and leaves no trace`() throws {
    let (table, _) = try Self.chinese()
    var index = MatchIndex(table.link())
    var record = PersonRecord(id: "new")
    record.names = [.init(text: "OU Yan")]
    record.birthDate = "2020-09-07"
    record.phones = ["+86 199 0000 3851"]
    for _ in 0..<2 {
      let found = index.candidates(for: record)
      #expect(
        found.first.map { table.id($0.record) }.map(["sr001111", "sr001112"].contains) == true)
      #expect(found.first?.reasons.first.map { $0.bits > 0 } == true)
    }
    #expect(index.count == table.count)
    let place = index.add(record)
    #expect(index.candidates(for: record).contains { $0.record == place })
  }

  @Test func `a family's telephone does not make one person of its members`() throws {
    let names = ["李伟", "李娜", "李建国", "王秀英", "李小龙", "李明", "李静", "李强"]
    let rows = names.enumerated().map {
      "\($0),\($1),19\(40 + $0 * 7)-0\($0 + 1)-1\($0),13900001111"
    }
    let table = try RecordTableTests.table(
      (["id,name,birthDate,phone"] + rows).joined(separator: "\n"))
    #expect(Clusters(table.link()).pairCount == 0)
  }

  @Test func `an empty table links nothing`() throws {
    let table = try RecordTableTests.table("id,name\n")
    #expect(Clusters(table.link()).person.isEmpty)
  }
}
