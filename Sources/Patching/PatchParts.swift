import FHIR

/// The parts of an `operation` parameter, taken out one by one so that an unknown one is found.
struct PatchParts {
  private let path: String
  private var parts: [(name: String, part: JSON)] = []

  init(_ parameter: JSON, path: String) throws(Anomaly) {
    self.path = path
    guard let name = parameter["name"]?.string, name == "operation" else {
      throw wrong("A parameter of a patch is named 'operation'", "补丁的参数应名为“operation”")
    }
    for part in parameter["part"]?.items ?? [] {
      guard let name = part["name"]?.string else {
        throw wrong("A part has no name", "某部分没有名称")
      }
      guard !parts.contains(where: { $0.name == name }) else {
        throw wrong("The part '\(name.prefix(64))' stands twice", "“\(name.prefix(64))”重复")
      }
      parts.append((name, part))
    }
  }

  /// Takes out a part and reads its value.
  mutating func take<Value>(_ name: String, _ member: String, _ read: (JSON) -> Value?)
    throws(Anomaly) -> Value
  {
    guard let value = try take(name)[member].flatMap(read) else {
      throw wrong("The part '\(name)' has no \(member)", "“\(name)”没有 \(member)")
    }
    return value
  }

  mutating func takeValue() throws(Anomaly) -> PatchValue {
    try PatchValue(try take("value"), path: path)
  }

  private mutating func take(_ name: String) throws(Anomaly) -> JSON {
    guard let place = parts.firstIndex(where: { $0.name == name }) else {
      throw wrong("The part '\(name)' is missing", "缺少“\(name)”")
    }
    return parts.remove(at: place).part
  }

  func refuseRest() throws(Anomaly) {
    guard let rest = parts.first else { return }
    throw wrong(
      "The part '\(rest.name.prefix(64))' does not belong here", "“\(rest.name.prefix(64))”不应出现")
  }

  /// A list index: an integer from 0.
  static func index(_ value: JSON) -> Int? {
    guard case .number(let text) = value else { return nil }
    return JSON.index(text)
  }

  func wrong(_ message: String, _ chinese: String) -> Anomaly {
    .incorrect(
      "\(path): \(message)", chinese: "\(path):\(chinese)", code: .structure, path: path)
  }
}
