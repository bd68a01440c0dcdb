import FHIR

/// Makes a profile of a StructureDefinition: its differential, or its snapshot where there is no
/// other.
struct ProfileReader {
  private let schema = Schema.r4
  private let type: TypeID
  private var root: Draft
  /// The element last seen at each path, slices included.
  private var current: [String: Draft] = [:]

  /// A tree in the making.
  private final class Draft {
    var element: ProfileElement
    var children: [Draft] = []
    var slices: [Draft] = []
    /// Nil where the element may be of several types.
    let type: TypeID?

    init(_ element: ProfileElement, _ type: TypeID?) {
      self.element = element
      self.type = type
    }

    var finished: ProfileElement {
      var element = element
      element.children = children.map(\.finished)
      element.slices = slices.map(\.finished)
      return element
    }
  }

  /// The most elements of one profile.
  static let mostElements = 5_000

  static func read(_ resource: JSON, url: String) throws(Anomaly) -> Profile {
    guard let name = resource["type"]?.string, let type = Schema.r4.type(named: name) else {
      throw .incorrect(
        "The profile \(url) constrains no type of FHIR R4", chinese: "规范 \(url) 未约束 FHIR R4 的类型",
        path: "StructureDefinition.type")
    }
    let differential = resource["differential"]?["element"]?.items ?? []
    let snapshot = resource["snapshot"]?["element"]?.items ?? []
    let base = resource["baseDefinition"]?.string.flatMap { isCore($0) ? nil : $0 }
    // A snapshot has what the profile below says too, which may not be at hand.
    let isWhole = !snapshot.isEmpty && (base != nil || differential.isEmpty)
    let elements = isWhole ? snapshot : differential
    guard elements.count <= mostElements else {
      throw .incorrect(
        "The profile \(url) has more than \(mostElements) elements",
        chinese: "规范 \(url) 的元素超过 \(mostElements) 个", code: .tooCostly)
    }
    var reader = ProfileReader(type: type, name: name)
    for element in elements { try reader.read(element) }
    let contexts = (resource["context"]?.items ?? []).compactMap { context in
      context["type"] == "element" ? context["expression"]?.string : nil
    }
    return Profile(
      url: url, type: type, base: isWhole ? nil : base,
      root: reader.root.finished, contexts: contexts)
  }

  private init(type: TypeID, name: String) {
    self.type = type
    root = Draft(ProfileElement(id: name, name: name), type)
    current[name] = root
  }

  /// Whether a canonical URL is that of a type of the standard.
  static func isCore(_ url: String) -> Bool { coreType(url) != nil }

  /// The type of the standard that a canonical URL names.
  static func coreType(_ url: String) -> TypeID? {
    let prefix = "http://hl7.org/fhir/StructureDefinition/"
    guard url.hasPrefix(prefix) else { return nil }
    let name = url.dropFirst(prefix.count).prefix { $0 != "|" }
    return Schema.r4.type(named: String(name))
  }

  private mutating func read(_ element: JSON) throws(Anomaly) {
    guard let path = element["path"]?.string else { return }
    let draft = try place(path, slice: element["sliceName"]?.string)
    for key in current.keys where key.hasPrefix(path + ".") { current[key] = nil }
    current[path] = draft
    fill(&draft.element, from: element)
  }

  /// The draft at a path, made with all above it where it is not there yet.
  private func place(_ path: String, slice: String?) throws(Anomaly) -> Draft {
    guard let dot = path.lastIndex(of: ".") else {
      guard path == root.element.name else {
        throw .incorrect(
          "The path '\(path)' is not of the type '\(root.element.name)'",
          chinese: "路径“\(path)”不属于类型“\(root.element.name)”", path: "StructureDefinition")
      }
      return root
    }
    let parentPath = String(path[..<dot])
    let known = current[parentPath]
    let parent = if let known { known } else { try place(parentPath, slice: nil) }
    var name = String(path[path.index(after: dot)...])
    var implied: ProfileType?
    if name.hasSuffix("[x]") {
      name.removeLast(3)
    } else if let choice = choice(name, of: parent.type) {
      (name, implied) = choice
    }
    let base: Draft
    if let known = parent.children.first(where: { $0.element.name == name }) {
      base = known
    } else {
      let types = parent.type.flatMap { schema[$0].element(named: name)?.types } ?? []
      base = Draft(
        ProfileElement(id: parent.element.id + "." + name, name: name),
        types.count == 1 ? types[0].type : nil)
      parent.children.append(base)
    }
    guard let sliceName = slice ?? implied.map({ Schema.r4.name(of: $0.type) }) else { return base }
    if let known = base.slices.first(where: { $0.element.sliceName == sliceName }) { return known }
    var element = ProfileElement(
      id: base.element.id + ":" + sliceName, name: name, sliceName: sliceName)
    if let implied {
      element.types = [implied]
      if base.element.slicing == nil {
        base.element.slicing = Slicing(
          discriminators: [.init(kind: .type, path: [])], rules: .open, isOrdered: false)
      }
    }
    let made = Draft(element, implied?.type ?? base.type)
    base.slices.append(made)
    return made
  }

