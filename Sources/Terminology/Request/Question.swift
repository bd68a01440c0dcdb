package import FHIR

/// The parameters of a call, as a `Parameters` resource holds them.
///
/// <https://hl7.org/fhir/R4/parameters.html>
package struct Question: Sendable {
  package struct Part: Sendable {
    package var name: String
    /// The value, whatever its type.
    package var value: JSON

    package init(name: String, value: JSON) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var parts: [Part] = []

  package init(_ parts: [Part]) { self.parts = parts }

  /// Reads a `Parameters` resource.
  package init(_ resource: JSON) throws(Anomaly) {
    guard resource["resourceType"]?.string == "Parameters" else {
      throw .incorrect(
        "The body must be a Parameters resource", chinese: "请求正文须为 Parameters 资源",
        path: "Parameters")
    }
    for item in resource["parameter"]?.items ?? [] {
      guard let name = item["name"]?.string else { continue }
      let value =
        item["resource"] ?? item.object?.members.first { $0.name.hasPrefix("value") }?.value
        ?? item["part"]
      parts.append(Part(name: name, value: value ?? .null))
    }
  }

  /// Refuses parameters that the operation does not have, naming the nearest that it has.
  func allow(_ names: Set<String>, of operation: String) throws(Anomaly) {
    for part in parts where !names.contains(part.name) {
      let nearest = names.nearest(to: part.name)
      throw .incorrect(
        "$\(operation) has no parameter '\(part.name.prefix(80))'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
        chinese: "$\(operation) 没有参数“\(part.name.prefix(80))”"
          + (nearest.map { ";是否指“\($0)”?" } ?? ""), code: .notSupported, path: part.name)
    }
  }

  func values(_ name: String) -> [JSON] { parts.filter { $0.name == name }.map(\.value) }

  func value(_ name: String) -> JSON? { parts.first { $0.name == name }?.value }

  func texts(_ name: String) -> [String] { values(name).compactMap { $0.string } }

  func text(_ name: String) -> String? { value(name)?.string }

  /// A boolean, also as the text that a URL has.
  func bool(_ name: String) throws(Anomaly) -> Bool? {
    guard let value = value(name) else { return nil }
    switch value {
    case .bool(let value): return value
    case .string("true"): return true
    case .string("false"): return false
    default: throw wrong(name, "true or false", "true 或 false")
    }
  }

  /// A count from 0, also as the text that a URL has.
  func count(_ name: String) throws(Anomaly) -> Int? {
    guard let value = value(name) else { return nil }
    let text: String? = if case .number(let text) = value { text } else { value.string }
    guard let number = text.flatMap({ Int($0) }), number >= 0 else {
      throw wrong(name, "a number from 0", "不小于 0 的整数")
    }
    return number
  }

  private func wrong(_ name: String, _ wanted: String, _ chinese: String) -> Anomaly {
    .incorrect(
      "The parameter \(name) must be \(wanted)", chinese: "参数 \(name) 须为 \(chinese)",
      code: .value, path: name)
  }

  /// A parameter that must be there.
  static func missing(_ name: String) -> Anomaly {
    .incorrect(
      "The parameter \(name) is missing", chinese: "缺少参数 \(name)", code: .required, path: name)
  }
}
