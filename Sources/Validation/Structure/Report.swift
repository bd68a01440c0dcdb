import FHIR

extension JSONKind {
  /// In English and Chinese.
  var words: (String, String) {
    switch self {
    case .null: ("null", "null")
    case .false, .true: ("a boolean", "布尔值")
    case .number: ("a number", "数字")
    case .string: ("a string", "字符串")
    case .array: ("an array", "数组")
    case .object: ("an object", "对象")
    }
  }
}

/// Words for findings that several checks share.
extension Walk {
  /// Adds an issue about the value at a cursor, until there are too many.
  mutating func report(
    _ severity: IssueSeverity, _ code: IssueType, at cursor: JSONCursor, _ message: String,
    _ chinese: String, offset: Int? = nil
  ) {
    let isError = severity == .error || severity == .fatal
    if issues.count >= issueLimit {
      suppressed += 1
      // An error is never hidden by what is none.
      guard isError, let place = issues.lastIndex(where: { !$0.isError }) else { return }
      issues.remove(at: place)
    }
    if isError { errorCount += 1 }
    let place = Place(of: cursor.index, in: root, type: rootType, schema: schema)
    issues.append(
      Issue(
        severity, code, at: place.expression, offset: offset ?? cursor.offset, message, chinese))
  }

  mutating func report(wrongKind cursor: JSONCursor, expected: String, _ chinese: String) {
    report(
      .error, .structure, at: cursor, "Expected \(expected), not \(cursor.kind.words.0)",
      "此处应为\(chinese),而非\(cursor.kind.words.1)")
  }

  mutating func report(wrongKind cursor: JSONCursor, for primitive: Primitive) {
    let kind: JSONKind =
      switch primitive {
      case .boolean: .true
      case .integer, .unsignedInt, .positiveInt, .decimal: .number
      default: .string
      }
    let expected = kind.words
    report(
      wrongKind: cursor, expected: "\(expected.0) (\(primitive))", "\(expected.1)(\(primitive))")
  }

  mutating func report(wrongForm cursor: JSONCursor, _ primitive: Primitive) {
    let text = cursor.scalarText
    guard !text.isEmpty else {
      return report(.error, .value, at: cursor, "A value must not be empty", "值不能为空")
    }
    let shown = Self.shown(text)
    report(
      .error, .value, at: cursor, "'\(shown)' is not a valid \(primitive)",
      "“\(shown)”不是有效的 \(primitive)")
  }

  mutating func report(unknownType name: JSONCursor) {
    let text = Self.shown(name.scalarText)
    let known = schema.resourceTypes.lazy.map { [schema] in schema.name(of: $0) }
    let nearest = known.nearest(to: text)
    report(
      .fatal, .structure, at: name,
      "'\(text)' is not a resource type of FHIR R4"
        + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
      "“\(text)”不是 FHIR R4 的资源类型" + (nearest.map { ";是否应为“\($0)”?" } ?? ""))
  }

  /// The beginning of a text, for a message.
  static func shown(_ text: String) -> String {
    text.count > 64 ? text.prefix(64) + "…" : text
  }
}
