import FHIR

/// The parameters behind the `?`, in order, as written and decoded.
struct QueryParameters: Sendable {
  struct Parameter: Sendable {
    /// Percent-encoded, as received.
    var text: Substring
    var name: String
    var value: String
  }

  var parameters: [Parameter]

  /// More parameters than this are refused.
  private static let limit = 1_000

  /// Parameters that say how to answer, not what is asked.
  /// <https://hl7.org/fhir/R4/http.html#parameters>
  static let general: Set<String> = ["_format", "_pretty"]

  init() { parameters = [] }

  init(_ query: some StringProtocol) throws(Anomaly) {
    parameters = []
    for part in query.split(separator: "&", maxSplits: Self.limit) {
      let text = Substring(part)
      let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
        let value = PercentEncoding.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
      else {
        throw .incorrect(
          "'\(text.prefix(80))' is not percent-encoded UTF-8",
          chinese: "“\(text.prefix(80))”的百分号编码有误")
      }
      parameters.append(Parameter(text: text, name: name, value: value))
    }
    guard parameters.count <= Self.limit else {
      throw .incorrect(
        "More than \(Self.limit) parameters", chinese: "参数超过 \(Self.limit) 个", code: .tooCostly)
    }
  }

  var isEmpty: Bool { parameters.isEmpty }

  /// The value of a parameter that may stand once.
  func value(_ name: String) throws(Anomaly) -> String? {
    var found: String?
    for parameter in parameters where parameter.name == name {
      guard found == nil else {
        throw .incorrect(
          "The parameter \(name) stands twice", chinese: "参数 \(name) 重复", path: name)
      }
      found = parameter.value
    }
    return found
  }

  /// The values of a parameter that may stand several times, with commas too.
  func values(_ name: String) -> [String] {
    parameters.filter { $0.name == name }.flatMap {
      $0.value.split(separator: ",").map { $0.trimmed }
    }
  }

  /// Refuses any parameter but these and the general ones, and names it.
  func allow(_ names: Set<String>) throws(Anomaly) {
    for parameter in parameters
    where !names.contains(parameter.name) && !Self.general.contains(parameter.name) {
      throw .incorrect(
        "The parameter '\(parameter.name.prefix(80))' is not known here"
          + (names.isEmpty ? "" : "; known are \(names.sorted().joined(separator: ", "))"),
        chinese: "此处没有参数“\(parameter.name.prefix(80))”", code: .notSupported,
        path: String(parameter.name.prefix(80)))
    }
  }

  /// The query text without the general parameters and these, as it was written.
  func text(without names: Set<String> = []) -> String {
    parameters.filter { !Self.general.contains($0.name) && !names.contains($0.name) }
      .map { String($0.text) }.joined(separator: "&")
  }

  /// A count such as `_count`; not below the least.
  func count(_ name: String, atLeast least: Int) throws(Anomaly) -> Int? {
    guard let text = try value(name) else { return nil }
    guard let count = Int(text), count >= least else {
      throw .incorrect(
        "\(name) must be a whole number, at least \(least)",
        chinese: "\(name) 须为不小于 \(least) 的整数", code: .value, path: name)
    }
    return count
  }

  /// A moment such as `_since`, in milliseconds since 1970 UTC; a date means its first.
  func instant(_ name: String) throws(Anomaly) -> ClosedRange<Int64>? {
    guard let text = try value(name) else { return nil }
    guard let date = PartialDate(text.replacing(" ", with: "+"), as: .search) else {
      throw .incorrect(
        "\(name) must be a moment such as 2026-11-21T08:00:00+08:00",
        chinese: "\(name) 须为时间,如 2026-11-21T08:00:00+08:00", code: .value, path: name)
    }
    let range = date.range()
    return range.lowerBound...max(range.lowerBound, range.upperBound - 1)
  }

  /// A switch such as `_pretty`.
  func flag(_ name: String) throws(Anomaly) -> Bool? {
    guard let text = try value(name) else { return nil }
    guard text == "true" || text == "false" else {
      throw .incorrect(
        "\(name) must be true or false", chinese: "\(name) 须为 true 或 false", code: .value,
        path: name)
    }
    return text == "true"
  }
}
