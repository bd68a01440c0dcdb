import FHIR

/// A way from a resource to values: what the expressions of search parameters mostly are.
///
/// <https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.expression>
struct ValuePath: Hashable, Sendable {
  /// One step into the members with a name.
  struct Step: Hashable, Sendable {
    var name: NameID
    var conditions: [Condition] = []
  }

  /// What a value must be to be followed or taken.
  enum Condition: Hashable, Sendable {
    /// `where(system='phone')`
    case member(NameID, String)
    /// `where(resolve() is Patient)`
    case reference(TypeID)
    /// `[0]`
    case item(Int)
    /// `extension('url')`
    case url(String)
    /// `where(hasExtension('url'))`
    case hasExtension(String)
  }

  var steps: [Step]
  var type: TypeID
  /// Whether it starts at the resource although it belongs to a component: `%resource`.
  var isFromResource = false
}

/// Reads the expressions of search parameters as paths.
struct PathParser {
  private let schema = Schema.r4
  private var rest: Substring

  private init(_ text: Substring) { rest = text }

  /// The paths of an expression from a type; nil when it is more than paths.
  static func paths(_ expression: String, of type: TypeID) -> [ValuePath]? {
    var found: [ValuePath] = []
    for term in terms(expression[...]) {
      guard let more = paths(ofTerm: term, type) else { return nil }
      found += more
    }
    return found
  }

  /// The paths of `P.exists() and P != false`: whether a value is there and is not false.
  static func truthPaths(_ expression: String, of type: TypeID) -> [ValuePath]? {
    guard let range = expression.firstRange(of: ".exists() and ") else { return nil }
    let path = expression[..<range.lowerBound]
    guard expression[range.upperBound...] == path + " != false" else { return nil }
    return paths(String(path), of: type)
  }

