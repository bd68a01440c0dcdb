package import FHIR

/// A regular expression that is matched in time linear in the text, whatever the expression: a
/// Thompson machine.
///
/// <https://hl7.org/fhirpath/N1/#matchesregex--string--boolean>: PCRE in single-line mode, so `.`
/// matches line ends.
/// Callers send patterns; a matcher that backtracks could be made to run for years.
package struct Pattern: Sendable {
  enum Instruction: Sendable {
    case set(ScalarSet)
    case split(first: Int, second: Int)
    case jump(Int)
    case save(Int)
    case assertion(PatternSyntax.Assertion)
    case match
  }

  private(set) var program: [Instruction] = []
  let groupNames: [String?]

  /// Patterns met lately.
  static let known = Memo<Pattern>(limit: 256)

  /// The most instructions that a pattern may take; repetitions are written out.
  package static let programLimit = 5_000

  package init(parsing text: String) throws(Anomaly) {
    var parser = try PatternParser(text)
    let syntax = try parser.parse()
    groupNames = parser.groupNames
    try emit(.group(syntax, number: 0))
    program.append(.match)
  }

  /// Whether the pattern is found anywhere in the text.
  package func matches(in text: String) -> Bool {
    var machine = PatternMachine(self, text, captures: false)
    return machine.find(from: 0, isWhole: false) != nil
  }

  /// Whether the pattern matches the text from its beginning to its end.
  package func matchesAll(of text: String) -> Bool {
    var machine = PatternMachine(self, text, captures: false)
    return machine.find(from: 0, isWhole: true) != nil
  }

  /// The text with every match replaced; `$1` and `${name}` stand for groups. Cut off behind
  /// `limit` bytes.
  func replace(in text: String, by replacement: String, limit: Int) -> String {
    let template = Template(replacement, names: groupNames)
    var machine = PatternMachine(self, text, captures: true)
    var result = String.UnicodeScalarView()
    var bytes = 0
    var copied = 0
    var start = 0
    while start <= machine.text.count, bytes <= limit,
      let places = machine.find(from: start, isWhole: false)
    {
      result.append(contentsOf: machine.text[copied..<places[0]])
      for part in template.parts {
        switch part {
        case .text(let scalars):
          result.append(contentsOf: scalars)
          bytes += scalars.count
        case .group(let number):
          guard places.indices.contains(number * 2 + 1), places[number * 2] >= 0,
            places[number * 2 + 1] >= places[number * 2]
          else { continue }
          result.append(contentsOf: machine.text[places[number * 2]..<places[number * 2 + 1]])
          bytes += places[number * 2 + 1] - places[number * 2]
        }
      }
      copied = places[1]
      start = places[1] > places[0] ? places[1] : places[1] + 1
    }
    result.append(contentsOf: machine.text[min(copied, machine.text.count)...])
    return String(result)
  }

  // MARK: Compilation

  private mutating func emit(_ instruction: Instruction) throws(Anomaly) {
    guard program.count < Pattern.programLimit else {
      throw .incorrect(
        "The regular expression is too large: its repetitions take more than "
          + "\(Pattern.programLimit) instructions",
        chinese: "正则表达式过大:展开后超过 \(Pattern.programLimit) 条指令", code: .tooCostly)
    }
    program.append(instruction)
  }

  private mutating func emit(_ syntax: PatternSyntax) throws(Anomaly) {
    switch syntax {
    case .empty: break
    case .set(let set): try emit(Instruction.set(set))
    case .assertion(let assertion): try emit(Instruction.assertion(assertion))
    case .sequence(let parts): for part in parts { try emit(part) }
    case .choice(let branches): try emitChoice(branches)
    case .group(let inner, let number):
      if let number { try emit(.save(number * 2)) }
      try emit(inner)
      if let number { try emit(.save(number * 2 + 1)) }
    case .repetition(let inner, let least, let most, let isLazy):
      for _ in 0..<least { try emit(inner) }
      try emitTail(inner, more: most.map { $0 - least }, isLazy)
    }
  }

  private mutating func emitChoice(_ branches: [PatternSyntax]) throws(Anomaly) {
    var ends: [Int] = []
    for branch in branches.dropLast() {
      let split = program.count
      try emit(.jump(0))
      try emit(branch)
      ends.append(program.count)
      try emit(.jump(0))
      program[split] = .split(first: split + 1, second: program.count)
    }
    if let last = branches.last { try emit(last) }
    for end in ends { program[end] = .jump(program.count) }
  }

  private mutating func emitTail(_ inner: PatternSyntax, more: Int?, _ isLazy: Bool) throws(Anomaly)
  {
    func split(_ inside: Int, _ outside: Int) -> Instruction {
      isLazy ? .split(first: outside, second: inside) : .split(first: inside, second: outside)
    }
    guard let more else {
      let start = program.count
      try emit(.jump(0))
      try emit(inner)
      try emit(.jump(start))
      program[start] = split(start + 1, program.count)
      return
    }
    var splits: [Int] = []
    for _ in 0..<more {
      splits.append(program.count)
      try emit(.jump(0))
      try emit(inner)
    }
    for place in splits { program[place] = split(place + 1, program.count) }
  }
}

/// What matches are replaced by: text and groups.
private struct Template {
  enum Part {
    case text([Unicode.Scalar])
    case group(Int)
  }

  private(set) var parts: [Part] = []

  init(_ text: String, names: [String?]) {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    var plain: [Unicode.Scalar] = []
    while index < scalars.count {
      if scalars[index] == "$", let (group, end) = Template.group(scalars, index + 1, names) {
        parts.append(.text(plain))
        parts.append(.group(group))
        plain = []
        index = end
      } else {
        if scalars[index] == "\\", index + 1 < scalars.count { index += 1 }
        plain.append(scalars[index])
        index += 1
      }
    }
    parts.append(.text(plain))
  }

  private static func group(_ scalars: [Unicode.Scalar], _ start: Int, _ names: [String?])
    -> (Int, Int)?
  {
    guard start < scalars.count else { return nil }
    if scalars[start] == "{" {
      guard let end = scalars[start...].firstIndex(of: "}") else { return nil }
      let name = String(String.UnicodeScalarView(scalars[start + 1..<end]))
      return (Int(name) ?? names.firstIndex(of: name)).map { ($0, end + 1) }
    }
    guard let digit = Int(String(Character(scalars[start]))), scalars[start].isASCII else {
      return nil
    }
    return (digit, start + 1)
  }
}
