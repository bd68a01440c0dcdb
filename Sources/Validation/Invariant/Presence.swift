import FHIR

/// What an invariant comes to when no more is known than which elements of the object are there.
///
/// Most invariants say that one element needs or forbids another. For them three lookups of a bit
/// decide, and FHIRPath is asked only where presence alone does not prove the rule. It never
/// proves a rule broken.
indirect enum Presence: Sendable {
  /// Nothing is known.
  case open
  /// A collection that begins with the element of a bit; `isDirect` when it is the element itself.
  case path(bit: UInt64, isDirect: Bool)
  case exists(Presence)
  case hasValue(Presence)
  /// True of an empty collection: `all(…)`, `isDistinct()`.
  case trueOfNone(Presence)
  /// Empty where an operand is, unknown otherwise.
  case comparison(Presence, Presence)
  case literal
  case not(Presence)
  case and(Presence, Presence)
  case or(Presence, Presence)
  case xor(Presence, Presence)
  case implies(Presence, Presence)

  /// The logic of FHIRPath with a fourth value for what is not known.
  enum Truth: UInt8 { case no, yes, none, unknown }

  /// Whether the elements that are there prove that the rule is not broken.
  func isProven(by seen: UInt64) -> Bool {
    let truth = truth(seen)
    return truth == .yes || truth == .none
  }

  func truth(_ seen: UInt64) -> Truth {
    switch self {
    case .open, .literal: return .unknown
    case .path(let bit, _): return seen & bit == 0 ? .none : .unknown
    case .exists(let operand): return operand.isThere(seen)
    case .hasValue(let operand): return operand.isThere(seen) == .no ? .no : .unknown
    case .trueOfNone(let operand): return operand.isThere(seen) == .no ? .yes : .unknown
    case .comparison(let one, let other):
      return one.isThere(seen) == .no || other.isThere(seen) == .no ? .none : .unknown
    case .not(let operand):
      switch operand.truth(seen) {
      case .no: return .yes
      case .yes: return .no
      case let other: return other
      }
    case .and(let one, let other):
      let (one, other) = (one.truth(seen), other.truth(seen))
      if one == .no || other == .no { return .no }
      if one == .yes, other == .yes { return .yes }
      return one == .unknown || other == .unknown ? .unknown : .none
    case .or(let one, let other):
      return Self.or(one.truth(seen), other.truth(seen))
    case .xor(let one, let other):
      let (one, other) = (one.truth(seen), other.truth(seen))
      if one == .none || other == .none { return .none }
      if one == .unknown || other == .unknown { return .unknown }
      return one == other ? .no : .yes
    case .implies(let one, let other):
      let one = Presence.not(one).truth(seen)
      return Self.or(one, other.truth(seen))
    }
  }

  private static func or(_ one: Truth, _ other: Truth) -> Truth {
    if one == .yes || other == .yes { return .yes }
    if one == .unknown || other == .unknown { return .unknown }
    return one == .no && other == .no ? .no : .none
  }

  /// Whether a collection has items.
  private func isThere(_ seen: UInt64) -> Truth {
    switch self {
    case .path(let bit, let isDirect):
      return seen & bit == 0 ? .no : isDirect ? .yes : .unknown
    case .literal: return .yes
    default: return .unknown
    }
  }
}

/// Reads as much of an invariant's FHIRPath as presence can decide; the rest is left open.
struct PresenceReader {
  private let tokens: [Substring]
  private var position = 0
  private let bits: [String: UInt64]
  private let typeName: String

  /// Functions that yield nothing of nothing.
  private static let pure: Set<Substring> = [
    "where", "select", "first", "last", "tail", "ofType", "as", "startsWith", "endsWith",
    "contains", "matches", "substring", "toInteger", "trace", "resolve", "extension", "length",
    "children", "descendants",
  ]

  static func read(_ expression: String, of type: TypeDefinition) -> Presence {
    var bits: [String: UInt64] = [:]
    for element in type.elements { bits[element.name] = 1 << UInt64(element.order) }
    var reader = PresenceReader(
      tokens: tokens(of: expression), bits: bits, typeName: type.name)
    let presence = reader.expression(0)
    return reader.position == reader.tokens.count ? presence : .open
  }

  private init(tokens: [Substring], bits: [String: UInt64], typeName: String) {
    self.tokens = tokens
    self.bits = bits
    self.typeName = typeName
  }

