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
  func `no pair is passed over whose score suffices`() throws {
    let (table, _) = try Self.chinese(first: 400)
    let linkage = table.link()
    let ceiling = Ceiling(linkage.model, linkage.rareness)
    let found = Set(linkage.candidates.map { [$0.left, $0.right] })
    linkage.packing.alone(()) { work in
      for one in 0..<UInt32(table.count) {
        for other in (one + 1)..<max(one + 1, UInt32(table.count)) {
          let score = linkage.score(one, other, work)
          let most = ceiling.score(work.row(one), work.row(other))
          // Blocking is complete enough: whatever would be linked was brought together.
          let isFound = score < linkage.zones.link || found.contains([one, other])
          if most < score - 0.001 || !isFound {
            Issue.record("\(table.id(Int(one))) and \(table.id(Int(other))): \(score), \(most)")
          }
        }
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

  /// Records of a village, so that there is something to learn from, and then some more.
  private static func village(_ more: String) throws -> RecordTable {
    let surnames = Array("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
    let given = Array("伟芳娜敏静强磊军洋勇艳杰娟涛明超霞平刚英华")
    var rows: [String] = []
    var draws = Draws(seed: 21)
    for place in 0..<300 {
      let name = [surnames, given, given].map { String($0[draws.next(below: $0.count)]) }
      let date = [1930, 1, 1].enumerated().map { index, first in
        String(first + draws.next(below: [70, 12, 28][index]))
      }
      let phone = 13_000_000_000 + draws.next(below: 999_999_999)
      let number = draws.next(below: 900)
      let row =
        "\(name.joined()),\(date.joined(separator: "-")),,\(phone),\(name[0])家村\(number)号"
      rows += ["\(place),\(row)", "\(place)b,\(row)"]
    }
    return try RecordTableTests.table(
      "id,name,birthDate,idCard,phone,address\n" + rows.joined(separator: "\n") + "\n" + more)
  }

  private static func persons(_ table: RecordTable, of ids: Set<String>) -> Set<Set<String>> {
    let clusters = Clusters(table.link())
    var persons: [UInt32: Set<String>] = [:]
    for place in 0..<table.count where ids.contains(table.id(place)) {
      persons[clusters.person[place], default: []].insert(table.id(place))
    }
    return Set(persons.values)
  }

  @Test func `twins with valid numbers of their own stay two persons`() throws {
    let table = try Self.village(
      """
      x,孙小龙,2001-02-03,110105200102030016,13911112222,和平路9号
      y,孙小虎,2001-02-03,110105200102030032,13911112222,和平路9号
      z,孙小龙,2001-02-03,110105200102030016,,和平路9号
      """)
    #expect(Self.persons(table, of: ["x", "y", "z"]) == [["x", "z"], ["y"]])
  }

  @Test func `a number of 15 digits proves nothing against another`() throws {
    let table = try Self.village(
      """
      x,孙小龙,2001-02-03,110105010203001,13911112222,和平路9号
      y,孙小龙,2001-02-03,110105010203007,13911112222,和平路9号
      """)
    #expect(Self.persons(table, of: ["x", "y"]) == [["x", "y"]])
  }

  @Test func `a borrowed number is put before a person, not linked`() throws {
    let table = try Self.village(
      """
      x,孙小龙,2001-02-03,110105200102030016,13911112222,和平路9号
      y,欧阳翠花,1956-11-28,110105200102030016,13977778888,建设路201号
      """)
    #expect(Self.persons(table, of: ["x", "y"]) == [["x"], ["y"]])
    let linkage = table.link()
    let asked = linkage.review(Clusters(linkage))
      .map { [table.id(Int($0.left)), table.id(Int($0.right))] }
    let isAsked = asked.contains(["x", "y"])
    #expect(isAsked)
  }

  @Test func `namesakes do not become one person through a third record`() throws {
    let table = try Self.village(
      """
      x,孙小龙,2001-02-03,110105200102030016,13911112222,和平路9号
      m,孙小龙,,,,
      y,孙小龙,1956-11-28,110105195611280036,13977778888,建设路201号
      """)
    #expect(!Self.persons(table, of: ["x", "y"]).contains(["x", "y"]))
  }

  @Test func `rare characters and long names are compared like others`() throws {
    let long = String(repeating: "买买提", count: 17)
    let table = try Self.village(
      """
      x,𠮷𬱟,2001-02-03,,13911112222,和平路9号
      y,𠮷　𬱟,2001-02-03,,13911112222,和平路9号
      p,阿依古丽·\(long),1981-04-05,,13933334444,建设路20号
      q,阿依古丽•\(long),1981-05-04,,13933334444,建设路20号
      """)
    #expect(Self.persons(table, of: ["x", "y", "p", "q"]) == [["x", "y"], ["p", "q"]])
  }

  @Test func `an empty table links nothing`() throws {
    let table = try RecordTableTests.table("id,name\n")
    #expect(Clusters(table.link()).person.isEmpty)
  }
}
