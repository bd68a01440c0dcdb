package import FHIR

/// The work that a card waits for, as a FHIR `Task` for worklists.
/// <https://hl7.org/fhir/R4/task.html>
extension Card {
  /// - Parameter device: the card's device, such as `Device/7`.
  package func task(on device: String) -> JSON {
    let first = steps.first?.at ?? Instant(milliseconds: 0)
    var task: JSON = [
      "resourceType": "Task", "status": .string(taskStatus), "businessStatus": state.concept,
      "intent": "order", "code": CardEvent.apply.concept,
      "focus": ["reference": .string(device)],
      "for": ["reference": .string(details.holder)], "authoredOn": .string(first.text),
      "lastModified": .string((steps.last?.at ?? first).text),
    ]
    task["statusReason"] = state == .refused ? steps.last?.reason?.concept : nil
    task["owner"] = details.issuer.map { ["reference": .string($0)] }
    return task
  }

  /// <https://hl7.org/fhir/R4/valueset-task-status.html>: the application is done when the card
  /// is in its holder's hands and active.
  private var taskStatus: String {
    switch state {
    case .applied: "requested"
    case .refused: "rejected"
    case .produced: "accepted"
    case .issued: "in-progress"
    case .active, .lost, .replaced: "completed"
    case .revoked: activated == nil ? "cancelled" : "completed"
    }
  }
}
