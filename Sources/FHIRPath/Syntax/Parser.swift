import FHIR

/// Reads an expression by precedence climbing, with bounds on its length and depth.
///
/// <https://hl7.org/fhirpath/N1/grammar.html>
struct Parser {
  private var lexer: Lexer
  private var token = Token.end
  /// Where the current token begins.
  private var offset = 0
  private var depth = 0

  /// The longest expression that is read, in bytes.
  static let lengthLimit = 65_536
  /// How many expressions may stand within each other; every operand and every step of a chain
  /// counts.
  static let depthLimit = 256

  init(_ text: String) throws(Anomaly) {
    lexer = Lexer(text)
    guard lexer.text.count <= Parser.lengthLimit else {
      throw .incorrect(
        "The FHIRPath expression has \(lexer.text.count) bytes; the limit is \(Parser.lengthLimit)",
        chinese: "FHIRPath 表达式有 \(lexer.text.count) 字节,上限为 \(Parser.lengthLimit)", code: .tooLong)
    }
    try advance()
  }

  mutating func parse() throws(Anomaly) -> Syntax {
    let expression = try self.expression(above: 0)
    guard token == .end else { throw wrong("Expected an operator or the end", "此处应为运算符或结尾") }
    return expression
  }

  private mutating func advance() throws(Anomaly) {
    token = try lexer.next()
    offset = lexer.start
  }

  private func wrong(_ message: String, _ chinese: String) -> Anomaly {
    lexer.wrong(at: offset, message, chinese)
  }

  private mutating func deepen(_ levels: Int = 1) throws(Anomaly) {
    depth += levels
    guard depth <= Parser.depthLimit else {
      throw wrong(
        "The expression is nested more than \(Parser.depthLimit) deep",
        "表达式嵌套超过 \(Parser.depthLimit) 层")
    }
  }

  private mutating func take(_ sign: String) throws(Anomaly) -> Bool {
    guard token == .sign(sign) else { return false }
    try advance()
    return true
  }

  private mutating func expect(_ sign: String) throws(Anomaly) {
    guard try take(sign) else { throw wrong("Expected '\(sign)'", "此处应为“\(sign)”") }
  }

  // MARK: Operators

  private mutating func expression(above precedence: Int) throws(Anomaly) -> Syntax {
    let outer = depth
    defer { depth = outer }
    try deepen()
    var left = try operand()
    while true {
      let place = offset
      if case .identifier(let word, isDelimited: false) = token, word == "is" || word == "as" {
        guard Operator.typePrecedence > precedence else { return left }
        try advance()
        try deepen()
        let type = try typeSpecifier()
        left =
          word == "is"
          ? .isType(left, type, offset: place) : .asType(left, type, offset: place)
        continue
      }
      guard let sign = operatorHere, sign.precedence > precedence else { return left }
      try advance()
      try deepen()
      left = .binary(sign, left, try expression(above: sign.precedence), offset: place)
    }
  }

  private var operatorHere: Operator? {
    switch token {
    case .sign(let text): Operator(rawValue: text)
    case .identifier(let word, isDelimited: false): Operator(rawValue: word)
    default: nil
    }
  }

  private mutating func operand() throws(Anomaly) -> Syntax {
    let place = offset
    if try take("+") { return try signed(place, isNegative: false) }
    if try take("-") { return try signed(place, isNegative: true) }
    return try chain()
  }

  /// A sign applies to a whole chain: `-0.1.abs()` is `-(0.1.abs())`.
  private mutating func signed(_ place: Int, isNegative: Bool) throws(Anomaly) -> Syntax {
    let outer = depth
    defer { depth = outer }
    try deepen()
    let inner = try operand()
    return isNegative ? .negation(inner, offset: place) : inner
  }

  private mutating func chain() throws(Anomaly) -> Syntax {
    var left = try term()
    while true {
      let place = offset
      if try take(".") {
        try deepen()
        left = try invocation(on: left)
      } else if try take("[") {
        try deepen()
        let index = try expression(above: 0)
        try expect("]")
        left = .indexer(left, index, offset: place)
      } else {
        return left
      }
    }
  }

  // MARK: Terms

  private mutating func term() throws(Anomaly) -> Syntax {
    switch token {
    case .sign("("):
      try advance()
      let inner = try expression(above: 0)
      try expect(")")
      return inner
    case .sign("{"):
      try advance()
      try expect("}")
      return .empty
    case .sign("%"):
      let place = offset
      try advance()
      switch token {
      case .identifier(let name, _), .string(let name):
        try advance()
        return .variable(name, offset: place)
      default: throw wrong("Expected the name of a variable", "此处应为变量名")
      }
    case .string(let text): return try literal(.string(text))
    case .number(let digits): return try number(digits)
    case .date(let date): return try literal(.date(date))
    case .dateTime(let date): return try literal(.dateTime(date))
    case .time(let time): return try literal(.time(time))
    case .identifier("true", isDelimited: false): return try literal(.boolean(true))
    case .identifier("false", isDelimited: false): return try literal(.boolean(false))
    default: return try invocation(on: nil)
    }
  }

