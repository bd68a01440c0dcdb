package import FHIR

/// A list of operations on a JSON text. <https://www.rfc-editor.org/rfc/rfc6902>
package struct JSONPatch: Sendable {
  /// How many operations a patch may have.
  package static let operationLimit = 10_000
  /// How much a patch may add or copy altogether, in bytes.
  package static let byteLimit = 16 << 20

  enum Operation: Sendable {
    case add(JSON)
    case remove
    case replace(JSON)
    case move(from: JSONPointer)
    case copy(from: JSONPointer)
    case test(JSON)
  }

  /// An operation with the place it is about, and how it is spoken of.
  struct Step: Sendable {
    let operation: Operation
    let path: JSONPointer
    let name: String
  }

  private let steps: [Step]

  package init(_ document: JSON) throws(Anomaly) {
    guard case .array(let items) = document else {
      throw .incorrect(
        "A JSON Patch is an array of operations", chinese: "JSON Patch 应为操作的数组", code: .structure)
    }
    guard items.count <= JSONPatch.operationLimit else {
      throw .incorrect(
        "The JSON Patch has \(items.count) operations; the limit is \(JSONPatch.operationLimit)",
        chinese: "JSON Patch 的操作超过 \(JSONPatch.operationLimit) 个", code: .tooCostly)
    }
    var steps: [Step] = []
    for (index, item) in items.enumerated() { steps.append(try JSONPatch.step(item, index + 1)) }
    self.steps = steps
  }

  private static func step(_ item: JSON, _ number: Int) throws(Anomaly) -> Step {
    func wrong(_ message: String, _ chinese: String) -> Anomaly {
      .incorrect(
        "Operation \(number) \(message)", chinese: "第 \(number) 个操作\(chinese)", code: .structure)
    }
    func text(_ name: String) throws(Anomaly) -> String {
      guard let text = item[name]?.string else {
        throw wrong("has no text '\(name)'", "没有文本“\(name)”")
      }
      return text
    }
    func value() throws(Anomaly) -> JSON {
      guard let value = item["value"] else { throw wrong("has no 'value'", "没有“value”") }
      return value
    }
    let word = try text("op")
    let path = try JSONPointer(try text("path"))
    let operation: Operation
    switch word {
    case "add": operation = .add(try value())
    case "remove": operation = .remove
    case "replace": operation = .replace(try value())
    case "move": operation = .move(from: try JSONPointer(try text("from")))
    case "copy": operation = .copy(from: try JSONPointer(try text("from")))
    case "test": operation = .test(try value())
    default:
      throw wrong("has the unknown op '\(word.prefix(32))'", "的 op“\(word.prefix(32))”未知")
    }
    return Step(operation: operation, path: path, name: "Operation \(number), \(word) \(path.text)")
  }

  /// What a text becomes; the first operation that cannot be done undoes all.
  func applied(to document: JSON) throws(Anomaly) -> JSON {
    var work = JSONPatchWork(document: document)
    for step in steps { try work.perform(step) }
    return work.document
  }
}

/// A text that a JSON Patch is being applied to.
private struct JSONPatchWork {
  var document: JSON
  var bytesAdded = 0

  mutating func perform(_ step: JSONPatch.Step) throws(Anomaly) {
    switch step.operation {
    case .add(let value): try add(value, step)
    case .remove: _ = try remove(step.path, step)
    case .replace(let value): try replace(value, step)
    case .move(let from):
      guard !step.path.isWithin(from) else {
        throw wrong(step, "what is moved cannot go into itself", "不能移入自身")
      }
      if from == step.path {
        _ = try value(from, step)
        return
      }
      try add(try remove(from, step), step)
    case .copy(let from): try add(try value(from, step), step)
    case .test(let expected):
      let value = try value(step.path, step)
      guard value.isEqual(to: expected) else {
        throw wrong(step, "the value is another: \(value.text.prefix(128))", "测试不通过")
      }
    }
  }

  private func value(_ path: JSONPointer, _ step: JSONPatch.Step) throws(Anomaly) -> JSON {
    guard let value = document[path] else { throw absent(path, step) }
    return value
  }

  private mutating func add(_ value: JSON, _ step: JSONPatch.Step) throws(Anomaly) {
    let extent = value.extent(limit: JSONPatch.byteLimit)
    bytesAdded += extent.bytes
    guard bytesAdded <= JSONPatch.byteLimit,
      extent.depth + step.path.tokens.count <= JSONPointer.tokenLimit
    else {
      throw wrong(step, "the text becomes too large or too deep", "文本过大或过深", .tooCostly)
    }
    guard !step.path.tokens.isEmpty else {
      document = value
      return
    }
    let isDone = try document.edit(step.path.tokens[...]) { container, token throws(Anomaly) in
      switch container {
      case .object(var object):
        container = .null
        if let place = object.place(of: token) {
          object.members[place].value = value
        } else {
          object.members.append(JSONObject.Member(name: token, value: value))
        }
        container = .object(object)
        return true
      case .array(var items):
        let index = token == "-" ? items.count : JSON.index(token)
        guard let index, index <= items.count else { return false }
        container = .null
        items.insert(value, at: index)
        container = .array(items)
        return true
      default: return false
      }
    }
    if isDone != true { throw absent(step.path, step) }
  }

  private mutating func remove(_ path: JSONPointer, _ step: JSONPatch.Step) throws(Anomaly)
    -> JSON
  {
    guard !path.tokens.isEmpty else {
      throw wrong(step, "the whole cannot be removed", "不能删除整个文本")
    }
    let removed = try document.edit(path.tokens[...]) { container, token throws(Anomaly) -> JSON? in
      switch container {
      case .object(var object):
        guard let place = object.place(of: token) else { return nil }
        container = .null
        let removed = object.members.remove(at: place).value
        container = .object(object)
        return removed
      case .array(var items):
        guard let index = JSON.index(token), index < items.count else { return nil }
        container = .null
        let removed = items.remove(at: index)
        container = .array(items)
        return removed
      default: return nil
      }
    }
    guard let removed = removed ?? nil else { throw absent(path, step) }
    return removed
  }

  /// The place must exist; a member keeps its place among its siblings.
  private mutating func replace(_ value: JSON, _ step: JSONPatch.Step) throws(Anomaly) {
    _ = try self.value(step.path, step)
    if let last = step.path.tokens.last, JSON.index(last) != nil,
      case .array? = document[JSONPointer(parentOf: step.path)]
    {
      _ = try remove(step.path, step)
    }
    try add(value, step)
  }

  private func absent(_ path: JSONPointer, _ step: JSONPatch.Step) -> Anomaly {
    wrong(step, "'\(path.text)' does not exist", "“\(path.text)”不存在")
  }

  private func wrong(
    _ step: JSONPatch.Step, _ message: String, _ chinese: String, _ code: IssueType = .processing
  ) -> Anomaly {
    var anomaly = Anomaly.inapplicable(
      "\(step.name): \(message)", chinese: "\(step.name):\(chinese)", path: step.path.text)
    anomaly.code = code
    return anomaly
  }
}