  /// The parts between `|` outside of brackets and quotes, without white space and outer brackets.
  private static func terms(_ text: Substring) -> [Substring] {
    var terms: [Substring] = []
    var depth = 0
    var isQuoted = false
    var start = text.startIndex
    for index in text.indices {
      switch text[index] {
      case "'": isQuoted.toggle()
      case "(" where !isQuoted: depth += 1
      case ")" where !isQuoted: depth -= 1
      case "|" where depth == 0 && !isQuoted:
        terms.append(trimmed(text[start..<index]))
        start = text.index(after: index)
      default: break
      }
    }
    terms.append(trimmed(text[start...]))
    return terms.flatMap { term in
      isWrapped(term) ? Self.terms(term.dropFirst().dropLast()) : [term]
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  /// Whether the first bracket closes at the end.
  private static func isWrapped(_ term: Substring) -> Bool {
    guard term.first == "(", term.last == ")" else { return false }
    var depth = 0
    for index in term.indices {
      if term[index] == "(" { depth += 1 }
      if term[index] == ")" { depth -= 1 }
      if depth == 0 { return term.index(after: index) == term.endIndex }
    }
    return false
  }

  /// The paths of one term; none when it starts at another type.
  private static func paths(ofTerm term: Substring, _ type: TypeID) -> [ValuePath]? {
    var term = term
    var cast: String?
    if let range = term.firstRange(of: " as "), !term.contains("("), !term.contains("'") {
      cast = String(trimmed(term[range.upperBound...]))
      term = trimmed(term[..<range.lowerBound])
    }
    var parser = PathParser(term)
    guard var paths = parser.parse(from: type) else { return nil }
    if let cast { paths = paths.filter { parser.isType($0.type, cast) } }
    return paths
  }

  private mutating func parse(from type: TypeID) -> [ValuePath]? {
    var paths = [ValuePath(steps: [], type: type)]
    if rest.hasPrefix("%resource.") {
      rest.removeFirst("%resource.".count)
      paths[0].isFromResource = true
    }
    var isFirst = true
    if rest.first == "(" {
      guard let inner = argument(), let start = Self.paths(String(inner), of: type) else {
        return nil
      }
      paths = start
      isFirst = false
      if rest.first == "." { rest.removeFirst() } else { return nil }
    }
    while !rest.isEmpty {
      guard let name = word() else { return nil }
      if rest.first == "(" {
        guard let argument = argument(), apply(name, argument, to: &paths) else { return nil }
      } else if isFirst, name.first?.isUppercase == true {
        guard let start = schema.type(named: name) else { return nil }
        if !schema.isSubtype(type, of: start) { return [] }
      } else {
        paths = paths.flatMap { step(into: name, from: $0) }
      }
      if rest.first == "[" {
        guard let number = index() else { return nil }
        add(.item(number), to: &paths)
      }
      isFirst = false
      if rest.first == "." { rest.removeFirst() } else if !rest.isEmpty { return nil }
    }
    return paths
  }

  private mutating func word() -> String? {
    let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    rest.removeFirst(word.count)
    return word.isEmpty ? nil : String(word)
  }

  /// What stands in the round brackets at the front.
  private mutating func argument() -> Substring? {
    var depth = 0
    for index in rest.indices {
      if rest[index] == "(" { depth += 1 }
      if rest[index] == ")" { depth -= 1 }
      if depth == 0 {
        let inside = rest[rest.index(after: rest.startIndex)..<index]
        rest = rest[rest.index(after: index)...]
        return inside
      }
    }
    return nil
  }

  private mutating func index() -> Int? {
    guard let end = rest.firstIndex(of: "]") else { return nil }
    let number = Int(rest[rest.index(after: rest.startIndex)..<end])
    rest = rest[rest.index(after: end)...]
    return number
  }

  private func step(into name: String, from path: ValuePath) -> [ValuePath] {
    guard let element = schema[path.type].element(named: name) else { return [] }
    return element.jsonNames.map { name, type in
      var next = path
      next.steps.append(ValuePath.Step(name: name))
      next.type = type
      return next
    }
  }

  private func isType(_ type: TypeID, _ name: String) -> Bool {
    // HL7's definitions write `DateTime` for `dateTime`.
    schema.name(of: type).lowercased() == name.lowercased()
  }

  private func apply(_ name: String, _ argument: Substring, to paths: inout [ValuePath]) -> Bool {
    switch name {
    case "as", "ofType":
      paths = paths.filter { isType($0.type, String(argument)) }
      return true
    case "extension":
      paths = paths.flatMap { step(into: "extension", from: $0) }
      add(.url(String(argument.dropFirst().dropLast())), to: &paths)
      return true
    case "where": return filter(Self.trimmed(argument), &paths)
    default: return false
    }
  }

  private func filter(_ criterion: Substring, _ paths: inout [ValuePath]) -> Bool {
    if criterion.hasPrefix("resolve() is ") {
      guard let type = schema.type(named: String(criterion.dropFirst("resolve() is ".count)))
      else { return false }
      add(.reference(type), to: &paths)
      return true
    }
    if criterion.hasPrefix("hasExtension('"), criterion.hasSuffix("')") {
      add(.hasExtension(String(criterion.dropFirst(14).dropLast(2))), to: &paths)
      return true
    }
    let sides = criterion.split(separator: "=", maxSplits: 1).map(Self.trimmed)
    guard sides.count == 2, sides[1].first == "'", sides[1].last == "'",
      sides[0].allSatisfy({ $0.isLetter })
    else { return false }
    let value = String(sides[1].dropFirst().dropLast())
    add(.member(schema.names.id(of: String(sides[0])), value), to: &paths)
    return true
  }

  private func add(_ condition: ValuePath.Condition, to paths: inout [ValuePath]) {
    for index in paths.indices where !paths[index].steps.isEmpty {
      paths[index].steps[paths[index].steps.count - 1].conditions.append(condition)
    }
  }
}
