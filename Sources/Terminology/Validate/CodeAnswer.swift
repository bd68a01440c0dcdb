import FHIR

/// The `Parameters` that `$validate-code` answers with.
struct CodeAnswer {
  let validation: CodeValidation
  let verdicts: [CodeValidation.Verdict]

  private typealias Located = (finding: Finding, path: CodePath)

  var json: JSON {
    let located = located
    let isRight = isRight(located)
    var answer = ParametersDraft()
    answer.add("result", "valueBoolean", .bool(isRight))
    addCode(&answer)
    addUnknown(&answer)
    let inChinese = validation.inquiry.speaksChinese
    let said = Set(
      located.filter { $0.finding.isSaid }.map { inChinese ? $0.finding.chinese : $0.finding.text }
    )
    .sorted()
    if !said.isEmpty { answer.add("message", "valueString", .string(said.joined(separator: "; "))) }
    if !located.isEmpty {
      let issues = located.map { $0.finding.issue($0.path, inChinese: inChinese) }
      answer.add("issues", "resource", OperationOutcome.resource(issues))
    }
    return answer.json
  }

  private func isRight(_ located: [Located]) -> Bool {
    verdicts.contains(where: \.isInSet) && !located.contains { $0.finding.severity == .error }
  }

  private var located: [Located] {
    var located: [Located] = []
    guard case .concept = validation.form else {
      let path: CodePath = if case .code = validation.form { .code } else { .coding }
      for finding in verdicts.first?.findings ?? [] { located.append((finding, path)) }
      return located
    }
    if let set = validation.set, !verdicts.contains(where: { $0.isInSet || $0.isUndetermined }) {
      located.append((.noCodingInValueSet(set), .concept(0)))
    }
    for (index, verdict) in verdicts.enumerated() {
      for finding in verdict.findings {
        var finding = finding
        if finding.kind == .notInValueSet, let set = validation.set {
          finding = .thisCodeNotInValueSet(validation.codings[index], set)
        }
        located.append((finding, .concept(index)))
      }
    }
    return located
  }

  /// The code that was found, its display and its version.
  private func addCode(_ answer: inout ParametersDraft) {
    if case .concept(let concept) = validation.form {
      answer.add("codeableConcept", "valueCodeableConcept", concept)
      guard let index = verdicts.firstIndex(where: { $0.isInSet && $0.match != nil }) else {
        return
      }
      add(verdicts[index], validation.codings[index], &answer)
    } else if let verdict = verdicts.first, let coding = validation.codings.first {
      add(verdict, coding, &answer)
    }
  }

  private func add(
    _ verdict: CodeValidation.Verdict, _ coding: AskedCoding, _ answer: inout ParametersDraft
  ) {
    answer.add("code", "valueCode", .string(coding.code))
    if let system = coding.system ?? verdict.match?.system.url {
      answer.add("system", "valueUri", .string(system))
    }
    let edition = verdict.match?.system ?? verdict.edition
    if let version = edition?.version, !(verdict.isUndetermined && verdict.match == nil) {
      answer.add("version", "valueString", .string(version))
    }
    if let display = verdict.display { answer.add("display", "valueString", .string(display)) }
    guard let match = verdict.match else { return }
    if match.code != coding.code {
      answer.add("normalized-code", "valueCode", .string(match.code))
    }
    if match.system.isInactive(match.place) {
      answer.add("inactive", "valueBoolean", true)
      if let status = match.system.status(match.place) {
        answer.add("status", "valueCode", .string(status))
      }
    }
  }

  private func addUnknown(_ answer: inout ParametersDraft) {
    var seen: Set<String> = []
    for system in verdicts.flatMap(\.unknownSystems) where seen.insert(system).inserted {
      answer.add("x-unknown-system", "valueCanonical", .string(system))
    }
    for edition in verdicts.flatMap(\.unknownEditions)
    where seen.insert(edition.description).inserted {
      answer.add("x-caused-by-unknown-system", "valueCanonical", .string(edition.description))
    }
  }
}

/// A `Parameters` resource in the making.
struct ParametersDraft {
  private var parameters: [JSON] = []

  mutating func add(_ name: String, _ element: String, _ value: JSON) {
    parameters.append(["name": .string(name), element: value])
  }

  mutating func add(_ name: String, parts: [JSON]) {
    parameters.append(["name": .string(name), "part": .array(parts)])
  }

  /// A part of a parameter.
  static func part(_ name: String, _ element: String, _ value: JSON) -> JSON {
    ["name": .string(name), element: value]
  }

  var json: JSON { ["resourceType": "Parameters", "parameter": .array(parameters)] }
}
