import FHIR

/// A unit as written: products, quotients and powers of units with their prefixes.
///
/// <https://ucum.org/ucum#section-Syntax-Rules>
indirect enum UnitTerm: Sendable {
  case product(UnitTerm, UnitTerm)
  case quotient(UnitTerm, UnitTerm)
  /// A leading solidus: `/min`.
  case reciprocal(UnitTerm)
  case group(UnitTerm)
  case atom(prefix: String, UnitTable.Atom, exponent: Int)
  case number(Int)
  /// Text in braces; it is worth one.
  case annotation(String)

  /// The words of HL7's functional tests: `(millimeter) / (second)`.
  var display: String {
    switch self {
    case .product(let left, let right): "\(left.display) * \(right.display)"
    case .quotient(let left, let right): "\(left.display) / \(right.display)"
    case .reciprocal(let term): "1 / \(term.display)"
    case .group(let term): "(\(term.display))"
    case .atom(let prefix, let atom, let exponent):
      "(" + (UnitTable.shared.prefixes[prefix]?.name ?? "") + atom.name
        + (exponent == 1 ? "" : " ^ \(exponent)") + ")"
    case .number(let value): String(value)
    case .annotation(let text): "{\(text)}"
    }
  }
}

/// Reads the case-sensitive code of a unit.
struct UnitParser {
  let text: [UInt8]
  var index = 0
  var depth = 0

  /// The longest code that is read, in bytes, and the deepest nesting of its parentheses.
  static let lengthLimit = 500
  static let depthLimit = 20
  static let exponentLimit = 100

  init(_ code: String) { text = Array(code.utf8) }

  mutating func parse() throws(Anomaly) -> UnitTerm {
    guard text.count <= UnitParser.lengthLimit else {
      throw wrong("The unit is longer than \(UnitParser.lengthLimit) bytes", "单位过长")
    }
    if text.isEmpty { return .number(1) }
    let term: UnitTerm
    if take("/") { term = .reciprocal(try self.term()) } else { term = try self.term() }
    guard index == text.count else { throw wrong("Expected '.', '/' or the end", "此处应为“.”“/”或结尾") }
    return term
  }

  private mutating func term() throws(Anomaly) -> UnitTerm {
    var left = try component()
    while true {
      if take(".") {
        left = .product(left, try component())
      } else if take("/") {
        left = .quotient(left, try component())
      } else {
        return left
      }
    }
  }

  private mutating func component() throws(Anomaly) -> UnitTerm {
    guard index < text.count else { throw wrong("Expected a unit", "此处应为单位") }
    switch text[index] {
    case UInt8(ascii: "("):
      depth += 1
      defer { depth -= 1 }
      guard depth <= UnitParser.depthLimit else { throw wrong("Nested too deep", "嵌套过深") }
      index += 1
      let term = try self.term()
      guard take(")") else { throw wrong("Expected ')'", "此处应为“)”") }
      return .group(term)
    case UInt8(ascii: "{"): return .annotation(try annotation())
    default:
      let start = index
      let symbol = symbolText()
      if symbol.allSatisfy({ $0 >= "0" && $0 <= "9" }), !symbol.isEmpty {
        guard let number = Int(symbol), number > 0 else {
          index = start
          throw wrong("Expected a positive number", "此处应为正整数")
        }
        if next == UInt8(ascii: "{") { _ = try annotation() }
        return .number(number)
      }
      let term = try atom(symbol, from: start)
      if next == UInt8(ascii: "{") { _ = try annotation() }
      return term
    }
  }

  private var next: UInt8? { index < text.count ? text[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Everything up to an operator; what stands in square brackets is opaque.
  private mutating func symbolText() -> String {
    let start = index
    var isBracketed = false
    loop: while let byte = next {
      switch byte {
      case UInt8(ascii: "["): isBracketed = true
      case UInt8(ascii: "]"): isBracketed = false
      case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"),
        UInt8(ascii: "{"), UInt8(ascii: "}"):
        if !isBracketed { break loop }
      case 33...126: break
      default: break loop
      }
      index += 1
    }
    return String(decoding: text[start..<index], as: UTF8.self)
  }

  private mutating func annotation() throws(Anomaly) -> String {
    index += 1
    let start = index
    while let byte = next, byte != UInt8(ascii: "}") {
      guard (33...126).contains(byte), byte != UInt8(ascii: "{") else {
        throw wrong("An annotation has ASCII characters only", "注释只能用 ASCII 字符")
      }
      index += 1
    }
    let text = String(decoding: self.text[start..<index], as: UTF8.self)
    guard take("}") else { throw wrong("The annotation has no end", "注释没有结束") }
    if let byte = next, ![".", "/", ")"].contains(Unicode.Scalar(byte)) {
      throw wrong("An annotation stands behind its unit", "注释应在单位之后")
    }
    return text
  }

  /// A code, or a prefix and a code, with an exponent behind it.
  private func atom(_ symbol: String, from start: Int) throws(Anomaly) -> UnitTerm {
    if let term = UnitParser.resolve(symbol, exponent: 1) { return term }
    let digits = symbol.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
    var code = symbol.dropLast(digits.count)
    var isNegative = false
    if !digits.isEmpty, let sign = code.last, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      code = code.dropLast()
    }
    if let exponent = Int(String(digits)), exponent > 0, exponent <= UnitParser.exponentLimit,
      let term = UnitParser.resolve(String(code), exponent: isNegative ? -exponent : exponent)
    {
      return term
    }
    var place = self
    place.index = start
    throw place.wrong("There is no unit '\(symbol)'", "没有单位“\(symbol)”")
  }

  private static func resolve(_ code: String, exponent: Int) -> UnitTerm? {
    let table = UnitTable.shared
    if let atom = table.atoms[code] { return .atom(prefix: "", atom, exponent: exponent) }
    for length in 1...2 where code.utf8.count > length {
      let prefix = String(code.prefix(length))
      guard table.prefixes[prefix] != nil, let atom = table.atoms[String(code.dropFirst(length))],
        atom.takesPrefixes
      else { continue }
      return .atom(prefix: prefix, atom, exponent: exponent)
    }
    return nil
  }

  private func wrong(_ message: String, _ chinese: String) -> Anomaly {
    let place = text.withUnsafeBytes { Caret(in: $0, at: index) }
    return .incorrect(
      "UCUM column \(place.column): \(message)\n\(place.drawing)",
      chinese: "UCUM 第 \(place.column) 列:\(chinese)", code: .value)
  }
}
