import FHIR
import RecordStore

extension Interaction {
  /// A new resource under an id of the server's. <https://hl7.org/fhir/R4/http.html#create>
  ///
  /// With `If-None-Exist`, only when nothing matches: <https://hl7.org/fhir/R4/http.html#ccreate>.
  static let create = Interaction("create", by: .post, at: .type) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let write = Write.create(
      try call.type(), try call.resource(), ifNoneExist: call.conditions.ifNoneExist)
    return reply(to: call, with: try await call.endpoint.store.write(write))
  }

  /// The answer to a write. <https://hl7.org/fhir/R4/http.html#ops>
  static func reply(to call: Call, with outcome: WriteOutcome) -> Reply {
    guard let version = outcome.version else { return Reply(status: 204) }
    var reply = Reply(status: outcome.isCreated ? 201 : 200, version)
    reply.location = "\(version.key)/_history/\(version.version)"
    switch call.preference.return {
    case nil, .representation: break
    case .minimal: reply.content = .none
    case .operationOutcome:
      let words = words(outcome.effect)
      reply.content = .resource(
        OperationOutcome.resource([
          OperationOutcome.issue(
            .information, .informational, "\(version.key) \(words.english)",
            chinese: "\(version.key) \(words.chinese)")
        ]).encoded())
    }
    return reply
  }

  /// What was done, as the second half of a sentence.
  private static func words(_ effect: WriteOutcome.Effect) -> (english: String, chinese: String) {
    switch effect {
    case .created: ("was created", "已创建")
    case .updated: ("was updated", "已更新")
    case .deleted: ("was deleted", "已删除")
    case .unchanged: ("was the same already", "内容未变")
    case .matched: ("exists already and stays as it is", "已存在,保持不变")
    case .absent: ("was not there", "本不存在")
    }
  }
}
