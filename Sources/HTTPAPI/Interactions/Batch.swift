import FHIR
import RecordStore

extension Interaction {
  /// How many entries of one batch are in work at one time.
  private static let entriesInWork = 16

  /// Each entry for itself: first what removes, then what writes, then what reads.
  ///
  /// Entries of one kind run side by side, so that their writes share a commit.
  /// <https://hl7.org/fhir/R4/http.html#trules>
  static func batch(_ call: Call, _ entries: [BundleEntry]) async throws(Anomaly) -> Reply {
    var replies = [Reply?](repeating: nil, count: entries.count)
    let phases: [[BundleEntry.Verb]] = [[.delete], [.post], [.put, .patch], [.get, .head]]
    for verbs in phases {
      let chosen = entries.indices.filter { verbs.contains(entries[$0].verb) }
      await withTaskGroup(of: (Int, Reply).self) { group in
        for (position, index) in chosen.enumerated() {
          if position >= entriesInWork, let (index, reply) = await group.next() {
            replies[index] = reply
          }
          // On all loops, not on that of the connection alone.
          group.addTask(executorPreference: globalConcurrentExecutor) {
            (index, await reply(to: call, entry: entries[index], at: index))
          }
        }
        for await (index, reply) in group { replies[index] = reply }
      }
    }
    var response = BundleWriter(type: "batch-response", size: 0, entries: entries.count)
    for reply in replies { response.response(reply ?? Reply(status: 500)) }
    return Reply(status: 200, .resource(response.finished()))
  }

  /// Performs one entry as if it were a request of its own.
  private static func reply(to call: Call, entry: BundleEntry, at index: Int) async -> Reply {
    do throws(Anomaly) {
      let call = try Call(entry: entry, of: call)
      guard call.route.shape != .base || call.verb == .get else {
        throw Anomaly.incorrect(
          "A batch cannot stand in a batch", chinese: "批处理中不能再有批处理",
          path: "Bundle.entry[\(index)].request.url")
      }
      var reply = try await call.endpoint.perform(call)
      if entry.verb == .head { reply.content = .none }
      return reply
    } catch {
      var anomaly = error
      anomaly.path = anomaly.path ?? "Bundle.entry[\(index)]"
      return Reply(anomaly)
    }
  }
}

extension Call {
  /// The call that an entry of a Bundle stands for.
  init(entry: BundleEntry, of outer: Call) throws(Anomaly) {
    guard let verb = Verb(entry.verb.rawValue) else {
      throw .incorrect(
        "request.method \(entry.verb.rawValue) is not possible here", chinese: "此处不支持该方法")
    }
    var url = entry.url[...]
    if url.hasPrefix(outer.baseURL + "/") { url = url.dropFirst(outer.baseURL.count) }
    let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      endpoint: outer.endpoint, verb: verb, route: try Route(path: parts[0]),
      baseURL: outer.baseURL)
    if parts.count > 1 { parameters = try QueryParameters(parts[1]) }
    preference = outer.preference
    acceptLanguage = outer.acceptLanguage
    if preference.return == nil { preference.return = .minimal }
    conditions = Conditions(
      ifMatch: entry.ifMatch, ifNoneMatch: entry.ifNoneMatch,
      ifModifiedSinceInSeconds: entry.ifModifiedSince.flatMap {
        PartialDate($0, as: .instant).map { $0.start() / 1_000 }
      }, ifNoneExist: entry.ifNoneExist)
    if let resource = entry.resource { body = .document(resource) }
  }
}