  private mutating func literal(_ value: Value) throws(Anomaly) -> Syntax {
    try advance()
    return .literal(value)
  }

  /// A number, or a quantity where a unit follows.
  private mutating func number(_ digits: String) throws(Anomaly) -> Syntax {
    guard let decimal = ExactDecimal(Parser.withoutLeadingZeros(digits)) else {
      throw wrong("The number has more than 38 digits", "数字超过 38 位")
    }
    let isDecimal = digits.contains(".")
    guard isDecimal || decimal.integer != nil else {
      throw wrong("The integer is out of range", "整数超出范围")
    }
    try advance()
    switch token {
    case .string(let unit): return try literal(.quantity(Quantity(decimal, unit: unit)))
    case .identifier(let word, isDelimited: false):
      guard let unit = CalendarUnit(word) else { break }
      return try literal(.quantity(Quantity(value: decimal, unit: .calendar(unit))))
    default: break
    }
    guard !isDecimal, let integer = decimal.integer else { return .literal(.decimal(decimal)) }
    return .literal(.integer(integer))
  }

  private static func withoutLeadingZeros(_ digits: String) -> String {
    let significant = digits.drop { $0 == "0" }
    guard let first = significant.first, first != "." else { return "0" + significant }
    return String(significant)
  }

  private mutating func invocation(on focus: Syntax?) throws(Anomaly) -> Syntax {
    let place = offset
    switch token {
    case .special(let name):
      guard focus == nil || name == "this" else {
        throw wrong("'$\(name)' cannot follow a point", "“$\(name)”不能在点号之后")
      }
      try advance()
      if let focus { return focus }
      return name == "this" ? .this : name == "index" ? .index : .total
    case .identifier(let name, let isDelimited):
      // Behind a point only a name can stand: `Patient.text.div`, as HL7's own patches write it.
      guard isDelimited || focus != nil || !Parser.reserved.contains(name) else {
        throw wrong("'\(name)' is an operator; write `\(name)` for a name", "“\(name)”是运算符")
      }
      try advance()
      guard token == .sign("(") else { return .member(focus, Name(name, offset: place)) }
      return try call(name, on: focus, at: place)
    case .end: throw wrong("The expression ends too early", "表达式不完整")
    default: throw wrong("Expected a name, a literal or '('", "此处应为名称、字面量或“(”")
    }
  }

  /// Words that are names only in backticks; `as`, `is`, `in` and `contains` may be both.
  private static let reserved: Set<String> = [
    "div", "mod", "and", "or", "xor", "implies", "true", "false",
  ]

  // MARK: Functions

  private mutating func call(_ name: String, on focus: Syntax?, at place: Int) throws(Anomaly)
    -> Syntax
  {
    guard let function = Function(rawValue: name) else {
      let near = Function.allCases.map(\.rawValue).nearest(to: name)
      throw lexer.wrong(
        at: place,
        "There is no function '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
        "没有函数“\(name)”")
    }
    try advance()
    if function.takesType {
      let type = try typeSpecifier()
      try expect(")")
      return .call(
        Call(function: function, focus: focus, arguments: [], type: type, offset: place))
    }
    var arguments: [Syntax] = []
    if token != .sign(")") {
      repeat { arguments.append(try argument(of: function)) } while try take(",")
    }
    try expect(")")
    guard function.argumentCounts.contains(arguments.count) else {
      let counts = function.argumentCounts
      let expected =
        counts.lowerBound == counts.upperBound
        ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
      throw lexer.wrong(
        at: place, "'\(name)' takes \(expected) arguments, not \(arguments.count)",
        "“\(name)”应有 \(expected) 个参数,而不是 \(arguments.count) 个")
    }
    return .call(
      Call(function: function, focus: focus, arguments: arguments, type: nil, offset: place))
  }

  /// A key of `sort` may end in `asc` or `desc`.
  private mutating func argument(of function: Function) throws(Anomaly) -> Syntax {
    let argument = try expression(above: 0)
    guard function == .sort, case .identifier(let word, isDelimited: false) = token,
      word == "asc" || word == "desc"
    else { return argument }
    let place = offset
    try advance()
    return word == "desc" ? .negation(argument, offset: place) : argument
  }

  private mutating func typeWord() throws(Anomaly) -> String {
    guard case .identifier(let name, _) = token else {
      throw wrong("Expected the name of a type", "此处应为类型名")
    }
    try advance()
    return name
  }

  private mutating func typeSpecifier() throws(Anomaly) -> TypeSpecifier {
    let place = offset
    var names = [try typeWord()]
    if try take(".") { names.append(try typeWord()) }
    let namespace = names.count == 2 ? names[0] : nil
    guard let type = TypeSpecifier(namespace: namespace, name: names[names.count - 1]) else {
      let name = names.joined(separator: ".")
      throw lexer.wrong(at: place, "There is no type '\(name)'", "没有类型“\(name)”")
    }
    return type
  }
}
