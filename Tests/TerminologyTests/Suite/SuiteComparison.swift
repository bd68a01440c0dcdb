import FHIR

/// Compares an answer with what the suite expects, by the suite's own rules.
///
/// The order of arrays and members does not matter; `$…$` are patterns; what is marked optional may
/// be missing. The suite is written in R5: what R4 carries in cross-version extensions is taken for
/// what it stands for, before comparing.
struct SuiteComparison {
  private(set) var differences: [String] = []

  mutating func compare(_ expected: JSON, _ actual: JSON, at path: String = "") {
    switch (expected, actual) {
    case (.object(let wanted), .object(let got)): compare(wanted, got, path)
    case (.array(let wanted), .array(let got)): compare(wanted, got, path)
    case (.string(let pattern), .string(let text)) where pattern.hasSuffix("|$version$"):
      if !text.hasPrefix(pattern.dropLast(9)) { note(path, expected, actual) }
    case (.string(let pattern), _) where isPattern(pattern):
      if !matches(pattern, actual) { note(path, expected, actual) }
    default:
      if expected != actual { note(path, expected, actual) }
    }
  }

  private mutating func note(_ path: String, _ expected: JSON?, _ actual: JSON?) {
    differences.append(
      "\(path): wanted \(expected?.text.prefix(160) ?? "nothing"), got "
        + "\(actual?.text.prefix(160) ?? "nothing")")
  }

  private mutating func compare(_ wanted: JSONObject, _ got: JSONObject, _ path: String) {
    let optional = Set((wanted["$optional-properties$"]?.items ?? []).compactMap(\.string))
      .union((wanted["$optional"]?.items ?? []).compactMap(\.string))
    let counted = (wanted["$count-arrays$"]?.items ?? []).compactMap(\.string)
    for member in wanted.members where !member.name.hasPrefix("$") {
      let place = "\(path).\(member.name)"
      guard let value = got[member.name] else {
        if !optional.contains(member.name), !isAllOptional(member.value),
          member.name != Self.deprecated
        {
          note(place, member.value, nil)
        }
        continue
      }
      if counted.contains(member.name) {
        if value.items.count != member.value.items.count { note(place, member.value, value) }
      } else {
        compare(member.value, value, at: place)
      }
    }
    for member in got.members
    where wanted[member.name] == nil && !optional.contains(member.name)
      && member.name != Self.deprecated
    {
      note("\(path).\(member.name)", nil, member.value)
    }
  }

  /// `issue.location`, which the suite has in some answers and leaves out in others alike.
  private static let deprecated = "location"

  /// Whether nothing need be there: every item is optional.
  private func isAllOptional(_ value: JSON) -> Bool {
    guard !value.items.isEmpty else { return value.string == "$id$" }
    return value.items.allSatisfy { $0["$optional$"] != nil }
  }

  private mutating func compare(_ wanted: [JSON], _ got: [JSON], _ path: String) {
    var left = got
    for item in wanted {
      if let place = left.firstIndex(where: { differs(item, $0) == 0 }) {
        left.remove(at: place)
      } else if item["$optional$"] == nil {
        guard let place = nearest(item, left) else {
          note("\(path)[]", item, nil)
          continue
        }
        compare(item, left.remove(at: place), at: "\(path)[]")
      }
    }
    for item in left { note("\(path)[]", nil, item) }
  }

  private func differs(_ wanted: JSON, _ got: JSON) -> Int {
    var comparison = SuiteComparison()
    comparison.compare(wanted, got)
    return comparison.differences.count
  }

  /// The item that is the same thing by its name or code.
  private func nearest(_ wanted: JSON, _ got: [JSON]) -> Int? {
    for key in ["name", "code", "url"] {
      guard let value = wanted[key] else { continue }
      return got.firstIndex { $0[key] == value }
    }
    return got.isEmpty ? nil : 0
  }

  // MARK: Patterns

  private func isPattern(_ text: String) -> Bool { text.hasPrefix("$") && text.hasSuffix("$") }

  private func matches(_ pattern: String, _ actual: JSON) -> Bool {
    let body = pattern.dropFirst().dropLast()
    if body.hasPrefix("choice:") {
      return body.dropFirst(7).split(separator: "|").contains { $0 == actual.string ?? "" }
    }
    if body.hasPrefix("external:") {
      let parts = body.split(separator: ":", maxSplits: 2)
      // What each server says in its own words must at least name what it speaks of.
      return parts.count < 3 || (actual.string ?? "").contains(parts[2])
    }
    return actual.string != nil
  }
}

extension JSON {
  /// The same with R5's `property` in place of the extensions by which R4 carries it.
  var asR5: JSON {
    switch self {
    case .array(let items): return .array(items.map(\.asR5))
    case .object(let object):
      var result: JSON = [:]
      var properties: [JSON] = []
      for member in object.members where member.name != "extension" {
        result[member.name] = member.value.asR5
      }
      var kept: [JSON] = []
      for item in object["extension"]?.items ?? [] {
        guard let url = item["url"]?.string, url.hasPrefix(Self.crossVersion) else {
          kept.append(item)
          continue
        }
        var property: JSON = [:]
        for part in item["extension"]?.items ?? [] {
          guard let name = part["url"]?.string,
            let value = part.object?.members.first(where: { $0.name.hasPrefix("value") })
          else { continue }
          property[name == "value" ? value.name : name] = value.value
        }
        properties.append(property)
      }
      if !kept.isEmpty { result["extension"] = .array(kept) }
      if !properties.isEmpty { result["property"] = .array(properties) }
      return result
    default: return self
    }
  }

  private static let crossVersion =
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion"
}
