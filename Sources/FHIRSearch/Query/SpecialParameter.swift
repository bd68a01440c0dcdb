import FHIR

/// The parameters that are not a path to a value. <https://hl7.org/fhir/R4/search.html#all>
enum SpecialParameter: String, CaseIterable {
  case id = "_id"
  case lastUpdated = "_lastUpdated"
  case text = "_text"
  case content = "_content"
  case list = "_list"
  case filter = "_filter"
  case query = "_query"

  /// For suggestions.
  static let names = allCases.map(\.rawValue) + ResultParameter.allCases.map(\.rawValue) + ["_has"]
}

extension CriterionReader {
  /// The criterion of a special parameter; nil when the name is another.
  func special(_ code: String, _ modifier: String?, _ types: [TypeID]) throws(Anomaly)
    -> Expression?
  {
    guard let parameter = SpecialParameter(rawValue: code) else { return nil }
    guard modifier == nil || (parameter == .id && modifier == "not") else {
      throw Self.unsupportedModifier(
        code + ":" + (modifier ?? ""), code, parameter == .id ? ["not"] : [])
    }
    switch parameter {
    case .id: return try ids(isNegative: modifier != nil)
    case .lastUpdated:
      var alternatives: [Expression] = []
      for value in try values() {
        alternatives.append(.updated(try RangeValue.parseDate(value, context)))
      }
      return .or(alternatives)
    case .text where context.hasFullText: return fullText(.narrative)
    case .content where context.hasFullText: return fullText(.content)
    case .list: return try list()
    case .text, .content, .filter, .query:
      throw wrong(whole[...], "The parameter '\(code)' is not supported", "不支持检索参数“\(code)”")
    }
  }

  private func ids(isNegative: Bool) throws(Anomaly) -> Expression {
    var ids: [String] = []
    for value in try values() {
      // A token: `|id` is an id without a system.
      let text = value.unescaped
      ids.append(text.first == "|" ? String(text.dropFirst()) : text)
    }
    return isNegative ? .not(.ids(ids)) : .ids(ids)
  }

  private func fullText(_ column: FullTextValue.Column) -> Expression {
    .or(value.split(",").map { .fullText(FullTextValue(column, $0.unescaped)) })
  }

  /// <https://hl7.org/fhir/R4/search.html#list>
  private func list() throws(Anomaly) -> Expression {
    guard let type = Schema.r4.type(named: "List"),
      let item = context.table.parameter("item", of: type)
    else { return .none }
    var alternatives: [Expression] = []
    for value in try values() {
      let id = value.unescaped
      guard ReferenceValue.isID(id) else {
        throw value.wrong(
          "Expected the id of a List; functional lists are not supported", "此处应为 List 的 id")
      }
      alternatives.append(.list(id, ParameterKeys([item])))
    }
    return .or(alternatives)
  }
}
