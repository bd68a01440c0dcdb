import FHIR

/// Values against what profiles say of them. <https://hl7.org/fhir/R4/profiling.html>
extension Walk {
  /// How many profiles may lead to one another.
  private static let deepest = 32

  /// A resource against a profile by canonical URL.
  mutating func conform(_ cursor: JSONCursor, _ type: TypeID, to url: String) {
    conform(ProfileValue(cursor: cursor, type: type), to: url)
  }

  /// A value against a profile, or an element of one after `#`, and the profiles it stands on.
  mutating func conform(_ value: ProfileValue, to url: String) {
    if let core = ProfileReader.coreType(url) {
      guard !schema.isSubtype(value.type, of: core) else { return }
      return report(value, ofType: [schema.name(of: core)])
    }
    guard let profile = profiles[url] else {
      return report(
        .error, .notFound, at: value.cursor, "The profile \(Self.shown(url)) is not known",
        "未知的规范 \(Self.shown(url))")
    }
    let visit = Visit(index: value.cursor.index, url: url)
    guard visits.count < Self.deepest, reported.insert(visit).inserted else { return }
    visits.append(visit)
    if let base = profile.base { conform(value, to: base) }
    if schema.isSubtype(value.type, of: profile.type) || url.contains("#") {
      if let element = element(at: url) { check(value, element) }
    } else {
      report(value, ofType: [schema.name(of: profile.type)])
    }
    visits.removeLast()
  }

  /// Whether a value conforms to a profile, told without reporting why not.
  func conforms(_ value: ProfileValue, to url: String) -> Bool {
    let visit = Visit(index: value.cursor.index, url: url)
    if let verdict = verdicts[visit] { return verdict }
    var trial = self
    trial.issues = []
    trial.suppressed = 0
    trial.errorCount = 0
    trial.reported = Set(visits)
    trial.conform(value, to: url)
    verdicts[visit] = trial.issues.areValid
    return trial.issues.areValid
  }

  // MARK: One value

  mutating func check(_ value: ProfileValue, _ element: ProfileElement) {
    if let types = element.types, !types.isEmpty {
      let fitting = types.filter { schema.isSubtype(value.type, of: $0.type) }
      guard !fitting.isEmpty else {
        return report(value, ofType: types.map { schema.name(of: $0.type) })
      }
      typeProfiles(value, fitting)
      if value.type == .reference { targets(value, fitting) }
    }
    if element.mustHaveValue, !value.hasValue {
      report(
        .error, .required, at: value.cursor,
        "\(element.id) must have a value, not extensions alone",
        "\(element.id) 必须有值,不能只有扩展")
    }
    guard value.hasValue else { return children(of: value, element) }
    if let fixed = element.fixed, !JSONMatch.equals(value.cursor, fixed) {
      report(
        .error, .value, at: value.cursor,
        "\(element.id) must be exactly \(Self.shown(fixed.text))",
        "\(element.id) 必须正好是 \(Self.shown(fixed.text))")
    }
    if let pattern = element.pattern, !JSONMatch.holds(value.cursor, pattern) {
      report(
        .error, .value, at: value.cursor, "\(element.id) must contain \(Self.shown(pattern.text))",
        "\(element.id) 必须包含 \(Self.shown(pattern.text))")
    }
    if let valueSet = element.valueSet { codes(of: value, element, in: valueSet) }
    bounds(value, element)
    for rule in element.rules { check(rule, on: value.cursor, value.type) }
    let outer = frame
    if plans.types[Int(value.type.rawValue)].isResource, value.cursor.index != frame.cursor.index {
      frame = Frame(cursor: value.cursor, type: value.type, container: value.cursor)
    }
    children(of: value, element)
    frame = outer
  }

  /// The elements that the profile says something about, their number and their slices.
  private mutating func children(of value: ProfileValue, _ element: ProfileElement) {
    for child in element.children {
      let values = self.values(of: child.name, in: value)
      count(values.count, child, at: value.cursor)
      for value in values { check(value, child) }
      if !child.slices.isEmpty || child.slicing != nil {
        slices(values, child, at: value.cursor)
      }
    }
  }

  /// How often an element or slice may stand.
  mutating func count(_ count: Int, _ element: ProfileElement, at holder: JSONCursor) {
    if let min = element.min, count < min {
      report(
        .error, .required, at: holder,
        "\(element.id) must stand at least \(min) times, not \(count)",
        "\(element.id) 至少 \(min) 个,而非 \(count) 个")
    }
    if let max = element.max, count > max {
      report(
        .error, .structure, at: holder, "\(element.id) may stand \(max) times, not \(count)",
        "\(element.id) 最多 \(max) 个,而非 \(count) 个")
    }
  }

  // MARK: Types

