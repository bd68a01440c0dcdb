import FHIR
import MasterIndex
import RecordStore

/// A master person with its source records and all that was decided about it.
extension Site {
  private static let decisionsShown = 50

  /// `/index/person/id`.
  func masterPerson(_ visit: PageRoute.Visit) async throws(Anomaly) -> PageReply? {
    guard let index else { return nil }
    try await index.ready()
    guard let overview = try await index.overview(of: visit.id, in: store) else {
      return try await parted(visit)
    }
    if overview.id != visit.id { return .redirect(to: "/index/person/\(overview.id)") }
    var groups: [[String: Any]] = []
    for part in overview.parts {
      var records: [[String: Any]] = []
      for record in part.records {
        var values = try await line(of: record.patient, visit.frame)
        values["part"] = "Patient/\(record.patient)"
        if let decision = record.decision { values["joined"] = words(decision, visit.frame) }
        values["canPart"] = overview.recordCount > 1
        records.append(values)
      }
      var group: [String: Any] = ["records": records, "isMerged": part.decision != nil]
      if let decision = part.decision {
        group["part"] = "Person/\(part.person)"
        group["joined"] = words(decision, visit.frame)
      }
      groups.append(group)
    }
    let history = try await decisions(overview.parts.map(\.person), visit.frame)
    let name =
      (groups.first?["records"] as? [[String: Any]])?.first?["name"] as? String ?? overview.id
    let values: [String: Any] = [
      "reference": "Person/\(overview.id)", "name": name, "groups": groups,
      "count": "\(overview.recordCount)",
      "history": history, "path": "/index/person/\(overview.id)",
      "isCut": overview.isCut, "by": decider(visit.request),
    ]
    return .html(Template.master.render(values, visit.frame))
  }

  /// A person who is one no more: what was decided is still to be seen.
  private func parted(_ visit: PageRoute.Visit) async throws(Anomaly) -> PageReply? {
    guard ResourceKey.isID(visit.id) else { return nil }
    let history = try await decisions([visit.id], visit.frame)
    guard !history.isEmpty else {
      throw .notFound(
        Texts.text("noMaster", .english, visit.id),
        chinese: Texts.text("noMaster", .chinese, visit.id))
    }
    return .html(
      Template.master.render(
        ["id": visit.id, "name": visit.id, "isParted": true, "history": history], visit.frame))
  }

  /// Takes a record, or a person merged, out again.
  func takeApart(_ visit: PageRoute.Visit) async throws(Anomaly) -> PageReply? {
    guard let index else { return nil }
    _ = try await index.judge(
      Judgement(
        .apart, visit.request["part"] ?? "", by: visit.request["by"] ?? "",
        reason: visit.request["reason"]), in: store)
    var reply = PageReply.redirect(to: "/index/person/\(visit.id)")
    reply.headers.append(Self.cookie(of: visit))
    return reply
  }

  private func words(_ decision: LinkDecision, _ frame: Frame) -> [String: Any] {
    var values: [String: Any] = [
      "by": decision.method == .machine
        ? Texts.text("masterIndex", frame.language) : decision.by,
      "reasons": decision.reasons.prefix(4).map { ReasonText($0, frame.language).values },
    ]
    values["at"] = Moment(decision.at)?.text
    return values
  }

  private func decisions(
    _ persons: [String], _ frame: Frame
  ) async throws(Anomaly) -> [[String: Any]] {
    let targets = persons.prefix(Self.decisionsShown).map { "Person/\($0)" }
      .joined(separator: ",")
    let page = try await search(
      "Provenance", "target=\(targets)&_sort=-recorded&_count=\(Self.decisionsShown)")
    return try page.entries.map { (entry) throws(Anomaly) in
      let document = try JSONDocument.parse(entry.version.body)
      return withExtendedLifetime(document) {
        let root = document.root
        var values: [String: Any] = [
          "what": Texts.text(
            "activity-" + (root.text("activity", "coding", "code") ?? ""), frame.language),
          "by": root.text("agent", "who", "display") ?? "",
          "parts": root.all("entity").compactMap { $0.text("what", "reference") }.map {
            [
              "reference": $0,
              "link": ($0.hasPrefix("Person/") ? "/index/person/" : "/Patient/")
                + ($0.split(separator: "/").last.map(String.init) ?? ""),
            ]
          },
        ]
        values["at"] = Moment(root.text("recorded"))?.text
        values["reason"] = root.text("reason", "text")
        return values
      }
    }
  }
}
