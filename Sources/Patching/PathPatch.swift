package import FHIR
import FHIRPath

/// A list of operations that name their places by FHIRPath, in a Parameters resource.
/// <https://hl7.org/fhir/R4/fhirpatch.html>
package struct PathPatch: Sendable {
  /// How many operations a patch may have.
  package static let operationLimit = 1_000

  enum Operation: Sendable {
    case add(name: String, PatchValue)
    case insert(PatchValue, index: Int)
    case delete
    case replace(PatchValue)
    case move(source: Int, destination: Int)
  }

  /// An operation with the place it is about, and how it is spoken of.
  struct Step: Sendable {
    let operation: Operation
    let path: Path
    let name: String

    func wrong(_ message: String, _ chinese: String) -> Anomaly {
      .inapplicable("\(name): \(message)", chinese: "\(name):\(chinese)", path: path.text)
    }

    func beyond(_ index: Int, _ limit: Int) -> Anomaly {
      wrong("the index \(index) is beyond \(limit)", "下标 \(index) 超过 \(limit)")
    }
  }

  let steps: [Step]
  let environment: Environment

  /// - Parameter now: what `now()` means in a path.
  package init(_ parameters: JSON, now: Instant) throws(Anomaly) {
    guard parameters["resourceType"]?.string == "Parameters" else {
      throw .incorrect(
        "A FHIRPath Patch is a Parameters resource", chinese: "FHIRPath Patch 应为 Parameters 资源",
        code: .structure, path: "resourceType")
    }
    let operations = parameters["parameter"]?.items ?? []
    guard operations.count <= PathPatch.operationLimit else {
      throw .incorrect(
        "The patch has \(operations.count) operations; the limit is \(PathPatch.operationLimit)",
        chinese: "补丁的操作超过 \(PathPatch.operationLimit) 个", code: .tooCostly)
    }
    var steps: [Step] = []
    for (index, item) in operations.enumerated() {
      var parts = try PatchParts(item, path: "Parameters.parameter[\(index)]")
      steps.append(try PathPatch.step(&parts, number: index + 1))
      try parts.refuseRest()
    }
    self.steps = steps
    environment = Environment(now: PartialDate(milliseconds: now.milliseconds))
  }

  private static func step(_ parts: inout PatchParts, number: Int) throws(Anomaly) -> Step {
    let word = try parts.take("type", "valueCode") { $0.string }
    let text = try parts.take("path", "valueString") { $0.string }
    let operation: Operation
    switch word {
    case "add":
      let name = try parts.take("name", "valueString") { $0.string }
      operation = .add(name: name, try parts.takeValue())
    case "insert":
      let index = try parts.take("index", "valueInteger", PatchParts.index)
      operation = .insert(try parts.takeValue(), index: index)
    case "delete": operation = .delete
    case "replace": operation = .replace(try parts.takeValue())
    case "move":
      let source = try parts.take("source", "valueInteger", PatchParts.index)
      let destination = try parts.take("destination", "valueInteger", PatchParts.index)
      operation = .move(source: source, destination: destination)
    default:
      throw parts.wrong(
        "The type '\(word.prefix(32))' is none of add, insert, delete, replace and move",
        "类型“\(word.prefix(32))”不是 add、insert、delete、replace 或 move")
    }
    let name = "Operation \(number), \(word) \(text.prefix(128))"
    return Step(operation: operation, path: try Path(parsing: text), name: name)
  }

  /// What a resource becomes; the first operation that cannot be done undoes all.
  func applied(to resource: JSON) throws(Anomaly) -> JSON {
    var work = PathPatchWork(resource: resource)
    for step in steps { try work.perform(step, environment) }
    return work.resource
  }
}
