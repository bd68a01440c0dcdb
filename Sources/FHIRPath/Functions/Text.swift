import FHIR

extension Evaluator {
  /// <https://hl7.org/fhirpath/N1/#string-manipulation>; positions count Unicode scalars.
  func text(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly) -> [Value]? {
    let name = call.function.rawValue
    switch call.function {
    case .indexOf, .lastIndexOf, .substring, .startsWith, .endsWith, .contains, .upper, .lower,
      .replace, .matches, .matchesFull, .replaceMatches, .length, .toChars, .trim, .split,
      .encode, .decode, .escape, .unescape:
      guard let text = try string(focus, name) else { return [] }
      return try apply(call, text, context)
    case .join:
      let separator = try call.arguments.first.map { argument throws(Anomaly) in
        try string(argument, context, name)
      }
      var parts: [String] = []
      var length = 0
      for item in focus {
        guard let part = try string([item], name) else { continue }
        length += part.utf8.count
        parts.append(part)
      }
      let between = (separator ?? "") ?? ""
      try limit(length + parts.count * between.utf8.count)
      return parts.isEmpty ? [] : try bounded(parts.joined(separator: between))
    default: return nil
    }
  }

  private func apply(_ call: Call, _ text: String, _ context: Context) throws(Anomaly) -> [Value] {
    let name = call.function.rawValue
    switch call.function {
    case .upper: return [.string(text.uppercased())]
    case .lower: return [.string(text.lowercased())]
    case .length: return [.integer(text.unicodeScalars.count)]
    case .toChars: return try bounded(text.unicodeScalars.map { .string(String(Character($0))) })
    case .trim: return [.string(text.trimmed)]
    case .substring: return try substring(call, text, context)
    default: break
    }
    guard let argument = try string(call.arguments[0], context, name) else { return [] }
    switch call.function {
    case .startsWith: return [.boolean(text.utf8.starts(with: argument.utf8))]
    case .endsWith: return [.boolean(text.utf8.reversed().starts(with: argument.utf8.reversed()))]
    case .contains:
      return [.boolean(argument.isEmpty || text.places(of: argument).first != nil)]
    case .indexOf: return [.integer(text.index(of: argument, isLast: false))]
    case .lastIndexOf: return [.integer(text.index(of: argument, isLast: true))]
    case .split: return try bounded(text.parts(between: argument).map { .string($0) })
    case .matches: return [.boolean(try pattern(argument, over: text).matches(in: text))]
    case .matchesFull: return [.boolean(try pattern(argument, over: text).matchesAll(of: text))]
    case .encode, .decode, .escape, .unescape:
      return try encoding(call.function, text, argument)
    default: break
    }
    guard let replacement = try string(call.arguments[1], context, name) else { return [] }
    if call.function == .replace {
      let places =
        argument.isEmpty ? text.unicodeScalars.count + 1 : text.places(of: argument).count
      try limit(text.utf8.count + places * replacement.utf8.count)
      return try bounded(text.replacing(argument, by: replacement))
    }
    if argument.isEmpty { return [.string(text)] }
    let limit = environment.limits.bytes
    return try bounded(
      pattern(argument, over: text).replace(in: text, by: replacement, limit: limit))
  }

  /// Refuses a text before it is made.
  private func limit(_ bytes: Int) throws(Anomaly) {
    guard bytes <= environment.limits.bytes else {
      throw error(
        "A string has more than \(environment.limits.bytes) bytes",
        "字符串超过 \(environment.limits.bytes) 字节", .tooCostly)
    }
    try step(bytes / 64)
  }

  /// A pattern to be run over a text, paid for beforehand.
  private func pattern(_ pattern: String, over text: String) throws(Anomaly) -> Pattern {
    let pattern = try Pattern.known.result(pattern) { text throws(Anomaly) in
      try Pattern(parsing: text)
    }
    try step((text.utf8.count + 1) * pattern.program.count / 8)
    return pattern
  }

  private func substring(_ call: Call, _ text: String, _ context: Context) throws(Anomaly)
    -> [Value]
  {
    guard let start = try integer(call.arguments[0], context) else { return [] }
    let scalars = text.unicodeScalars
    guard start >= 0, start < scalars.count else { return [] }
    var length = scalars.count
    if call.arguments.count > 1 {
      guard let wanted = try integer(call.arguments[1], context) else { return [] }
      length = max(0, wanted)
    }
    return [.string(String(String.UnicodeScalarView(scalars.dropFirst(start).prefix(length))))]
  }

  private func encoding(_ function: Function, _ text: String, _ form: String) throws(Anomaly)
    -> [Value]
  {
    let result: String?
    switch (function, form) {
    case (.encode, "hex"): result = TextEncoding.hex(text)
    case (.encode, "base64"): result = TextEncoding.base64(text, isForURL: false)
    case (.encode, "urlbase64"): result = TextEncoding.base64(text, isForURL: true)
    case (.decode, "hex"): result = TextEncoding.fromHex(text)
    case (.decode, "base64"), (.decode, "urlbase64"): result = TextEncoding.fromBase64(text)
    case (.escape, "html"): result = TextEncoding.escapedHTML(text)
    case (.escape, "json"): result = TextEncoding.escapedJSON(text)
    case (.unescape, "html"): result = TextEncoding.unescapedHTML(text)
    case (.unescape, "json"): result = TextEncoding.unescapedJSON(text)
    default: result = nil
    }
    return try result.map { text throws(Anomaly) in try bounded(text) } ?? []
  }
}

extension String {
  var trimmed: String {
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    let tail = unicodeScalars.drop(while: isSpace)
    guard let last = tail.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(String.UnicodeScalarView(tail[...last]))
  }

  /// Where another text stands in this one, in bytes, without overlaps.
  func places(of other: String) -> [Int] {
    let bytes = Array(utf8)
    let wanted = Array(other.utf8)
    guard let first = wanted.first, wanted.count <= bytes.count else { return [] }
    var fallback = [0]
    var matched = 0
    for index in 1..<max(1, wanted.count) {
      while matched > 0, wanted[index] != wanted[matched] { matched = fallback[matched - 1] }
      if wanted[index] == wanted[matched] { matched += 1 }
      fallback.append(matched)
    }
    var places: [Int] = []
    matched = 0
    for (index, byte) in bytes.enumerated() {
      if matched == 0, byte != first { continue }
      while matched > 0, byte != wanted[matched] { matched = fallback[matched - 1] }
      if byte == wanted[matched] { matched += 1 }
      if matched == wanted.count {
        places.append(index + 1 - wanted.count)
        matched = 0
      }
    }
    return places
  }

  func index(of other: String, isLast: Bool) -> Int {
    if other.isEmpty { return isLast ? unicodeScalars.count : 0 }
    let places = places(of: other)
    guard let place = isLast ? places.last : places.first else { return -1 }
    return String(decoding: Array(utf8)[..<place], as: UTF8.self).unicodeScalars.count
  }

  func parts(between separator: String) -> [String] {
    if separator.isEmpty { return unicodeScalars.map { String(Character($0)) } }
    let bytes = Array(utf8)
    var parts: [String] = []
    var start = 0
    for place in places(of: separator) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + separator.utf8.count
    }
    parts.append(String(decoding: bytes[start...], as: UTF8.self))
    return parts
  }

  /// An empty pattern stands before, between and behind all characters.
  func replacing(_ pattern: String, by replacement: String) -> String {
    guard pattern.isEmpty else { return parts(between: pattern).joined(separator: replacement) }
    return unicodeScalars.reduce(into: replacement) {
      $0.unicodeScalars.append($1)
      $0 += replacement
    }
  }
}
