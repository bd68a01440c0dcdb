import FHIR

/// What a step will do, once its conditions are known.
package enum Decision: Sendable {
  case put(ResourceKey, over: ResourceState?, Method)
  case delete([(ResourceKey, ResourceState)])
  /// Leaves a resource as it is and answers with it.
  case keep(WriteOutcome.Effect, ResourceKey, ResourceState)
  case nothing
  case read

  /// The resources that are written.
  var written: [ResourceKey] {
    switch self {
    case .put(let key, _, _): [key]
    case .delete(let targets): targets.map(\.0)
    case .keep, .nothing, .read: []
    }
  }

  /// What references to the entry lead to.
  var target: ResourceKey? {
    switch self {
    case .put(let key, _, _), .keep(_, let key, _): key
    case .delete, .nothing, .read: nil
    }
  }

  var writesDraft: Bool {
    if case .put = self { true } else { false }
  }
}

extension WriteSession {
  /// Evaluates the conditions of a step; a patch is applied and drafted here.
  func decide(_ step: inout Step<Payload>) throws(Anomaly) -> Decision {
    switch step.action {
    case .read, .search: return .read
    case .create(let ifNoneExist): return try decideCreate(step, ifNoneExist)
    case .update(let ifMatch, let ifNoneMatchAny):
      guard let key = step.key else { throw .fault("An update has no key") }
      let state = try state(of: key)
      if ifNoneMatchAny, let state, !state.isDeleted {
        throw .preconditionFailed("\(key) exists", chinese: "\(key) 已存在")
      }
      try check(ifMatch, key, state)
      return .put(key, over: state, .put)
    case .conditionalUpdate(let query, let ifMatch):
      return try decideConditionalUpdate(step, query, ifMatch)
    case .patch(let patch, let ifMatch):
      guard let key = step.key else { throw .fault("A patch has no key") }
      return try decidePatch(&step, key, patch, ifMatch)
    case .conditionalPatch(let patch, let query, let ifMatch):
      guard let key = try single(step.type, query) else {
        throw .notFound("No \(Self.name(step.type, query)) exists", chinese: "没有匹配的资源")
      }
      return try decidePatch(&step, key, patch, ifMatch)
    case .delete(let ifMatch):
      guard let key = step.key else { throw .fault("A delete has no key") }
      let state = try state(of: key)
      try check(ifMatch, key, state)
      guard let state, !state.isDeleted else { return .nothing }
      return .delete([(key, state)])
    case .conditionalDelete(let query, let limit):
      return try decideConditionalDelete(step.type, query, limit)
    }
  }

  /// <https://hl7.org/fhir/R4/http.html#ccreate>
  private func decideCreate(_ step: Step<Payload>, _ ifNoneExist: String?) throws(Anomaly)
    -> Decision
  {
    if let ifNoneExist, let key = try single(step.type, ifNoneExist),
      let state = try state(of: key)
    {
      return .keep(.matched, key, state)
    }
    guard let key = step.key else { throw .fault("A create has no key") }
    return .put(key, over: try state(of: key), .post)
  }

  /// <https://hl7.org/fhir/R4/http.html#cond-update>
  private func decideConditionalUpdate(_ step: Step<Payload>, _ query: String, _ ifMatch: Int?)
    throws(Anomaly) -> Decision
  {
    let own = step.source?.root.resourceID
    if let key = try single(step.type, query) {
      if let own, own != key.id {
        throw .incorrect(
          "The resource has the id '\(own)', but \(Self.name(step.type, query)) is \(key)",
          chinese: "资源 id 与条件更新匹配到的资源不一致", code: .invalid)
      }
      let state = try state(of: key)
      try check(ifMatch, key, state)
      return .put(key, over: state, .put)
    }
    guard let key = step.key else { throw .fault("A conditional update has no key") }
    let state = try state(of: key)
    try check(ifMatch, key, state)
    if own != nil, let state, !state.isDeleted {
      throw .conflict(
        "\(key) exists but does not match the condition \(query)",
        chinese: "\(key) 已存在,但不符合更新条件")
    }
    return .put(key, over: state, own == nil ? .post : .put)
  }

  private func decidePatch(
    _ step: inout Step<Payload>, _ key: ResourceKey, _ patch: ResourcePatch, _ ifMatch: Int?
  ) throws(Anomaly) -> Decision {
    let state = try state(of: key)
    try check(ifMatch, key, state)
    guard let state else { throw .notFound("\(key) does not exist", chinese: "\(key) 不存在") }
    if state.isDeleted { throw .gone("\(key) is deleted", chinese: "\(key) 已删除") }
    let before = try Version(
      key: key, version: state.version, updated: state.updated, sequence: state.sequence,
      method: state.method, content: try body(of: state))
    let after = try patch.apply(try JSONDocument.parse(before.body))
    guard after.root.resourceID == key.id else {
      throw .incorrect("A patch may not change the id", chinese: "补丁不得修改 id", code: .invalid)
    }
    step.key = key
    step.source = after
    step.draft = try drafting.draft(key, after)
    return .put(key, over: state, .patch)
  }

  /// <https://hl7.org/fhir/R4/http.html#cdelete>
  private func decideConditionalDelete(_ type: TypeID, _ query: String, _ limit: Int)
    throws(Anomaly) -> Decision
  {
    let limit = min(max(limit, 0), Self.deletionLimit)
    let found = try matches(type, query, limit: limit + 1)
    if found.count > limit {
      throw .preconditionFailed(
        "More than \(limit) resources match \(Self.name(type, query)); none was deleted",
        chinese: "匹配的资源超过 \(limit) 个,未删除任何资源")
    }
    var targets: [(ResourceKey, ResourceState)] = []
    for key in found {
      if let state = try state(of: key), !state.isDeleted { targets.append((key, state)) }
    }
    return targets.isEmpty ? .nothing : .delete(targets)
  }

  /// How many resources one conditional delete may take, whatever it asks for.
  private static var deletionLimit: Int { 10_000 }

  /// The one match of a condition; nil when there is none.
  private func single(_ type: TypeID, _ query: String) throws(Anomaly) -> ResourceKey? {
    let found = try matches(type, query, limit: 2)
    guard found.count < 2 else {
      var anomaly = Anomaly.preconditionFailed(
        "Several resources match \(Self.name(type, query)); the condition is not selective enough",
        chinese: "匹配多个资源,条件不够精确")
      anomaly.code = .multipleMatches
      throw anomaly
    }
    return found.first
  }

  /// <https://hl7.org/fhir/R4/http.html#concurrency>
  private func check(_ ifMatch: Int?, _ key: ResourceKey, _ state: ResourceState?)
    throws(Anomaly)
  {
    guard let ifMatch, state?.version != ifMatch || state?.isDeleted == true else { return }
    throw .preconditionFailed(
      "\(key) is at \(state.map { "version \($0.version)" } ?? "no version"), "
        + "If-Match asks for \(ifMatch < 0 ? "one that cannot be" : String(ifMatch))",
      chinese: "\(key) 的当前版本与 If-Match 不符")
  }

  private static func name(_ type: TypeID, _ query: String) -> String {
    "\(Schema.r4.name(of: type))?\(query)"
  }
}
