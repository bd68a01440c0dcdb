import FHIR

/// An expression as read: a tree whose nodes know where in the text they stand.
///
/// <https://hl7.org/fhirpath/N1/grammar.html>
indirect enum Syntax: Sendable {
  case empty
  case literal(Value)
  case this
  case index
  case total
  /// `%name`
  case variable(String, offset: Int)
  /// A member of the focus, or of `$this` where there is none; in the latter place also the name of
  /// a type.
  case member(Syntax?, Name)
  case call(Call)
  case indexer(Syntax, Syntax, offset: Int)
  case negation(Syntax, offset: Int)
  case binary(Operator, Syntax, Syntax, offset: Int)
  case isType(Syntax, TypeSpecifier, offset: Int)
  case asType(Syntax, TypeSpecifier, offset: Int)
}

/// An identifier and what the schema knows by it.
struct Name: Sendable {
  let text: String
  let id: NameID
  /// The type with this name, if there is one: `Patient` in `Patient.name`.
  let type: TypeID?
  let offset: Int

  init(_ text: String, offset: Int) {
    self.text = text
    self.offset = offset
    id = Schema.r4.names.id(of: text)
    // Names of primitive types are names of elements as well: `code`, `id`, `date`.
    let isTypeName = text.first.map { $0.isASCII && $0.isUppercase } ?? false
    type = isTypeName ? Schema.r4.type(named: text) : nil
  }
}

/// A function invoked on a focus.
struct Call: Sendable {
  let function: Function
  let focus: Syntax?
  let arguments: [Syntax]
  /// The type named by the argument of `is`, `as` and `ofType`.
  let type: TypeSpecifier?
  let offset: Int
}

/// The binary operators, <https://hl7.org/fhirpath/N1/#operator-precedence>.
enum Operator: String, Sendable {
  case multiply = "*"
  case divide = "/"
  case div, mod
  case add = "+"
  case subtract = "-"
  case concatenate = "&"
  case union = "|"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "="
  case equivalent = "~"
  case notEqual = "!="
  case notEquivalent = "!~"
  case `in`, contains, and, or, xor, implies

  /// Higher binds tighter.
  var precedence: Int {
    switch self {
    case .multiply, .divide, .div, .mod: 10
    case .add, .subtract, .concatenate: 9
    // 8: is, as
    case .union: 7
    case .less, .lessOrEqual, .greater, .greaterOrEqual: 6
    case .equal, .equivalent, .notEqual, .notEquivalent: 5
    case .in, .contains: 4
    case .and: 3
    case .or, .xor: 2
    case .implies: 1
    }
  }

  static let typePrecedence = 8
}

/// A type named in an expression: of FHIR, of FHIRPath's own, or either.
struct TypeSpecifier: Hashable, Sendable {
  /// As written, such as `FHIR.Patient`.
  let text: String
  let fhir: TypeID?
  let system: String?

  static let systemTypes: Set<String> = [
    "Any", "Boolean", "String", "Integer", "Long", "Decimal", "Date", "DateTime", "Time",
    "Quantity",
  ]

  /// Nil for a name that neither model has.
  init?(namespace: String?, name: String) {
    text = namespace.map { $0 + "." + name } ?? name
    switch namespace {
    case nil:
      fhir = Schema.r4.type(named: name)
      system = TypeSpecifier.systemTypes.contains(name) ? name : nil
      if fhir == nil, system == nil { return nil }
    case "FHIR":
      guard let type = Schema.r4.type(named: name) else { return nil }
      fhir = type
      system = nil
    case "System":
      // An unknown name here is a type that nothing has.
      fhir = nil
      system = name
    default: return nil
    }
  }
}
