import FHIR
import MasterIndex
import RecordStore

extension Operation {
  /// Who on record is, or may be, the person that a Patient describes.
  ///
  /// <https://hl7.org/fhir/R4/patient-operation-match.html>
  static let match = Operation(
    name: "match", definition: "http://hl7.org/fhir/OperationDefinition/Patient-match",
    levels: [.type], types: ["Patient"], allowsGet: false
  ) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let question = try MatchQuestion(try call.resource())
    let index = try call.endpoint.personIndex()
    let found = try await index.matches(
      question.patient.root, onlyCertain: question.onlyCertain, limit: question.limit)
    withExtendedLifetime(question) {}
    guard let type = Schema.r4.type(named: "Patient") else { throw .fault("There is no Patient") }
    var entries: [(Match, Version)] = []
    for match in found.matches {
      let key = ResourceKey(type: type, id: match.patient)
      // One that was deleted meanwhile is no match.
      if let version = try await call.endpoint.store.read(key), !version.isDeleted {
        entries.append((match, version))
      }
    }
    var bundle = BundleWriter(
      type: "searchset", size: entries.reduce(0) { $0 + $1.1.sizeInBytes }, entries: entries.count)
    bundle.total(entries.count)
    for (match, version) in entries {
      bundle.entry(version, score: match.probability, matchGrade(match.grade), call.baseURL)
    }
    if !found.findings.isEmpty { bundle.outcome(outcome(found)) }
    return Reply(status: 200, .resource(bundle.finished()))
  }

  /// <https://hl7.org/fhir/R4/extension-match-grade.html>
  private static func matchGrade(_ grade: MatchGrade) -> JSON {
    [
      "url": "http://hl7.org/fhir/StructureDefinition/match-grade",
      "valueCode": .string(grade.rawValue),
    ]
  }

  /// Values that could not be used, each with its reason.
  private static func outcome(_ found: Matches) -> JSON {
    let issues = found.findings.map { finding -> JSON in
      [
        "severity": "warning", "code": "value",
        "details": ["text": .string(finding.reason.chinese)],
        "diagnostics": .string("\(finding.field): \(finding.reason.rawValue): \(finding.value)"),
      ]
    }
    return ["resourceType": "OperationOutcome", "issue": .array(issues)]
  }
}

/// The parameters of `$match`, or a Patient alone.
private struct MatchQuestion {
  let patient: JSONDocument
  var onlyCertain = false
  var limit = Self.defaultLimit

  private static let defaultLimit = 20
  private static let largestLimit = 100

  init(_ document: JSONDocument) throws(Anomaly) {
    if document.root.member(.resourceType)?.equals("Patient") ?? false {
      patient = document
      return
    }
    let names: Set<String> = ["resource", "onlyCertainMatches", "count"]
    let input = try OperationInput(document, allowing: names)
    defer { withExtendedLifetime(document) {} }
    guard let resource = try input.resource("resource") else {
      throw .incorrect(
        "The parameter resource is missing", chinese: "缺少参数 resource", code: .required,
        path: "Parameters.parameter")
    }
    guard resource.root.member(.resourceType)?.equals("Patient") ?? false else {
      throw .incorrect(
        "The parameter resource must be a Patient", chinese: "参数 resource 须为 Patient",
        path: "Parameters.parameter")
    }
    patient = resource
    onlyCertain = try input.bool("onlyCertainMatches") ?? false
    if let count = try input.integer("count") {
      guard count > 0 else {
        throw .incorrect(
          "count must be a positive integer", chinese: "count 须为正整数", code: .value,
          path: "Parameters.parameter")
      }
      limit = min(count, Self.largestLimit)
    }
  }
}

extension OperationInput {
  /// A part that says yes or no; one of another type is refused.
  func bool(_ name: String) throws(Anomaly) -> Bool? {
    guard has(name) else { return nil }
    guard let value = value(name, "valueBoolean")?.bool else {
      throw Self.wrongType(name, "valueBoolean")
    }
    return value
  }

  /// A part that counts; one of another type is refused.
  func integer(_ name: String) throws(Anomaly) -> Int? {
    guard has(name) else { return nil }
    guard let cursor = value(name, "valueInteger", "valuePositiveInt", "valueUnsignedInt"),
      let value = Int(cursor.scalarText)
    else { throw Self.wrongType(name, "valueInteger") }
    return value
  }

  private static func wrongType(_ name: String, _ member: String) -> Anomaly {
    .incorrect(
      "The parameter \(name) needs a \(member)", chinese: "参数 \(name) 须含 \(member)",
      code: .value, path: "Parameters.parameter")
  }
}
