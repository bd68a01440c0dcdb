import FHIR

/// Reads one parameter that chooses resources: its name with chains and modifiers, and its values.
struct CriterionReader {
  let context: QueryContext
  /// `name=value`, for error messages.
  let whole: String
  let value: QueryValue

  /// The longest chain.
  static let depthLimit = 8
  /// The most values between commas.
  static let valueLimit = 2_000

  /// The criterion of a name for resources of some types.
  func read(_ name: Substring, of types: [TypeID], depth: Int) throws(Anomaly) -> Expression {
    guard depth < Self.depthLimit else {
      throw wrong(name, "More than \(Self.depthLimit) links in a chain", "链条过长")
    }
    if name.hasPrefix("_has:") { return try has(name.dropFirst(5), of: types, depth) }
    if let dot = name.firstIndex(of: ".") {
      return try chain(name[..<dot], name[name.index(after: dot)...], of: types, depth)
    }
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let modifier = parts.count > 1 ? String(parts[1]) : nil
    if let special = try special(String(parts[0]), modifier, types) { return special }
    let parameters = try parameters(parts[0], of: types)
    return try criterion(parameters, modifier)
  }

  // MARK: Chains

  /// `subject:Patient.name`, <https://hl7.org/fhir/R4/search.html#chaining>
  private func chain(
    _ head: Substring, _ rest: Substring, of types: [TypeID], _ depth: Int
  ) throws(Anomaly) -> Expression {
    let parts = head.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let parameters = try parameters(parts[0], of: types)
    guard let first = parameters.first, first.type == .reference else {
      throw wrong(
        head, "'\(parts[0])' is not a reference and cannot be chained", "“\(parts[0])”不是引用")
    }
    let keys = ParameterKeys(parameters)
    if parts.count > 1 {
      let target = try type(parts[1])
      return .chain(keys, target, try read(rest, of: [target], depth: depth + 1))
    }
    // Without a type the chain goes to every type that has the parameter.
    var chains: [Expression] = []
    var refusal: Anomaly?
    for target in first.targets {
      do throws(Anomaly) {
        chains.append(.chain(keys, target, try read(rest, of: [target], depth: depth + 1)))
      } catch { if refusal == nil { refusal = error } }
    }
    if chains.isEmpty, let refusal { throw refusal }
    return .or(chains)
  }

  /// `_has:Observation:patient:code`, <https://hl7.org/fhir/R4/search.html#has>
  private func has(_ rest: Substring, of types: [TypeID], _ depth: Int) throws(Anomaly)
    -> Expression
  {
    let parts = rest.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw wrong(rest, "Expected _has:Type:reference:parameter", "此处应为“_has:类型:引用:参数”")
    }
    let source = try type(parts[0])
    let references = try parameters(parts[1], of: [source])
    guard let reference = references.first, reference.type == .reference,
      reference.targets.contains(where: types.contains)
    else {
      throw wrong(
        parts[1], "'\(parts[1])' does not refer to the type searched", "“\(parts[1])”不引用所检索的类型")
    }
    return .has(
      ParameterKeys(references), source, try read(parts[2], of: [source], depth: depth + 1))
  }

  private func type(_ name: Substring) throws(Anomaly) -> TypeID {
    guard let type = Schema.r4.type(named: String(name)), Schema.r4.isResource(type) else {
      throw Self.unknownType(name, in: whole)
    }
    return type
  }

  // MARK: Names

  private func parameters(_ code: Substring, of types: [TypeID]) throws(Anomaly)
    -> [SearchParameter]
  {
    try Self.parameters(String(code), of: types, context, whole: whole, offset: offset(of: code))
  }

  /// The parameter with a code in each of the types; all types must have it.
  static func parameters(
    _ code: String, of types: [TypeID], _ context: QueryContext, whole: String, offset: Int
  ) throws(Anomaly) -> [SearchParameter] {
    var found: [SearchParameter] = []
    for type in types {
      guard let parameter = context.table.parameter(code, of: type) else {
        throw unknown(code, of: type, context, whole, offset)
      }
      found.append(parameter)
    }
    return found
  }

  private static func unknown(
    _ code: String, of type: TypeID, _ context: QueryContext, _ whole: String, _ offset: Int
  ) -> Anomaly {
    let names = context.table.parameters(of: type).map(\.code)
    let nearest = (names + SpecialParameter.names).nearest(to: code)
    let name = Schema.r4.name(of: type)
    var message = "\(name) has no search parameter '\(code)'"
    var chinese = "\(name) 没有检索参数“\(code)”"
    if let nearest {
      message += "; did you mean '\(nearest)'?"
      chinese += ";是否指“\(nearest)”?"
    }
    let drawing = Caret(in: whole, at: offset).drawing
    return .incorrect(
      message + "\n" + drawing, chinese: chinese + "\n" + drawing, code: .notSupported)
  }

  static func unknownType(_ name: Substring, in whole: String) -> Anomaly {
    let names = Schema.r4.resourceTypes.map(Schema.r4.name(of:))
    let nearest = names.nearest(to: String(name))
    let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
    let chineseHint = nearest.map { ";是否指“\($0)”?" } ?? ""
    return .incorrect(
      "'\(name)' is not a resource type that can be searched here\(hint): \(whole)",
      chinese: "“\(name)”不是此处可检索的资源类型\(chineseHint):\(whole)", code: .value)
  }

  static func unsupportedModifier(_ name: String, _ base: String, _ allowed: [String]) -> Anomaly {
    let modifier = name.dropFirst(base.count + 1)
    let list = allowed.isEmpty ? "none" : allowed.map { ":" + $0 }.joined(separator: " ")
    let drawing = Caret(in: name, at: base.utf8.count).drawing
    return .incorrect(
      "'\(base)' has no modifier ':\(modifier)'; it has: \(list)\n\(drawing)",
      chinese: "“\(base)”没有修饰符“:\(modifier)”;可用:\(list)\n\(drawing)", code: .notSupported)
  }

  func wrong(_ part: Substring, _ message: String, _ chinese: String) -> Anomaly {
    QueryValue(whole: whole, offset: offset(of: part), text: part).wrong(message, chinese)
  }

  /// Where a part of the name stands in `whole`.
  private func offset(of part: Substring) -> Int {
    whole.firstRange(of: part).map { whole[..<$0.lowerBound].utf8.count } ?? 0
  }
}