  /// `valueQuantity` as the choice `value` of type `Quantity`, where the holder has that choice.
  private func choice(_ name: String, of holder: TypeID?) -> (String, ProfileType)? {
    guard let holder, let member = schema.member(schema.names.id(of: name), of: holder),
      member.isChoice
    else { return nil }
    let element = schema[holder].elements[member.element]
    return (element.name, ProfileType(type: member.type))
  }

  // MARK: One element

  private func fill(_ element: inout ProfileElement, from json: JSON) {
    // What a snapshot repeats of the type is checked with the type.
    let base = json["base"]
    if let min = json["min"], min != base?["min"] { element.min = integer(min) }
    if let max = json["max"]?.string, base?["max"] != .string(max) {
      element.max = max == "*" ? .max : Int(max)
    }
    if let types = json["type"]?.items { element.types = types.compactMap(type) }
    for member in json.object?.members ?? [] {
      if member.name.hasPrefix("fixed") { element.fixed = member.value }
      if member.name.hasPrefix("pattern") { element.pattern = member.value }
      if member.name.hasPrefix("minValue") { element.minValue = member.value }
      if member.name.hasPrefix("maxValue") { element.maxValue = member.value }
    }
    if let most = json["maxLength"] { element.maxLength = integer(most) }
    if json["binding"]?["strength"] == "required" {
      element.valueSet = json["binding"]?["valueSet"]?.string
    }
    for item in json["extension"]?.items ?? [] {
      let url = item["url"]?.string ?? ""
      if url.hasSuffix("/minLength") { element.minLength = item["valueInteger"].flatMap(integer) }
      if url.hasSuffix("ElementDefinition.mustHaveValue") {
        element.mustHaveValue = item["valueBoolean"] == true
      }
    }
    for constraint in json["constraint"]?.items ?? [] {
      guard let key = constraint["key"]?.string, let text = constraint["expression"]?.string,
        !Plans.r4.ruleKeys.contains(key)
      else { continue }
      let definition = InvariantDefinition(
        key: key, isError: constraint["severity"] == "error",
        human: constraint["human"]?.string ?? "", expression: text)
      element.rules.append(Rule(definition, on: nil))
    }
    if let slicing = json["slicing"] { element.slicing = self.slicing(slicing) }
  }

  private func type(_ json: JSON) -> ProfileType? {
    guard let code = json["code"]?.string else { return nil }
    // FHIRPath's own types, of `id` and `url`, are not types of FHIR: they restrict nothing.
    guard let type = schema.type(named: code) else { return nil }
    let marks = json["_profile"]?.items ?? []
    let profiles = (json["profile"]?.items ?? []).enumerated().compactMap { index, profile in
      let mark = marks.indices.contains(index) ? marks[index]["extension"]?[0] : nil
      return profile.string.map { $0 + (mark?["valueString"]?.string.map { "#" + $0 } ?? "") }
    }
    return ProfileType(
      type: type, profiles: profiles,
      targets: (json["targetProfile"]?.items ?? []).compactMap(\.string),
      aggregation: (json["aggregation"]?.items ?? []).compactMap(\.string))
  }

  private func slicing(_ json: JSON) -> Slicing {
    Slicing(
      discriminators: (json["discriminator"]?.items ?? []).compactMap { item in
        guard let kind = Slicing.Kind(rawValue: item["type"]?.string ?? "") else { return nil }
        let path = Self.steps(item["path"]?.string ?? "$this")
        return .init(kind: kind, path: path)
      },
      rules: json["rules"]?.string.flatMap(Slicing.Rules.init) ?? .open,
      isOrdered: json["ordered"] == true)
  }

  /// The steps of a discriminator's path; dots inside of parentheses do not part them.
  static func steps(_ path: String) -> [String] {
    var steps: [String] = [""]
    var depth = 0
    for letter in path {
      if letter == "(" { depth += 1 }
      if letter == ")" { depth -= 1 }
      if letter == ".", depth == 0 {
        steps.append("")
      } else {
        steps[steps.count - 1].append(letter)
      }
    }
    return steps.filter { $0 != "$this" && !$0.isEmpty }
  }

  private func integer(_ json: JSON) -> Int? {
    guard case .number(let text) = json else { return nil }
    return Int(text)
  }
}
