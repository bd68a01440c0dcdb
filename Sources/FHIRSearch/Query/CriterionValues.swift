import FHIR

/// The values of a parameter by its type and modifier.
/// <https://hl7.org/fhir/R4/search.html#modifiers>
extension CriterionReader {
  func criterion(_ parameters: [SearchParameter], _ modifier: String?) throws(Anomaly)
    -> Expression
  {
    guard let parameter = parameters.first else { return .none }
    let keys = ParameterKeys(parameters)
    if modifier == "missing" { return try missing(keys) }
    switch parameter.type {
    case .token: return try token(parameter, keys, modifier)
    case .string: return try string(parameter, keys, modifier)
    case .uri: return try uri(parameter, keys, modifier)
    case .reference: return try reference(parameter, keys, modifier)
    case .date, .number, .quantity, .composite:
      guard modifier == nil else { throw unsupported(modifier, parameter, ["missing"]) }
      return try ordered(parameter, keys)
    case .special:
      throw wrong(
        whole[...], "The parameter '\(parameter.code)' is not supported",
        "不支持检索参数“\(parameter.code)”")
    }
  }

  /// The values between commas, at least one and none of them empty.
  func values() throws(Anomaly) -> [QueryValue] {
    let values = value.split(",")
    guard values.count <= Self.valueLimit else {
      throw Anomaly.incorrect(
        "More than \(Self.valueLimit) values", chinese: "取值超过 \(Self.valueLimit) 个",
        code: .tooCostly)
    }
    for value in values where value.text.isEmpty {
      throw value.wrong("A value is empty", "取值为空")
    }
    return values
  }

  private func unsupported(
    _ modifier: String?, _ parameter: SearchParameter, _ allowed: [String]
  ) -> Anomaly {
    Self.unsupportedModifier(
      parameter.code + ":" + (modifier ?? ""), parameter.code, allowed)
  }

  private func missing(_ keys: ParameterKeys) throws(Anomaly) -> Expression {
    switch value.text {
    case "true": return .missing(keys)
    case "false": return .not(.missing(keys))
    default: throw value.wrong("Expected true or false", "此处应为 true 或 false")
    }
  }

  private func ordered(_ parameter: SearchParameter, _ keys: ParameterKeys) throws(Anomaly)
    -> Expression
  {
    var alternatives: [Expression] = []
    for value in try values() {
      switch parameter.type {
      case .date:
        alternatives.append(.range(keys, try RangeValue.parseDate(value, context)))
      case .number: alternatives.append(.range(keys, try RangeValue.parseNumber(value)))
      case .quantity: alternatives.append(.quantity(keys, try QuantityValue.parse(value)))
      default:
        alternatives.append(
          .composite(keys, try CompositeValue.parse(value, parameter, context)))
      }
    }
    return .or(alternatives)
  }

  // MARK: Tokens

  private func token(_ parameter: SearchParameter, _ keys: ParameterKeys, _ modifier: String?)
    throws(Anomaly) -> Expression
  {
    var alternatives: [Expression] = []
    for value in try values() {
      switch modifier {
      case nil, "not":
        alternatives.append(tokens(parameter, keys, try TokenValue.parse(value)))
      case "text":
        alternatives.append(
          .string(keys, StringValue(.starts, value.unescaped, variant: .text)))
      case "of-type": alternatives.append(.token(keys, try TokenValue.parseOfType(value)))
      case "in", "not-in":
        alternatives.append(try group(.valueSet(value.unescaped), parameter, keys, value))
      case "below":
        alternatives.append(try group(.below(try TokenValue.parse(value)), parameter, keys, value))
      case "above":
        alternatives.append(try group(.above(try TokenValue.parse(value)), parameter, keys, value))
      default:
        let allowed = ["missing", "not", "text", "of-type", "in", "not-in", "below", "above"]
        throw unsupported(modifier, parameter, allowed)
      }
    }
    let isNegative = modifier == "not" || modifier == "not-in"
    return isNegative ? .not(.or(alternatives)) : .or(alternatives)
  }

  private func group(
    _ group: CodeGroup, _ parameter: SearchParameter, _ keys: ParameterKeys, _ value: QueryValue
  ) throws(Anomaly) -> Expression {
    guard let expand = context.expand else {
      throw value.wrong("There is no terminology service to ask", "没有术语服务可用")
    }
    let tokens = try expand(group)
    guard !tokens.isEmpty else { return .none }
    let implied = Set(parameter.fixedSystems)
    let bare = tokens.filter {
      if case .url(let url) = $0.system { implied.contains(url) } else { false }
    }
    .map { TokenValue(.none, $0.code) }
    return .codes(keys, CodeSet(tokens + bare))
  }

  /// The system of an element of type `code` is fixed by its value set and does not stand in the
  /// resource.
  private func tokens(_ parameter: SearchParameter, _ keys: ParameterKeys, _ token: TokenValue)
    -> Expression
  {
    guard case .url(let url) = token.system, let code = token.code,
      parameter.fixedSystems.contains(url)
    else { return .token(keys, token) }
    return .or([.token(keys, token), .token(keys, TokenValue(.none, code))])
  }

  // MARK: Texts

  private func string(_ parameter: SearchParameter, _ keys: ParameterKeys, _ modifier: String?)
    throws(Anomaly) -> Expression
  {
    let matches: [String?: StringValue.Match] = [
      nil: .starts, "exact": .exact, "contains": .contains,
    ]
    guard let match = matches[modifier] else {
      throw unsupported(modifier, parameter, ["missing", "exact", "contains"])
    }
    var alternatives: [Expression] = []
    for value in try values() {
      alternatives.append(.string(keys, StringValue(match, value.unescaped)))
    }
    return .or(alternatives)
  }

  private func uri(_ parameter: SearchParameter, _ keys: ParameterKeys, _ modifier: String?)
    throws(Anomaly) -> Expression
  {
    var alternatives: [Expression] = []
    for value in try values() {
      let text = value.unescaped
      switch modifier {
      case nil: alternatives.append(.uri(keys, .equal(text)))
      // "The :above and :below modifiers only apply to URLs, and not URNs such as OIDs."
      case "below" where text.hasPrefix("urn"), "above" where !URIValue.isURL(text):
        alternatives.append(.none)
      case "below": alternatives.append(.uri(keys, .below(text)))
      case "above": alternatives.append(.uri(keys, URIValue.above(text)))
      default: throw unsupported(modifier, parameter, ["missing", "below", "above"])
      }
    }
    return .or(alternatives)
  }

  // MARK: References

  private func reference(_ parameter: SearchParameter, _ keys: ParameterKeys, _ modifier: String?)
    throws(Anomaly) -> Expression
  {
    var alternatives: [Expression] = []
    for value in try values() {
      if modifier == "identifier" {
        var token = try TokenValue.parse(value)
        token.variant = .identifier
        alternatives.append(.token(keys, token))
        continue
      }
      var type: TypeID?
      if let modifier {
        type = Schema.r4.type(named: modifier)
        guard let type, parameter.targets.contains(type) else {
          throw unsupported(
            modifier, parameter,
            ["missing", "identifier"] + parameter.targets.prefix(8).map(Schema.r4.name(of:)))
        }
      }
      alternatives.append(
        .reference(
          keys,
          try ReferenceValue.parse(value, targets: parameter.targets, of: type, context)))
    }
    return .or(alternatives)
  }
}
