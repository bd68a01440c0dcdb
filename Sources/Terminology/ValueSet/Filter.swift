import FHIR
import FHIRPath

/// A condition on the concepts of a code system.
/// <https://hl7.org/fhir/R4/valueset-filter-operator.html>
struct Filter: Sendable {
  enum Operation: String, Sendable, CaseIterable {
    case equals = "="
    case isA = "is-a"
    case descendentOf = "descendent-of"
    case isNotA = "is-not-a"
    case regex
    case `in`
    case notIn = "not-in"
    case generalizes
    case exists
    /// From R5; the concepts right below one.
    case childOf = "child-of"
    /// From R5; the concepts below one that have none below them.
    case descendentLeaf = "descendent-leaf"
  }

  let property: String
  let operation: Operation
  let value: String
  let path: String
  /// Why it cannot be used; told when somebody wants to use it.
  private(set) var flaw: Anomaly?

  init(_ json: JSON, system: String, path: String) {
    self.path = path
    property = json["property"]?.string ?? ""
    let code = json["op"]?.string ?? ""
    operation = Operation(rawValue: code) ?? .equals
    value = json["value"]?.string ?? ""
    if Operation(rawValue: code) == nil {
      flaw = .incorrect(
        "The filter operation '\(code.prefix(40))' is not known",
        chinese: "未知的过滤操作“\(code.prefix(40))”", code: .notSupported, path: path)
    } else if value.isEmpty {
      flaw = .incorrect(
        "The system \(system) filter with property = \(property), op = \(code) has no value",
        chinese: "代码系统 \(system) 的过滤条件(属性 \(property),操作 \(code))没有值", code: .invalid,
        path: path)
    }
  }

  /// Whether it speaks of the place in the hierarchy.
  var isHierarchical: Bool {
    switch operation {
    case .isA, .descendentOf, .isNotA, .generalizes, .childOf, .descendentLeaf: true
    default: false
    }
  }
}

/// A filter made ready for one code system: its concept found, its pattern compiled.
struct PreparedFilter {
  private let filter: Filter
  private let system: CodeSystem
  private var anchor: Int?
  private var pattern: Pattern?
  private var values: Set<String> = []

  init(_ filter: Filter, _ system: CodeSystem) throws(Anomaly) {
    if let flaw = filter.flaw { throw flaw }
    self.filter = filter
    self.system = system
    if filter.isHierarchical {
      anchor = system.place(of: filter.value)
      guard anchor != nil || system.about.content != .complete else {
        throw .incorrect(
          "The filter names the code '\(filter.value)', which \(system.canonical) does not have",
          chinese: "过滤条件中的代码“\(filter.value)”不在 \(system.canonical) 中", code: .codeInvalid,
          path: filter.path)
      }
    }
    switch filter.operation {
    case .regex: pattern = try Pattern(parsing: filter.value)
    case .in, .notIn:
      values = Set(filter.value.split(separator: ",").map { Self.trimmed($0) })
    default: break
    }
  }

  /// The concepts that can fit, fewer than all where the hierarchy says so.
  var candidates: [Int32]? {
    guard let anchor else { return filter.isHierarchical ? [] : nil }
    switch filter.operation {
    case .isA, .descendentOf, .descendentLeaf: return system.hierarchy.below(anchor)
    case .childOf: return Array(system.hierarchy.children(of: anchor))
    case .generalizes: return system.hierarchy.above(anchor)
    default: return nil
    }
  }

  func matches(_ place: Int) -> Bool {
    switch filter.operation {
    case .isA: anchor.map { system.hierarchy.subsumes($0, place) } ?? false
    case .descendentOf: anchor.map { isBelow($0, place) } ?? false
    case .descendentLeaf:
      anchor.map { isBelow($0, place) && system.hierarchy.children(of: place).isEmpty } ?? false
    case .isNotA: !(anchor.map { system.hierarchy.subsumes($0, place) } ?? false)
    case .generalizes: anchor.map { system.hierarchy.subsumes(place, $0) } ?? false
    case .childOf:
      anchor.map { system.hierarchy.parents(of: place).contains(Int32($0)) } ?? false
    case .equals: texts(place).contains(filter.value) || isSameBoolean(place)
    case .in: texts(place).contains(where: values.contains)
    case .notIn: !texts(place).contains(where: values.contains)
    case .regex:
      pattern.map { pattern in texts(place).contains(where: pattern.matchesAll) } ?? false
    case .exists: texts(place).isEmpty == (filter.value != "true")
    }
  }

  private func isBelow(_ upper: Int, _ lower: Int) -> Bool {
    upper != lower && system.hierarchy.subsumes(upper, lower)
  }

  /// Booleans are the same however they are written in a filter: `TRUE`.
  private func isSameBoolean(_ place: Int) -> Bool {
    let value = filter.value.lowercased()
    guard value == "true" || value == "false", value != filter.value else { return false }
    return system.properties(place).contains {
      $0.code == filter.property && $0.value.json == .bool(value == "true")
    }
  }

  /// What a concept has for the property.
  private func texts(_ place: Int) -> [String] {
    let hierarchy = system.hierarchy
    switch filter.property {
    case "code", "concept": return [system.code(place)]
    case "display": return system.display(place).map { [$0] } ?? []
    case "definition": return system.definition(place).map { [$0] } ?? []
    case "parent": return hierarchy.parents(of: place).map { system.code(Int($0)) }
    case "child": return hierarchy.children(of: place).map { system.code(Int($0)) }
    case "inactive": return [system.isInactive(place) ? "true" : "false"]
    case let property:
      return system.properties(place).filter { $0.code == property }.map(\.value.text)
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