  /// Words, strings in quotes, and signs of one or two letters.
  private static func tokens(of text: String) -> [Substring] {
    var tokens: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first == "'" {
        var end = rest.index(after: rest.startIndex)
        while end < rest.endIndex, rest[end] != "'" {
          if rest[end] == "\\" { end = rest.index(after: end) }
          end = end < rest.endIndex ? rest.index(after: end) : end
        }
        end = end < rest.endIndex ? rest.index(after: end) : end
        tokens.append(rest[..<end])
        rest = rest[end...]
      } else {
        var word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" || $0 == "%" }
        if word.isEmpty { word = rest.prefix(["!=", "<=", ">="].contains(rest.prefix(2)) ? 2 : 1) }
        tokens.append(word)
        rest = rest[word.endIndex...]
      }
    }
    return tokens
  }

  private var token: Substring { position < tokens.count ? tokens[position] : "" }

  private static func precedence(_ sign: Substring) -> Int? {
    switch sign {
    case "implies": 1
    case "or", "xor": 2
    case "and": 3
    case "in", "contains": 4
    case "=", "!=", "~": 5
    case "<", ">", "<=", ">=": 6
    case "|": 7
    case "is", "as": 8
    case "+", "-", "&": 9
    default: nil
    }
  }

  private mutating func expression(_ floor: Int) -> Presence {
    var left = chain()
    while let level = Self.precedence(token), level > floor {
      let sign = token
      position += 1
      let right = expression(level)
      left = Self.combined(sign, left, right)
    }
    return left
  }

  private static func combined(_ sign: Substring, _ left: Presence, _ right: Presence) -> Presence {
    switch sign {
    case "implies": .implies(left, right)
    case "or": .or(left, right)
    case "xor": .xor(left, right)
    case "and": .and(left, right)
    case "=" where left.isLogical && right.isLogical: .not(.xor(left, right))
    case "!=" where left.isLogical && right.isLogical: .xor(left, right)
    case "=", "!=", "<", ">", "<=", ">=": .comparison(left, right)
    default: .open
    }
  }

  /// A path or literal and the functions on it.
  private mutating func chain() -> Presence {
    var value = start()
    while token == "." {
      position += 1
      let name = token
      position += 1
      if token == "(" {
        let hasArguments = skipArguments()
        value = Self.applied(name, value, hasArguments)
      } else if case .path(let bit, _) = value {
        value = .path(bit: bit, isDirect: false)
      } else {
        value = .open
      }
    }
    return value
  }

  private mutating func start() -> Presence {
    let first = token
    position += 1
    if first == "(" {
      let inner = expression(0)
      guard token == ")" else { return .open }
      position += 1
      return inner
    }
    if first.first == "'" || first.first?.isNumber ?? false || first == "true" || first == "false" {
      return .literal
    }
    if token == "(" {
      _ = skipArguments()
      return .open
    }
    if first == typeName, token == ".", position + 1 < tokens.count,
      let bit = bits[String(tokens[position + 1])]
    {
      position += 2
      return .path(bit: bit, isDirect: true)
    }
    return bits[String(first)].map { .path(bit: $0, isDirect: true) } ?? .open
  }

  private static func applied(_ name: Substring, _ value: Presence, _ hasArguments: Bool)
    -> Presence
  {
    switch name {
    case "not": return .not(value)
    case "exists":
      return .exists(hasArguments ? value.indirect : value)
    case "empty": return .not(.exists(value))
    case "hasValue": return .hasValue(value)
    case "all", "isDistinct": return .trueOfNone(value)
    case _ where pure.contains(name): return value.indirect
    default: return .open
    }
  }

  /// Skips `( … )`; whether anything stood in it.
  private mutating func skipArguments() -> Bool {
    var depth = 0
    let start = position
    repeat {
      if token == "(" { depth += 1 }
      if token == ")" { depth -= 1 }
      position += 1
    } while depth > 0 && position < tokens.count
    return position - start > 2
  }
}

extension Presence {
  /// Whether it is true or false rather than a collection.
  fileprivate var isLogical: Bool {
    switch self {
    case .exists, .hasValue, .not, .and, .or, .xor, .implies, .trueOfNone: true
    case .open, .path, .comparison, .literal: false
    }
  }

  /// What is drawn from a collection: nothing of nothing, and who knows what of something.
  fileprivate var indirect: Presence {
    if case .path(let bit, _) = self { return .path(bit: bit, isDirect: false) }
    return .open
  }
}