  /// One of the profiles that the types of an element name.
  private mutating func typeProfiles(_ value: ProfileValue, _ types: [ProfileType]) {
    guard types.allSatisfy({ !$0.profiles.isEmpty }) else { return }
    let urls = types.flatMap(\.profiles)
    if urls.count == 1 { return conform(value, to: urls[0]) }
    guard !urls.contains(where: { conforms(value, to: $0) }) else { return }
    report(
      .error, .structure, at: value.cursor,
      "The value conforms to none of the profiles \(urls.joined(separator: ", "))",
      "该值不符合任何规范:\(urls.joined(separator: "、"))")
  }

  /// What a reference leads to, by type, by profile where it is at hand, and how it is given.
  private mutating func targets(_ value: ProfileValue, _ types: [ProfileType]) {
    let urls = types.flatMap(\.targets)
    let modes = Set(types.flatMap(\.aggregation))
    if !modes.isEmpty, value.cursor.member(.reference) != nil {
      let literal = value.cursor.member(.reference)?.string ?? ""
      let isBundled = target(of: value).map { !$0.isTypeOnly } ?? false
      let mode = literal.hasPrefix("#") ? "contained" : isBundled ? "bundled" : "referenced"
      if !modes.contains(mode), !(mode == "bundled" && modes.contains("referenced")) {
        report(
          .error, .structure, at: value.cursor,
          "The reference is \(mode), which the profile does not allow", "规范不允许 \(mode) 方式的引用")
      }
    }
    // Only a resource at hand tells what it is.
    guard !urls.isEmpty, let target = target(of: value), !target.isTypeOnly else { return }
    let isFound = urls.contains { url in
      if let core = ProfileReader.coreType(url) { return schema.isSubtype(target.type, of: core) }
      guard let profile = profiles[url] else { return true }
      guard schema.isSubtype(target.type, of: profile.type) else { return false }
      return conforms(target, to: url)
    }
    guard !isFound else { return }
    report(
      .error, .structure, at: value.cursor,
      "The reference leads to none of \(urls.joined(separator: ", "))",
      "引用的目标不属于:\(urls.joined(separator: "、"))")
  }

  private mutating func report(_ value: ProfileValue, ofType names: [String]) {
    let list = Array(Set(names)).sorted().joined(separator: ", ")
    report(
      .error, .structure, at: value.cursor,
      "The profile allows \(list), not \(schema.name(of: value.type))",
      "规范只允许 \(list),而非 \(schema.name(of: value.type))")
  }

  // MARK: Codes

  /// Codes against a value set that a profile requires.
  private mutating func codes(of value: ProfileValue, _ element: ProfileElement, in url: String) {
    switch areCodes(of: value.cursor, value.type, in: url) {
    case true: break
    case false:
      report(
        .error, .codeInvalid, at: value.cursor, "The code of \(element.id) is not in \(url)",
        "\(element.id) 的代码不在 \(url) 中")
    default:
      report(
        .warning, .notFound, at: value.cursor,
        "The codes of \(url) are not known, so \(element.id) was not checked",
        "值集 \(url) 的代码未知,未检查 \(element.id)")
    }
  }

  /// Whether a value has a code of a value set; nil when that cannot be known.
  func areCodes(of cursor: JSONCursor, _ type: TypeID, in url: String) -> Bool? {
    switch plans.types[Int(type.rawValue)].kind {
    case .codeableConcept:
      let answers = (cursor.member(.coding)?.children.map { $0 } ?? []).map {
        coding($0, in: url)
      }
      return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    case .coding, .quantity: return coding(cursor, in: url)
    default: return cursor.string.flatMap { profiles.contains(system: nil, code: $0, in: url) }
    }
  }

  private func coding(_ cursor: JSONCursor, in url: String) -> Bool? {
    guard let code = cursor.member(.code)?.string else { return false }
    guard let system = cursor.member(.system)?.string else { return false }
    let version = cursor.member(.version)?.string
    return profiles.contains(system: system, version: version, code: code, in: url)
  }
}

/// A value that is being checked against a profile, so that profiles in a circle come to an end.
struct Visit: Hashable {
  var index: Int
  var url: String
}

/// What is known of values and profiles, so that no value is checked twice against the same
/// profile.
final class VerdictMemory {
  private var verdicts: [Visit: Bool] = [:]

  subscript(visit: Visit) -> Bool? {
    get { verdicts[visit] }
    set { verdicts[visit] = newValue }
  }
}

extension ProfileElement {
  /// The element or slice with an id, `Composition.section:codeA`, here or below.
  func element(withID id: String) -> ProfileElement? {
    if self.id == id { return self }
    for below in children + slices {
      if let found = below.element(withID: id) { return found }
    }
    return nil
  }
}
