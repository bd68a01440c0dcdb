import FHIR
import RecordStore

extension Interaction {
  /// The current version of a resource. <https://hl7.org/fhir/R4/http.html#read>
  static let read = Interaction("read", by: .get, at: .instance) { call async throws(Anomaly) in
    let key = try call.key()
    guard let version = try await call.endpoint.store.read(key) else { throw absent(key) }
    return try reply(to: call, with: version)
  }

  /// One version of a resource. <https://hl7.org/fhir/R4/http.html#vread>
  static let vread = Interaction("vread", by: .get, at: .version) { call async throws(Anomaly) in
    let key = try call.key()
    let number = call.route.version
    guard let version = try await call.endpoint.store.read(key, version: number) else {
      throw .notFound("\(key) has no version \(number)", chinese: "\(key) 没有版本 \(number)")
    }
    return try reply(to: call, with: version)
  }

  /// 410 when deleted, 304 when the asker has it already, else the resource or the asked part of
  /// it.
  private static func reply(to call: Call, with version: Version) throws(Anomaly) -> Reply {
    if version.isDeleted {
      var reply = Reply(
        .gone("\(version.key) was deleted", chinese: "\(version.key) 已删除"))
      reply.version = version.version
      reply.updated = version.updated
      return reply
    }
    if call.conditions.holds(version) {
      var reply = Reply(status: 304)
      reply.version = version.version
      reply.updated = version.updated
      return reply
    }
    var reply = Reply(status: 200, version)
    if !call.parameters.isEmpty {
      try call.parameters.allow(["_summary", "_elements"])
      if let subset = try ResourceSubset(call.parameters) {
        try subset.check(on: version.key.type)
        reply.content = .resource(try subset.of(version.body))
      }
    }
    return reply
  }

  static func absent(_ key: ResourceKey) -> Anomaly {
    .notFound("\(key) does not exist", chinese: "\(key) 不存在")
  }
}
