import FHIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Evaluator {
  /// <https://hl7.org/fhirpath/N1/#math>
  func mathematics(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly) -> [Value]? {
    let name = call.function.rawValue
    switch call.function {
    case .abs, .ceiling, .exp, .floor, .ln, .log, .power, .round, .sqrt, .truncate: break
    default: return nil
    }
    guard let item = try single(focus, name)?.system else { return [] }
    if case .quantity(let quantity) = item, call.function == .abs {
      return quantity.value.magnitude.map {
        [.quantity(Quantity(value: $0, unit: quantity.unit))]
      } ?? []
    }
    guard let value = item.decimal else {
      throw error("'\(name)' takes a number, not \(item.typeName.name)", "“\(name)”需要数字")
    }
    switch call.function {
    case .abs:
      if case .integer(let value) = item { return [.integer(Int(clamping: value.magnitude))] }
      return value.magnitude.map { [.decimal($0)] } ?? []
    case .ceiling: return whole(value, .up)
    case .floor: return whole(value, .down)
    case .truncate: return whole(value, .towardZero)
    case .round:
      let digits = try call.arguments.first.map { argument throws(Anomaly) in
        try integer(argument, context)
      }
      guard let digits = digits ?? 0 else { return [] }
      guard (0...ExactDecimal.scaleLimit).contains(digits) else {
        throw error("'round' takes a precision of 0 or more", "“round”的精度不能为负")
      }
      return (value.scale <= digits ? value : value.rounded(to: digits)).map { [.decimal($0)] }
        ?? []
    case .exp: return decimal(Binary.exp(value.double))
    case .ln: return value.significand > 0 ? decimal(Binary.ln(value.double)) : []
    case .sqrt: return value.isNegative ? [] : decimal(value.double.squareRoot())
    default: break
    }
    let argument = try items(call.arguments[0], context)
    guard let operand = try single(argument, name) else { return [] }
    guard let operand = operand.decimal else {
      throw error("'\(name)' takes a number", "“\(name)”需要数字")
    }
    if call.function == .log {
      guard value.significand > 0, operand.significand > 0, operand != .one else { return [] }
      return decimal(Binary.ln(value.double) / Binary.ln(operand.double))
    }
    return power(item, value, operand)
  }

  private func whole(_ value: ExactDecimal, _ rounding: ExactDecimal.Rounding) -> [Value] {
    value.rounded(to: 0, rounding)?.integer.map { [.integer($0)] } ?? []
  }

  /// Integers stay exact.
  private func power(_ item: Value, _ value: ExactDecimal, _ exponent: ExactDecimal) -> [Value] {
    if let times = exponent.integer, (0...200).contains(times) {
      var product: ExactDecimal? = .one
      for _ in 0..<times { product = product?.multiplied(by: value) }
      if let product {
        if case .integer = item { return product.integer.map { [.integer($0)] } ?? [] }
        return [.decimal(product)]
      }
    }
    if value.isNegative, exponent.integer == nil { return [] }
    return decimal(Binary.power(value.double, exponent.double))
  }

  /// A binary result as a decimal of at most fifteen digits; none for what is no number.
  private func decimal(_ value: Double) -> [Value] {
    guard value.isFinite, let decimal = ExactDecimal("\(value)") else { return [] }
    let digits = String(decimal.significand.magnitude).utf8.count
    guard let rounded = decimal.rounded(to: decimal.scale - max(0, digits - 15)) else { return [] }
    let plain = rounded.normalized
    return [.decimal(plain.scaled(to: max(0, plain.scale)) ?? plain)]
  }
}

/// The C library's functions, which the functions of FHIRPath hide by their names.
enum Binary {
  #if canImport(Glibc)
    static func exp(_ value: Double) -> Double { Glibc.exp(value) }
    static func ln(_ value: Double) -> Double { Glibc.log(value) }
    static func power(_ value: Double, _ exponent: Double) -> Double { Glibc.pow(value, exponent) }
  #elseif canImport(Musl)
    static func exp(_ value: Double) -> Double { Musl.exp(value) }
    static func ln(_ value: Double) -> Double { Musl.log(value) }
    static func power(_ value: Double, _ exponent: Double) -> Double { Musl.pow(value, exponent) }
  #else
    static func exp(_ value: Double) -> Double { Darwin.exp(value) }
    static func ln(_ value: Double) -> Double { Darwin.log(value) }
    static func power(_ value: Double, _ exponent: Double) -> Double { Darwin.pow(value, exponent) }
  #endif
}
