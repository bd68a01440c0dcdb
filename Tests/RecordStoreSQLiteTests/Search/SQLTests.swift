import FHIR
import FHIRSearch
import Testing

@testable import RecordStoreSQLite

/// The statements of searches, as text. <https://hl7.org/fhir/R4/search.html>
@Suite("SQL of searches") struct SQLTests {
  static func page(_ text: String, of name: String) throws -> SQLText {
    let context = QueryContext(table: .r4, now: 1_700_000_000_000)
    let query = try Query.parse(text, in: .type(type(name)), context)
    return PageSQL(query.expression, query.types).page(.start, limit: 21)
  }

  /// What stands between the columns and the order.
  static func conditions(_ text: String, of name: String) throws -> String {
    let whole = try page(text, of: name).text
    let start = try #require(whole.firstRange(of: " FROM ")).upperBound
    let end = try #require(
      whole.firstRange(of: " ORDER BY m.rid") ?? whole.firstRange(of: " ORDER BY"))
    return String(whole[start..<end.lowerBound])
  }

  static let join = "CROSS JOIN resource AS r ON r.rid = m.rid WHERE"

  @Test func `a token with its system is one range of the index in the order of pages`() throws {
    #expect(
      try Self.conditions("code=http://loinc.org|8480-6", of: "Observation")
        == "idx AS m \(Self.join) param = ? AND lo = ? AND hi = ? AND +r.deleted = 0")
  }

  @Test func `a second criterion is looked up for each match of the first`() throws {
    #expect(
      try Self.conditions("code=http://loinc.org|8480-6&subject=Patient/1", of: "Observation")
        == """
        idx AS m \(Self.join) param = ? AND lo = (SELECT +rid FROM ident \
        WHERE id = ? AND type = ?) \
        AND hi = 0 AND EXISTS (SELECT 1 FROM idx AS e WHERE param = ? AND lo = ? AND hi = ? \
        AND e.rid = m.rid) AND +r.deleted = 0
        """)
  }

  @Test func `a chain is a join by dense ids`() throws {
    #expect(
      try Self.conditions("subject:Patient.name=peter", of: "Observation") == """
        resource AS r WHERE r.rid IN (SELECT rid FROM idx WHERE param = ? AND lo IN \
        (SELECT +rid FROM (SELECT rid FROM txt WHERE param = ? AND text >= ? AND text < ?)) \
        AND hi = 0) \
        AND +r.deleted = 0
        """)
  }

  @Test func `a reverse chain goes backwards and keeps to the type`() throws {
    #expect(
      try Self.conditions("_has:Observation:patient:code=|x", of: "Patient") == """
        resource AS r WHERE r.rid IN (SELECT lo AS rid FROM idx WHERE param = ? AND hi = 0 AND \
        EXISTS (SELECT 1 FROM idx AS e WHERE param = ? AND lo = ? AND hi = ? AND e.rid = idx.rid)) \
        AND +r.deleted = 0 AND +r.type = ?
        """)
  }

  @Test func `what is missing is looked for among all resources of the type`() throws {
    #expect(
      try Self.conditions("birthdate:missing=true", of: "Patient") == """
        resource AS r WHERE r.type = ? AND r.deleted = 0 AND \
        r.rid NOT IN (SELECT rid FROM idx WHERE param IN (?, ?))
        """)
  }

  @Test func `the text of a statement depends on the shape alone`() throws {
    let one = try Self.page("code=a|b&date=ge2020&subject=Patient/1", of: "Observation")
    let other = try Self.page("code=c|d&date=ge1999-01-01&subject=Patient/x", of: "Observation")
    #expect(one.text == other.text)
    #expect(one.values != other.values)
    #expect(!one.text.contains("Patient") && !one.text.contains("2020"))
  }

  static let queries: [(String, String)] = [
    ("Observation", "code=http://loinc.org|8480-6"), ("Observation", "code=8480-6"),
    ("Observation", "date=2020"), ("Observation", "date=ge2020"), ("Observation", "date=lt2020"),
    ("Observation", "date=sa2020"), ("Observation", "date=eb2020"), ("Observation", "date=ap2020"),
    ("Observation", "value-quantity=gt5"), ("Observation", "value-quantity=5||mg"),
    ("Observation", "code-value-quantity=a|b$gt5"), ("Observation", "subject=Patient/1"),
    ("Observation", "subject=1"), ("Observation", "subject:Patient.birthdate=1990"),
    ("Observation", "subject:Patient.organization.name=x"), ("Observation", "code=a,b"),
    ("Observation", "code=a|b&date=ge2020&status=final"), ("Observation", "code:text=x"),
    ("Patient", "name=eve"), ("Patient", "name:exact=Eve"), ("Patient", "family:contains=x"),
    ("Patient", "identifier=s|v"), ("Patient", "identifier:of-type=a|b|c"), ("Patient", "_id=1,2"),
    ("Patient", "_has:Observation:patient:code=a|b"), ("Patient", "_profile=http://x"),
    ("Patient", "organization:identifier=s|v"), ("ValueSet", "url:below=http://x"),
    ("Patient", "gender:not=male"), ("Patient", "birthdate:missing=true"), ("Patient", "_list=7"),
    ("Patient", "_lastUpdated=ge2020"), ("Patient", ""), ("Patient", "_tag=a|b&name=x"),
  ]

  @Test(arguments: queries)
  func `no table is read from end to end`(name: String, text: String) throws {
    let place = try Workplace()
    let sql = try Self.page(text, of: name)
    try place.store.readers.point { (connection) throws(Anomaly) in
      let plan = try connection.statement(
        SQLText(text: "EXPLAIN QUERY PLAN " + sql.text, values: sql.values))
      var lines: [String] = []
      while try plan.step() { lines.append(plan.text(3)) }
      plan.reset()
      if text.contains("subject") {
        #expect(lines.contains { $0.contains("(param=? AND lo=?") }, "\(text): \(lines)")
      }
      for line in lines {
        #expect(!line.hasPrefix("SCAN idx") && !line.hasPrefix("SCAN txt"), "\(text): \(lines)")
        #expect(!line.hasPrefix("SCAN r") && !line.hasPrefix("SCAN composite"), "\(text): \(lines)")
        if line.contains("idx") || line.contains("txt") {
          #expect(line.contains("param=?"), "\(text): \(lines)")
        }
      }
    }
  }
}

extension SQLText {
  init(text: String, values: [SQLValue]) {
    self = "\(raw: text)"
    self.values = values
  }
}
