import FHIR
import Ucum

extension Evaluator {
  /// <https://hl7.org/fhirpath/N1/#conversion>
  func conversion(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly) -> [Value]? {
    let convert: (Value) -> Value?
    var isTest = false
    switch call.function {
    case .convertsToBoolean, .convertsToInteger, .convertsToDecimal, .convertsToString,
      .convertsToDate, .convertsToDateTime, .convertsToTime, .convertsToQuantity:
      isTest = true
    default: break
    }
    switch call.function {
    case .toBoolean, .convertsToBoolean: convert = Conversion.boolean
    case .toInteger, .convertsToInteger: convert = Conversion.integer
    case .toDecimal, .convertsToDecimal: convert = Conversion.decimal
    case .toString, .convertsToString: convert = { Conversion.string($0).map { .string($0) } }
    case .toDate, .convertsToDate: convert = Conversion.date
    case .toDateTime, .convertsToDateTime: convert = Conversion.dateTime
    case .toTime, .convertsToTime: convert = Conversion.time
    case .toQuantity, .convertsToQuantity:
      let unit = try call.arguments.first.map { argument throws(Anomaly) in
        try string(argument, context, call.function.rawValue)
      }
      convert = { Conversion.quantity($0, unit: unit ?? nil) }
    default: return nil
    }
    guard let item = try single(focus, call.function.rawValue) else { return [] }
    let result = convert(item.system)
    if isTest { return [.boolean(result != nil)] }
    return result.map { [$0] } ?? []
  }
}

/// Conversions between FHIRPath's own types; nil where a value has no such form.
enum Conversion {
  static func boolean(_ value: Value) -> Value? {
    switch value {
    case .boolean: return value
    case .integer, .decimal:
      guard let number = value.decimal else { return nil }
      return number == .one ? .boolean(true) : number.isZero ? .boolean(false) : nil
    case .string(let text):
      switch text.lowercased() {
      case "true", "t", "yes", "y", "1", "1.0": return .boolean(true)
      case "false", "f", "no", "n", "0", "0.0": return .boolean(false)
      default: return nil
      }
    default: return nil
    }
  }

  static func integer(_ value: Value) -> Value? {
    switch value {
    case .integer: return value
    case .boolean(let value): return .integer(value ? 1 : 0)
    case .string(let text):
      let digits = text.first == "+" ? text.dropFirst() : text[...]
      guard !digits.isEmpty,
        digits.drop(while: { $0 == "-" }).allSatisfy({ $0.isASCII && $0.isNumber })
      else { return nil }
      return Int(digits).map { .integer($0) }
    default: return nil
    }
  }

  static func decimal(_ value: Value) -> Value? {
    switch value {
    case .decimal: return value
    case .integer(let value): return .decimal(ExactDecimal(value))
    case .boolean(let value): return .decimal(value ? .one : .zero)
    case .string(let text):
      var digits = text.first == "+" ? text.dropFirst() : text[...]
      let isNegative = digits.first == "-"
      if isNegative { digits = digits.dropFirst() }
      guard digits.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) }) else { return nil }
      while digits.count > 1, digits.first == "0", digits.dropFirst().first != "." {
        digits = digits.dropFirst()
      }
      return ExactDecimal((isNegative ? "-" : "") + digits).map { .decimal($0) }
    default: return nil
    }
  }

  static func string(_ value: Value) -> String? {
    switch value {
    case .string(let text): text
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .decimal(let value): value.description
    case .date(let date), .dateTime(let date): date.description
    case .time(let time): time.description
    case .quantity(let quantity): quantity.description
    case .node, .type: nil
    }
  }

  static func date(_ value: Value) -> Value? {
    switch value {
    case .date: return value
    case .dateTime(let date): return .date(date.withoutTime)
    case .string(let text): return PartialDate(text, as: .path).map { .date($0.withoutTime) }
    default: return nil
    }
  }

  static func dateTime(_ value: Value) -> Value? {
    switch value {
    case .dateTime: value
    case .date(let date): .dateTime(date)
    case .string(let text): PartialDate(text, as: .path).map { .dateTime($0) }
    default: nil
    }
  }

  static func time(_ value: Value) -> Value? {
    switch value {
    case .time: value
    case .string(let text): PartialTime(text, as: .path).map { .time($0) }
    default: nil
    }
  }

  static func quantity(_ value: Value, unit: String?) -> Value? {
    let quantity: Quantity?
    switch value {
    case .quantity(let value): quantity = value
    case .integer, .decimal:
      quantity = value.decimal.map { Quantity(value: $0, unit: .ucum("1")) }
    case .boolean(let value): quantity = Quantity(value: value ? .one : .zero, unit: .ucum("1"))
    case .string(let text): quantity = Quantity(parsing: text)
    default: quantity = nil
    }
    guard let unit else { return quantity.map { .quantity($0) } }
    return quantity?.converted(to: unit).map { .quantity($0) }
  }
}

extension PartialDate {
  /// The date without its time.
  var withoutTime: PartialDate {
    guard precision > .day else { return self }
    return PartialDate(year: year, month: month, day: day, precision: .day)
  }
}
