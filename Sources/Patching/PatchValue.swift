import FHIR

/// The `value` of an operation: of a data type, or in parts where the type has no name of its own.
/// <https://hl7.org/fhir/R4/fhirpatch.html>
indirect enum PatchValue: Sendable {
  case typed(TypeID, JSONPair)
  case anonymous([(name: String, value: PatchValue)])
  case resource(JSON)

  /// How deep parts may be nested.
  static let depthLimit = 32

  init(_ part: JSON, path: String, depth: Int = 0) throws(Anomaly) {
    func wrong(_ message: String, _ chinese: String) -> Anomaly {
      .incorrect("\(path): \(message)", chinese: "\(path):\(chinese)", path: path)
    }
    guard depth < PatchValue.depthLimit else { throw wrong("The parts are too deep", "嵌套过深") }
    var found: [PatchValue] = []
    var typed: (type: TypeID, pair: JSONPair)?
    for member in part.object?.members ?? [] {
      switch member.name {
      case "name", "id", "extension", "_name": continue
      case "resource": found.append(.resource(member.value))
      case "part":
        var parts: [(name: String, value: PatchValue)] = []
        for part in member.value.items {
          guard let name = part["name"]?.string else {
            throw wrong("A part has no name", "某部分没有名称")
          }
          parts.append((name, try PatchValue(part, path: path, depth: depth + 1)))
        }
        found.append(.anonymous(parts))
      default:
        guard let type = PatchValue.type(ofMember: member.name),
          typed == nil || typed?.type == type
        else {
          throw wrong(
            "The member '\(member.name.prefix(64))' does not belong here",
            "成员“\(member.name.prefix(64))”不应出现")
        }
        var pair = typed?.pair ?? JSONPair()
        if member.name.hasPrefix("_") {
          pair.twin = member.value
        } else {
          pair.value = member.value
        }
        typed = (type, pair)
      }
    }
    if let typed { found.append(.typed(typed.type, typed.pair)) }
    guard let value = found.first, found.count == 1 else {
      throw wrong("The value must be one of value[x], part and resource", "须有且仅有一个值")
    }
    self = value
  }

  /// The type that `valueDate` or `_valueDate` has.
  private static func type(ofMember name: String) -> TypeID? {
    let schema = Schema.r4
    guard let parameter = schema.type(named: "Parameters.parameter"),
      let member = schema.member(
        schema.names.id(of: name.hasPrefix("_") ? String(name.dropFirst()) : name), of: parameter),
      member.isChoice
    else { return nil }
    return member.type
  }
}

/// A value found fit for an element: the JSON member that it is, and what stands there.
struct FittedValue {
  let name: String
  let element: ElementDefinition
  let pair: JSONPair
}

extension PatchValue {
  /// The value as a member of a type, by the element's name with or without the type of a choice.
  ///
  /// "The type of the value must be correct for the place": the same type, or one based on the
  /// other.
  func fitted(to name: String, of owner: TypeID, _ step: PathPatch.Step) throws(Anomaly)
    -> FittedValue
  {
    let schema = Schema.r4
    let ownerName = schema.name(of: owner)
    let member = schema.member(schema.names.id(of: name), of: owner)
    guard
      let element = member.map({ schema[owner].elements[$0.element] })
        ?? schema[owner].element(named: name)
    else {
      throw step.wrong(
        "\(ownerName) has no element '\(name.prefix(64))'", "\(ownerName) 没有元素“\(name.prefix(64))”")
    }
    for (nameID, type) in element.jsonNames where member == nil || member?.name == nameID {
      if let pair = try pair(for: type, step) {
        return FittedValue(name: schema.names.string(of: nameID), element: element, pair: pair)
      }
    }
    throw step.wrong(
      "the value has the wrong type for \(ownerName).\(name)", "值的类型不适合 \(ownerName).\(name)")
  }

  /// The JSON of the value where the type is right.
  private func pair(for target: TypeID, _ step: PathPatch.Step) throws(Anomaly) -> JSONPair? {
    let schema = Schema.r4
    switch self {
    case .typed(let type, let pair):
      // Parameters cannot say xhtml, so a narrative comes as a string.
      let isNarrative =
        target == TypeID(Primitive.xhtml) && type == TypeID(Primitive.string)
      let fits =
        isNarrative || schema.isSubtype(type, of: target) || schema.isSubtype(target, of: type)
      return fits ? pair : nil
    case .resource(let resource):
      return target == .resource ? JSONPair(value: resource) : nil
    case .anonymous(let parts):
      guard !target.isPrimitive, target != .resource else { return nil }
      var object = JSONObject()
      for part in parts {
        let fitted = try part.value.fitted(to: part.name, of: target, step)
        try object.add(fitted, step)
      }
      return JSONPair(value: .object(object))
    }
  }
}
