package import FHIR
package import RecordStore

/// A notice that could not be registered, kept apart for correction: nothing typed is dropped.
///
/// It is a `Task` on hold; its inputs are the answers as typed, its status reason says what is
/// wrong and where. <https://hl7.org/fhir/R4/task.html>
package struct SetAside: Sendable {
  static let answerLimit = 50
  static let listLimit = 50
  private static let formType = "form"

  package let id: String
  package let version: Int
  /// What was to be registered, for whom.
  package let title: String
  package let reason: String
  /// The path of the page that asks.
  package let form: String
  package let answers: [(name: String, value: String)]
  package let authored: String?

  package init(_ version: Version) throws(Anomaly) {
    id = version.key.id
    self.version = version.version
    let task = try JSON(parsing: version.body)
    title = task["description"]?.string ?? ""
    reason = task["statusReason"]?["text"]?.string ?? ""
    authored = task["authoredOn"]?.string
    let inputs = (task["input"]?.items ?? []).map {
      (name: $0["type"]?["text"]?.string ?? "", value: $0["valueString"]?.string ?? "")
    }
    form = inputs.first { $0.name == Self.formType }?.value ?? ""
    answers = inputs.filter { $0.name != Self.formType }
  }

  /// The Task of a notice.
  static func task(
    _ title: String, form: String, reason: String, answers: [(name: String, value: String)],
    now: Int64, by registrar: Registrar
  ) -> JSON {
    let inputs = [(name: formType, value: form)] + answers.filter { !$0.value.isEmpty }
    var task: JSON = ["resourceType": "Task", "status": "on-hold", "intent": "proposal"]
    task["statusReason"] = ["text": .string(reason.isEmpty ? "待更正" : reason)]
    task["code"] = [
      "coding": [["system": .string(RegistrySystem.setAside), "code": "set-aside"]],
      "text": "待更正",
    ]
    task["description"] = .string(title)
    task["authoredOn"] = .string(Instant(milliseconds: now).text)
    task["requester"] = registrar.who
    task["input"] = .array(
      inputs.prefix(answerLimit).map { input in
        ["type": ["text": .string(input.name)], "valueString": .string(input.value)]
      })
    return task
  }
}

extension PopulationRegistry {
  /// Keeps a notice apart, with what is wrong with it.
  package func setAside(
    _ title: String, form: String, reason: String, answers: [(name: String, value: String)],
    by registrar: Registrar
  ) async throws(Anomaly) {
    guard let type = Schema.r4.type(named: "Task") else {
      throw .fault("The schema has no Task")
    }
    let task = SetAside.task(
      title, form: form, reason: reason, answers: answers, now: clock(), by: registrar)
    _ = try await store.write(.create(type, try JSONDocument.parse(task.encoded())))
  }

  /// What waits for correction, the oldest first.
  package func waiting() async throws(Anomaly) -> [SetAside] {
    let query =
      "code=\(RegistrySystem.setAside)%7Cset-aside&status=on-hold&_sort=authored-on"
      + "&_count=\(SetAside.listLimit)"
    var waiting: [SetAside] = []
    for version in try await search("Task", query) { waiting.append(try SetAside(version)) }
    return waiting
  }

  package func waiting(_ id: String) async throws(Anomaly) -> SetAside {
    guard let key = ResourceKey(reference: "Task/\(id)"),
      let version = try await store.read(key), !version.isDeleted
    else { throw .notFound("Nothing waits as '\(id)'", chinese: "没有编号为“\(id)”的待更正事项") }
    return try SetAside(version)
  }

  /// What was corrected and registered waits no longer; what was typed first stays on record.
  package func settle(_ id: String) async throws(Anomaly) {
    var reading = try await resource("Task/\(id)")
    guard reading.tree["status"]?.string == "on-hold",
      let key = ResourceKey(reference: reading.reference)
    else { return }
    reading.tree["status"] = "completed"
    _ = try await store.write(
      .update(
        key, try JSONDocument.parse(reading.tree.encoded()), ifMatch: reading.version))
  }
}
