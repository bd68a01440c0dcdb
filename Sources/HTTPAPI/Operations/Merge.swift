import FHIR
import MasterIndex

/// What people say about who is one person. The master person is a Person that links the records.
extension Operation {
  /// Two records, or master persons, become one person; `$unmerge` takes it back.
  ///
  /// Input: `source` and `target` (Reference to a Patient or Person), `by`, `reason`.
  static let merge = judgement("merge", names: ["source", "target", "by", "reason"]) {
    (input) throws(Anomaly) in
    Judgement(
      .same, try input.reference("target"), try input.reference("source"),
      by: try input.text("by") ?? "", reason: try input.text("reason"))
  }

  /// A record, or a person that was merged, stands alone again.
  ///
  /// Input: `part` (Reference to a Patient or Person), `by`, `reason`.
  static let unmerge = judgement("unmerge", names: ["part", "by", "reason"]) {
    (input) throws(Anomaly) in
    Judgement(
      .apart, try input.reference("part"), by: try input.text("by") ?? "",
      reason: try input.text("reason"))
  }

  private static func judgement(
    _ name: String, names: Set<String>,
    _ read: @escaping @Sendable (OperationInput) throws(Anomaly) -> Judgement
  ) -> Operation {
    Operation(
      name: name, definition: "urn:kangqu:OperationDefinition:Person-\(name)", levels: [.type],
      types: ["Person"], allowsGet: false
    ) { call async throws(Anomaly) in
      try call.parameters.allow([])
      let input = try OperationInput(try call.resource(), allowing: names)
      let judgement = try read(input)
      withExtendedLifetime(input.document) {}
      let outcome = try await call.endpoint.personIndex().judge(judgement, in: call.endpoint.store)
      return Reply(status: outcome.awaitsSecond ? 202 : 200, parameters(outcome))
    }
  }

  /// `person` is the master person now, `part` what `$unmerge` is asked for to take it back.
  private static func parameters(_ outcome: Judgement.Outcome) -> JSON {
    var parts: [JSON] = [
      ["name": "awaitsSecond", "valueBoolean": .bool(outcome.awaitsSecond)]
    ]
    if let person = outcome.person {
      parts.append(
        ["name": "person", "valueReference": ["reference": "Person/\(person)"]])
    }
    if let part = outcome.part {
      parts.append(["name": "part", "valueReference": ["reference": .string(part)]])
    }
    return ["resourceType": "Parameters", "parameter": .array(parts)]
  }
}

extension OperationInput {
  /// A part that names a resource; one that is missing or of another type is refused.
  fileprivate func reference(_ name: String) throws(Anomaly) -> String {
    guard let text = value(name, "valueReference")?.member(.reference)?.string else {
      throw .incorrect(
        "The parameter \(name) with a valueReference is missing",
        chinese: "缺少含 valueReference 的参数 \(name)", code: .required,
        path: "Parameters.parameter")
    }
    return text
  }

  fileprivate func text(_ name: String) throws(Anomaly) -> String? {
    guard has(name) else { return nil }
    guard let text = value(name, "valueString")?.string else {
      throw .incorrect(
        "The parameter \(name) needs a valueString", chinese: "参数 \(name) 须含 valueString",
        code: .value, path: "Parameters.parameter")
    }
    return text
  }
}
