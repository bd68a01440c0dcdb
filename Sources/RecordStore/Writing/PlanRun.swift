package import FHIR

extension WriteSession {
  /// Carries out a plan: decides every condition first, then writes, then reads.
  ///
  /// Nothing is written before all conditions hold, so a refused plan leaves nothing behind.
  /// <https://hl7.org/fhir/R4/http.html#trules>
  package func run(_ plan: Plan<Payload>) throws(Anomaly) -> [StepResult] {
    var plan = plan
    var decisions: [Decision] = []
    decisions.reserveCapacity(plan.steps.count)
    try decide(&plan, &decisions)
    try refuseTwins(plan, decisions)
    try redraft(&plan, decisions)
    guard plan.steps.contains(where: { $0.isRead }) else { return try apply(plan, decisions) }
    return try undoing { () throws(Anomaly) in try apply(plan, decisions) }
  }

  /// Finds for every step what it will do to what.
  private func decide(_ plan: inout Plan<Payload>, _ decisions: inout [Decision]) throws(Anomaly) {
    let isSingle = plan.steps.count == 1
    for index in plan.steps.indices {
      do {
        decisions.append(try decide(&plan.steps[index]))
      } catch { throw isSingle ? error : error.inEntry(index) }
    }
  }

  /// Two steps may not write the same resource. <https://hl7.org/fhir/R4/http.html#trules>
  private func refuseTwins(_ plan: Plan<Payload>, _ decisions: [Decision]) throws(Anomaly) {
    guard plan.steps.count > 1 else { return }
    var seen: [ResourceKey: Int] = [:]
    var conditions: [String: Int] = [:]
    for (index, decision) in decisions.enumerated() where !plan.steps[index].isRead {
      for key in decision.written {
        if let other = seen.updateValue(index, forKey: key) { throw Self.twins(other, index, key) }
      }
      guard let query = plan.steps[index].condition else { continue }
      let condition = "\(Schema.r4.name(of: plan.steps[index].type))?\(query)"
      if let other = conditions.updateValue(index, forKey: condition) {
        throw .incorrect(
          "Entries \(other) and \(index) have the same condition \(condition)",
          chinese: "条目 \(other) 与 \(index) 的条件相同:\(condition)", code: .duplicate)
      }
    }
  }

  private static func twins(_ left: Int, _ right: Int, _ key: ResourceKey) -> Anomaly {
    .incorrect(
      "Entries \(left) and \(right) both write \(key)",
      chinese: "条目 \(left) 与 \(right) 写入同一资源 \(key)", code: .duplicate)
  }

  /// Makes drafts again whose references changed with what the conditions found.
  private func redraft(_ plan: inout Plan<Payload>, _ decisions: [Decision]) throws(Anomaly) {
    var isChanged = false
    for (index, step) in plan.steps.enumerated() {
      guard let key = decisions[index].target, step.key != key else { continue }
      plan.steps[index].key = key
      if let url = step.fullURL {
        plan.map[url] = key.description
        isChanged = true
      }
      if let old = step.key, step.fullURL != nil { plan.map[old.description] = key.description }
    }
    var references: Set<String> = []
    for step in plan.steps { references.formUnion(step.draft?.conditionalReferences ?? []) }
    for reference in references {
      plan.map[reference] = try resolve(reference).description
    }
    for index in plan.steps.indices {
      guard let draft = plan.steps[index].draft, let key = plan.steps[index].key,
        let source = plan.steps[index].source, decisions[index].writesDraft
      else { continue }
      if (isChanged && draft.isRewritten) || !draft.conditionalReferences.isEmpty
        || draft.key != key
      {
        plan.steps[index].draft = try drafting.draft(key, source, plan.map)
      }
    }
  }

  /// The one resource that a conditional reference means.
  private func resolve(_ reference: String) throws(Anomaly) -> ResourceKey {
    let parts = reference.split(separator: "?", maxSplits: 1).map(String.init)
    guard parts.count == 2, let type = Schema.r4.type(named: parts[0]) else {
      throw .incorrect("'\(reference)' is no conditional reference")
    }
    let found = try matches(type, parts[1], limit: 2)
    guard found.count == 1, let key = found.first else {
      throw .preconditionFailed(
        "The conditional reference '\(reference)' matches "
          + (found.isEmpty ? "nothing" : "several resources"),
        chinese: "条件引用“\(reference)”\(found.isEmpty ? "没有匹配" : "匹配多个资源")")
    }
    return key
  }

  private func apply(_ plan: Plan<Payload>, _ decisions: [Decision]) throws(Anomaly)
    -> [StepResult]
  {
    var results = [StepResult?](repeating: nil, count: plan.steps.count)
    for rank in 0...3 {
      for (index, step) in plan.steps.enumerated() where step.rank == rank {
        do {
          results[index] = try apply(step, decisions[index])
        } catch { throw plan.steps.count == 1 ? error : error.inEntry(index) }
      }
    }
    try settle()
    return results.compactMap(\.self)
  }

  private func apply(_ step: Step<Payload>, _ decision: Decision) throws(Anomaly) -> StepResult {
    switch decision {
    case .read: return try read(step)
    case .keep(let effect, let key, let state):
      let body = try state.isDeleted ? nil : body(of: state)
      return .write(effect, key, state, body: body, count: 1)
    case .nothing:
      return .write(.absent, ResourceKey(type: step.type, id: ""), nil, body: nil, count: 0)
    case .put(let key, let state, let method):
      guard let draft = step.draft else { throw .fault("A step has no draft: \(key)") }
      return try put(draft, key, state, method)
    case .delete(let targets):
      var last: (ResourceKey, ResourceState)?
      for (key, state) in targets { last = (key, try delete(key, over: state)) }
      guard let last else { throw .fault("A deletion has no target") }
      return .write(.deleted, last.0, last.1, body: nil, count: targets.count)
    }
  }

  private func put(
    _ draft: Draft<Payload>, _ key: ResourceKey, _ state: ResourceState?, _ method: Method
  ) throws(Anomaly) -> StepResult {
    if let state, !state.isDeleted, !settings.identicalUpdateMakesVersion {
      let body = try body(of: state)
      if body == draft.body { return .write(.unchanged, key, state, body: body, count: 1) }
    }
    let isNew = state?.isDeleted ?? true
    let next = try put(draft, over: state, method)
    return .write(isNew ? .created : .updated, key, next, body: draft.body, count: 1)
  }

  private func read(_ step: Step<Payload>) throws(Anomaly) -> StepResult {
    switch step.action {
    case .search(let query): return .search(try search(step.type, query))
    case .read(let version, let ifNoneMatch, let ifModifiedSince):
      guard let key = step.key, let state = try state(of: key),
        let found = try read(key, version: version ?? state.version)
      else {
        throw .notFound(
          "\(step.key?.description ?? "The resource") does not exist", chinese: "资源不存在")
      }
      if found.isDeleted { throw .gone("\(key) is deleted", chinese: "\(key) 已删除") }
      // If-None-Match is the more exact one.
      // <https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2>
      let isKnown =
        ifNoneMatch.map { $0 == found.version } ?? (found.updated <= ifModifiedSince ?? Int64.min)
      return isKnown ? .notModified(found) : .read(found)
    default: throw .fault("A write was taken for a read")
    }
  }
}
