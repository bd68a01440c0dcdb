import FHIR
import FHIRSearch
import MasterIndex
import RecordStore

/// 疑似重复: the pairs of records about which somebody is asked.
extension Site {
  private static let pairsPerPage = 20

  /// `/index`: the work list; `?status=later` shows what was put off.
  func workList(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply? {
    guard let index else { return nil }
    try await index.ready()
    let isLater = request["status"] == "later"
    let statuses = isLater ? "on-hold" : "requested,in-progress"
    let cursor = request["page"].map { "&\(Query.cursorName)=\($0.urlEncoded)" } ?? ""
    let page = try await search(
      "Task",
      "_tag=\((IndexMark.system + "|review").urlEncoded)&status=\(statuses)&_sort=-modified"
        + "&_count=\(Self.pairsPerPage)&_total=accurate" + cursor)
    var rows: [[String: Any]] = []
    for entry in page.entries {
      guard let question = Question(try JSON(parsing: entry.version.body)) else { continue }
      rows.append(try await values(of: question, frame))
    }
    let counts = index.counts
    var values: [String: Any] = [
      "isLater": isLater, "pairs": rows, "hasPairs": !rows.isEmpty,
      "total": page.total.map { "\($0)" } ?? "", "records": Self.grouped(counts.records),
      "persons": Self.grouped(counts.persons),
    ]
    for case (let relation, let cursor?) in [
      ("previous", page.links.previous), ("next", page.links.next),
    ] {
      values[relation] = "/index?page=\(cursor.urlEncoded)" + (isLater ? "&status=later" : "")
      values["hasPages"] = true
    }
    return .html(Template.duplicates.render(values, frame))
  }

  private func values(of question: Question, _ frame: Frame) async throws(Anomaly)
    -> [String: Any]
  {
    var people: [[String: Any]] = []
    for id in [question.one, question.other] {
      people.append(try await line(of: id, frame))
    }
    var values: [String: Any] = [
      "link": "/index/pair/\(question.one)/\(question.other)", "people": people,
      "reasons": question.reasons.prefix(4).map { ReasonText($0, frame.language).values },
    ]
    values["asked"] = Moment(question.asked)?.day
    values["proposer"] = question.proposer
    return values
  }

  /// One record as a line of a list; its id alone where it was deleted.
  func line(of id: String, _ frame: Frame) async throws(Anomaly) -> [String: Any] {
    guard let type = Schema.r4.type(named: "Patient"),
      let version = try await store.read(ResourceKey(type: type, id: id)), !version.isDeleted
    else { return ["id": id, "name": id, "isDead": false] }
    let document = try JSONDocument.parse(version.body)
    return withExtendedLifetime(document) {
      var values = FoundPerson(document.root)
        .values(at: Moment(milliseconds: clock()), frame.language)
      values["source"] = SourceText.source(of: document.root)
      return values
    }
  }

  func search(_ type: String, _ text: String) async throws(Anomaly) -> SearchPage {
    guard let type = Schema.r4.type(named: type) else { return SearchPage(entries: []) }
    let context = QueryContext(table: store.parameters, now: clock())
    return try await store.search(try Query.parse(text, in: .type(type), context))
  }
}

/// Where a record comes from, as its source says.
enum SourceText {
  static func source(of patient: JSONCursor) -> String? {
    patient.text("managingOrganization", "display") ?? patient.text("meta", "source")
      ?? patient.text("managingOrganization", "reference")
  }
}
