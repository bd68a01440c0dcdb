import FHIR
import RecordStore

extension Interaction {
  /// All versions of a resource. <https://hl7.org/fhir/R4/http.html#history>
  static let historyInstance = Interaction("history-instance", by: .get, at: .instanceHistory) {
    call async throws(Anomaly) in
    let key = try call.key()
    let page = try await history(call, .resource(key))
    guard !page.isEmpty else { throw absent(key) }
    return page.reply
  }

  static let historyType = Interaction("history-type", by: .get, at: .typeHistory) {
    call async throws(Anomaly) in
    try await history(call, .type(try call.type())).reply
  }

  static let historySystem = Interaction("history-system", by: .get, at: .systemHistory) {
    call async throws(Anomaly) in
    try await history(call, .system).reply
  }

  private static func history(_ call: Call, _ scope: HistoryScope) async throws(Anomaly)
    -> (reply: Reply, isEmpty: Bool)
  {
    let parameters = call.parameters
    try parameters.allow(["_since", "_at", "_count", "_cursor"])
    let count = try parameters.count("_count", atLeast: 1) ?? HistoryWindow.defaultCount
    let cursor = try parameters.value("_cursor")
    let page = try await call.endpoint.store.history(
      scope,
      HistoryWindow(
        since: try parameters.instant("_since")?.lowerBound, at: try parameters.instant("_at"),
        count: min(count, HistoryWindow.maximumCount), cursor: cursor))
    var bundle = BundleWriter(
      type: "history", size: page.versions.reduce(0) { $0 + $1.sizeInBytes })
    let place = call.historyPath
    let query = parameters.text(without: ["_cursor"])
    if let total = page.total { bundle.total(total) }
    bundle.link("self", call.url(place, parameters.text()))
    if let next = page.next { bundle.link("next", call.url(place, query, cursor: next)) }
    for version in page.versions { bundle.entry(version, baseURL: call.baseURL) }
    return (
      Reply(status: 200, .resource(bundle.finished())), page.versions.isEmpty && cursor == nil
    )
  }
}

extension Call {
  /// The path of the history that is asked for, below the base URL.
  fileprivate var historyPath: String {
    if let key = route.key { return "\(key)/_history" }
    if let type = route.type { return "\(Schema.r4.name(of: type))/_history" }
    return "_history"
  }

  /// An absolute URL with a query and, behind it, the cursor of another page.
  func url(_ path: String, _ query: String, cursor: String? = nil) -> String {
    var parts = query.isEmpty ? [] : [query]
    if let cursor { parts.append("_cursor=" + PercentEncoding.encode(cursor)) }
    let place = path.isEmpty ? baseURL : baseURL + "/" + path
    return parts.isEmpty ? place : place + "?" + parts.joined(separator: "&")
  }
}
