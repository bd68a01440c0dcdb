import FHIR

/// A regular expression as read.
indirect enum PatternSyntax {
  case empty
  case set(ScalarSet)
  case sequence([PatternSyntax])
  case choice([PatternSyntax])
  case repetition(PatternSyntax, least: Int, most: Int?, isLazy: Bool)
  case group(PatternSyntax, number: Int?)
  case assertion(Assertion)

  enum Assertion: Sendable { case start, end, boundary, noBoundary }
}

/// Reads the regular expressions of PCRE that need no backtracking: no back references, no
/// look-around.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private let text: String
  private var index = 0
  private var depth = 0
  private(set) var groupNames: [String?] = [nil]
  private var ignoresCase = false

  static let lengthLimit = 4_096
  static let depthLimit = 60
  static let countLimit = 1_000
  static let groupLimit = 32

  init(_ text: String) throws(Anomaly) {
    self.text = text
    scalars = Array(text.unicodeScalars)
    guard scalars.count <= PatternParser.lengthLimit else {
      throw wrong("The pattern is longer than \(PatternParser.lengthLimit) characters", "正则表达式过长")
    }
  }

  mutating func parse() throws(Anomaly) -> PatternSyntax {
    let syntax = try choice()
    guard index == scalars.count else { throw wrong("')' closes nothing", "多余的“)”") }
    return syntax
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private mutating func take(_ text: String) -> Bool {
    guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
    index += text.unicodeScalars.count
    return true
  }

  private mutating func choice() throws(Anomaly) -> PatternSyntax {
    depth += 1
    defer { depth -= 1 }
    guard depth <= PatternParser.depthLimit else { throw wrong("Nested too deep", "嵌套过深") }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(Anomaly) -> PatternSyntax {
    var parts: [PatternSyntax] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      parts.append(try repeated(atom()))
    }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeated(_ atom: PatternSyntax) throws(Anomaly) -> PatternSyntax {
    var atom = atom
    while let (least, most) = try quantifier() {
      let isLazy = take("?")
      guard isLazy || !take("+") else {
        throw wrong("Possessive quantifiers are not supported", "不支持占有量词")
      }
      atom = .repetition(atom, least: least, most: most, isLazy: isLazy)
    }
    return atom
  }

  private mutating func quantifier() throws(Anomaly) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = index
    guard take("{") else { return nil }
    guard let least = number() else {
      index = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}"), least <= most ?? .max, max(least, most ?? 0) <= PatternParser.countLimit else {
      throw wrong("This quantifier cannot be used", "量词无效")
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    let start = index
    while let scalar = next, ("0"..."9").contains(scalar) { index += 1 }
    return Int(String(String.UnicodeScalarView(scalars[start..<index])))
  }

  private mutating func atom() throws(Anomaly) -> PatternSyntax {
    guard let scalar = next else { return .empty }
    index += 1
    switch scalar {
    case ".": return .set(.all)
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case "(": return try group()
    case "[": return .set(folded(try bracket()))
    case "\\": return try escape()
    case "*", "+", "?":
      index -= 1
      throw wrong("There is nothing to repeat", "量词前没有内容")
    default: return .set(folded(ScalarSet([scalar.value...scalar.value])))
    }
  }

  private func folded(_ set: ScalarSet) -> ScalarSet {
    guard ignoresCase else { return set }
    var set = set
    set.foldCase()
    return set
  }

  private mutating func group() throws(Anomaly) -> PatternSyntax {
    let start = index
    var number: Int?
    if take("?:") {
    } else if take("?i)") {
      ignoresCase = true
      return .empty
    } else if take("?<") || take("?P<") {
      var name = ""
      while let scalar = next, scalar != ">", scalar != "=", scalar != "!" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard take(">") else {
        index = start
        throw wrong("Look-around is not supported", "不支持环视")
      }
      groupNames.append(name)
      number = groupNames.count - 1
    } else if next == "?" {
      throw wrong("This kind of group is not supported", "不支持这种分组")
    } else {
      groupNames.append(nil)
      number = groupNames.count - 1
    }
    let inner = try choice()
    guard take(")") else { throw wrong("The group has no end", "分组没有结束") }
    guard groupNames.count <= PatternParser.groupLimit else {
      throw wrong("More than \(PatternParser.groupLimit) groups; use (?:…)", "分组过多,请用 (?:…)")
    }
    return .group(inner, number: number)
  }

  private mutating func escape() throws(Anomaly) -> PatternSyntax {
    switch next {
    case "b": return assert(.boundary)
    case "B": return assert(.noBoundary)
    case "A": return assert(.start)
    case "z", "Z": return assert(.end)
    case let digit? where ("1"..."9").contains(digit):
      throw wrong("Back references are not supported", "不支持反向引用")
    default: return .set(folded(try escapedSet()))
    }
  }

  private mutating func assert(_ assertion: PatternSyntax.Assertion) -> PatternSyntax {
    index += 1
    return .assertion(assertion)
  }

  private mutating func escapedSet() throws(Anomaly) -> ScalarSet {
    guard let scalar = next else { throw wrong("The escape has no end", "转义没有结束") }
    index += 1
    switch scalar {
    case "d": return .digits
    case "D": return ScalarSet.digits.inverted
    case "w": return .word
    case "W": return ScalarSet.word.inverted
    case "s": return .space
    case "S": return ScalarSet.space.inverted
    case "n": return ScalarSet([10...10])
    case "r": return ScalarSet([13...13])
    case "t": return ScalarSet([9...9])
    case "f": return ScalarSet([12...12])
    case "v": return ScalarSet([11...11])
    case "x": return try hexadecimal(2)
    case "u": return try hexadecimal(4)
    case "p", "P":
      var name = ""
      if take("{") {
        while let letter = next, letter != "}" {
          name.unicodeScalars.append(letter)
          index += 1
        }
        guard take("}") else { throw wrong("The category has no end", "类别没有结束") }
      } else if let letter = next {
        name.unicodeScalars.append(letter)
        index += 1
      }
      guard let set = ScalarSet(category: name, isNegated: scalar == "P") else {
        throw wrong("There is no category '\(name)'", "没有字符类别“\(name)”")
      }
      return set
    default:
      guard !scalar.properties.isAlphabetic || !scalar.isASCII else {
        index -= 1
        throw wrong("No such escape", "没有这种转义")
      }
      return ScalarSet([scalar.value...scalar.value])
    }
  }

  private mutating func hexadecimal(_ count: Int) throws(Anomaly) -> ScalarSet {
    let digits = String(String.UnicodeScalarView(scalars[index...].prefix(count)))
    guard digits.utf8.count == count, let value = UInt32(digits, radix: 16) else {
      throw wrong("Expected \(count) hexadecimal digits", "此处应为 \(count) 位十六进制数字")
    }
    index += count
    return ScalarSet([value...value])
  }

  private mutating func bracket() throws(Anomaly) -> ScalarSet {
    let isNegated = take("^")
    var set = ScalarSet()
    var isFirst = true
    while isFirst || next != "]" {
      guard let scalar = next else { throw wrong("The class has no end", "字符类没有结束") }
      isFirst = false
      index += 1
      if scalar == "\\" {
        let escaped = try escapedSet()
        guard let single = escaped.single else {
          set.insert(escaped)
          continue
        }
        try insertRange(from: single, into: &set)
      } else {
        try insertRange(from: scalar.value, into: &set)
      }
    }
    index += 1
    set.sealASCII()
    return isNegated ? set.inverted : set
  }

  private mutating func insertRange(from first: UInt32, into set: inout ScalarSet) throws(Anomaly) {
    guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
      return set.insert(first...first)
    }
    index += 1
    var last = scalars[index].value
    index += 1
    if last == 0x5C {
      guard let single = try escapedSet().single else {
        throw wrong("The range has no end", "范围无效")
      }
      last = single
    }
    guard first <= last else { throw wrong("The range is empty", "范围为空") }
    set.insert(first...last)
  }

  private func wrong(_ message: String, _ chinese: String) -> Anomaly {
    let offset = String(String.UnicodeScalarView(scalars[..<min(index, scalars.count)])).utf8.count
    let caret = Caret(in: text, at: offset)
    return .incorrect(
      "Regular expression, column \(caret.column): \(message)\n\(caret.drawing)",
      chinese: "正则表达式第 \(caret.column) 列:\(chinese)")
  }
}

extension ScalarSet {
  /// The scalar of a set of one.
  var single: UInt32? { onlyRange.flatMap { $0.lowerBound == $0.upperBound ? $0.lowerBound : nil } }
}
