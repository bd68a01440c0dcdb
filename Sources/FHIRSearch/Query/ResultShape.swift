import FHIR

/// The parameters that say what the answer looks like.
extension QueryParser {
  mutating func shape(_ parameter: ResultParameter, _ name: String, _ value: String)
    throws(Anomaly)
  {
    let whole = name + "=" + value
    let parsed = QueryValue(
      whole: whole, offset: name.utf8.count + 1, text: whole[...].dropFirst(name.count + 1))
    if parameter != .include, parameter != .revinclude, name != parameter.rawValue {
      throw CriterionReader.unsupportedModifier(name, parameter.rawValue, [])
    }
    switch parameter {
    case .sort: query.sort = try sortKeys(parsed)
    case .count:
      guard let count = Int(value), count >= 0 else {
        throw parsed.wrong("Expected a whole number", "此处应为非负整数")
      }
      query.count = min(count, Query.maximumCount)
    case .total: query.total = try choice(parsed, Query.Total.allCases)
    case .summary: query.summary = try choice(parsed, Query.Summary.allCases)
    case .elements: query.elements = try elements(parsed)
    case .include, .revinclude:
      query.inclusions += try inclusions(parsed, name, isReverse: parameter == .revinclude)
    case .contained:
      guard value == "false" else {
        throw Anomaly.unsupported(
          "'_contained=\(value)' is not supported: contained resources are not found by themselves",
          chinese: "不支持“_contained=\(value)”:被包含的资源不单独检索")
      }
    case .containedType, .format, .pretty: break
    case .cursor: query.cursor = value
    }
  }

  private func choice<Choice: RawRepresentable<String>>(
    _ value: QueryValue, _ choices: [Choice]
  ) throws(Anomaly) -> Choice {
    if let choice = choices.first(where: { $0.rawValue == value.text }) { return choice }
    let names = choices.map(\.rawValue).joined(separator: ", ")
    throw value.wrong("Expected one of: \(names)", "此处应为:\(names)")
  }

  /// `_elements`: members of the types searched. <https://hl7.org/fhir/R4/search.html#elements>
  private func elements(_ value: QueryValue) throws(Anomaly) -> [String] {
    var names: [String] = []
    for part in value.split(",") {
      let name = String(part.text)
      let isKnown = query.types.contains { Schema.r4[$0].element(named: name) != nil }
      guard isKnown else {
        throw part.wrong("There is no element '\(name)'", "没有元素“\(name)”")
      }
      names.append(name)
    }
    return names
  }

  /// `_sort=status,-date`. <https://hl7.org/fhir/R4/search.html#sort>
  private func sortKeys(_ value: QueryValue) throws(Anomaly) -> [SortKey] {
    var keys: [SortKey] = []
    for part in value.split(",") {
      let isDescending = part.text.first == "-"
      let code = String(isDescending ? part.text.dropFirst() : part.text)
      switch code {
      case "_id": keys.append(SortKey(key: .id, isDescending: isDescending))
      case "_lastUpdated": keys.append(SortKey(key: .lastUpdated, isDescending: isDescending))
      default:
        let found = try CriterionReader.parameters(
          code, of: query.types, context, whole: part.whole, offset: part.offset)
        guard found[0].type != .composite, found[0].type != .special else {
          throw part.wrong("'\(code)' has no order", "“\(code)”不能用于排序")
        }
        keys.append(SortKey(key: .parameter(ParameterKeys(found)), isDescending: isDescending))
      }
    }
    guard keys.count <= Self.sortLimit else {
      throw value.wrong("More than \(Self.sortLimit) sort keys", "排序项超过 \(Self.sortLimit) 个")
    }
    return keys
  }

  private static let sortLimit = 5

  /// `*`, or as below.
  private func inclusions(_ value: QueryValue, _ name: String, isReverse: Bool) throws(Anomaly)
    -> [Inclusion]
  {
    guard value.text == "*" else {
      return [try inclusion(value, name, isReverse: isReverse)]
    }
    // All references of what is searched, or from anything to it.
    let sources = isReverse ? Schema.r4.resourceTypes : query.types
    return sources.compactMap { source in
      let references = context.table.parameters(of: source).filter { parameter in
        parameter.type == .reference
          && (!isReverse || parameter.targets.contains(where: query.types.contains))
      }
      guard !references.isEmpty else { return nil }
      return Inclusion(
        isReverse: isReverse, isIterative: name.contains(":"), source: source,
        parameters: references.map { ParameterKeys([$0]) }, target: nil)
    }
  }

  /// `[source]:[parameter](:[target])` or `[source]:*`
  private func inclusion(_ value: QueryValue, _ name: String, isReverse: Bool) throws(Anomaly)
    -> Inclusion
  {
    let modifier = name.split(separator: ":", maxSplits: 1).dropFirst().first
    // `:recurse` was the name of `:iterate` before R4.
    guard modifier == nil || modifier == "iterate" || modifier == "recurse" else {
      throw CriterionReader.unsupportedModifier(name, name.baseName, ["iterate"])
    }
    let parts = value.text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else {
      throw value.wrong("Expected Type:parameter or Type:parameter:Target", "此处应为“类型:参数”")
    }
    guard let source = Schema.r4.type(named: String(parts[0])), Schema.r4.isResource(source) else {
      throw CriterionReader.unknownType(parts[0], in: value.whole)
    }
    var target: TypeID?
    if parts.count == 3 {
      target = Schema.r4.type(named: String(parts[2]))
      guard target.map(Schema.r4.isResource) == true else {
        throw CriterionReader.unknownType(parts[2], in: value.whole)
      }
    }
    let references: [SearchParameter]
    if parts[1] == "*" {
      references = context.table.parameters(of: source).filter { $0.type == .reference }
    } else {
      references = try CriterionReader.parameters(
        String(parts[1]), of: [source], context, whole: value.whole,
        offset: value.offset + parts[0].utf8.count + 1)
    }
    guard references.allSatisfy({ $0.type == .reference }) else {
      throw value.wrong("'\(parts[1])' is not a reference", "“\(parts[1])”不是引用")
    }
    return Inclusion(
      isReverse: isReverse, isIterative: modifier != nil, source: source,
      parameters: references.map { ParameterKeys([$0]) }, target: target)
  }
}
