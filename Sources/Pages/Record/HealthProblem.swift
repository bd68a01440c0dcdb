import FHIR

/// A health problem: a Condition. <https://hl7.org/fhir/R4/condition.html>
struct HealthProblem: Sendable {
  let name: String
  let code: String?
  let isActive: Bool
  /// Whether someone has it for good: on the problem list, or known for a long time and not over.
  let isChronic: Bool
  let status: String?
  let onset: Moment?
  let end: Moment?
  let encounter: String?
  let link: String

  /// Nil for what was entered in error or refuted.
  init?(_ item: Record.Item) {
    let condition = item.root
    let verification = CodeText.code(condition.first("verificationStatus"))
    guard verification != "entered-in-error", verification != "refuted",
      let name = CodeText.text(condition.member("code"))
    else { return nil }
    self.name = name
    code = CodeText.code(condition.member("code"))
    status = CodeText.code(condition.first("clinicalStatus"))
    end = Moment(condition, "abatement")
    isActive = end == nil && !["resolved", "inactive", "remission"].contains(status)
    onset = Moment(condition, "onset", "recordedDate")
    let categories = condition.all("category").compactMap { CodeText.code($0) }
    isChronic = isActive && (categories.isEmpty || categories.contains("problem-list-item"))
    encounter = condition.target("encounter")
    link = item.link
  }

  /// The problems of a record: those that are there first, each the newest first.
  static func all(in record: Record) -> [HealthProblem] {
    record["Condition"].compactMap(HealthProblem.init).sorted { left, right in
      if left.isActive != right.isActive { return left.isActive }
      return (left.onset?.milliseconds ?? .min) > (right.onset?.milliseconds ?? .min)
    }
  }

  /// The names of chronic problems, each once.
  static func chronic(_ problems: [HealthProblem]) -> [HealthProblem] {
    var seen: Set<String> = []
    return problems.filter { $0.isChronic && seen.insert($0.name).inserted }
  }

  func values(_ language: Language) -> [String: Any] {
    var values: [String: Any] = ["name": name, "link": link, "isActive": isActive]
    values["code"] = code == name ? nil : code
    values["onset"] = onset?.day
    values["end"] = end?.day
    values["status"] = status.map { CodeText.term("condition", $0, language) }
    return values
  }
}
