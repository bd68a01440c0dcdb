package import FHIR

/// A unit of the Unified Code for Units of Measure that was read and understood.
///
/// <https://ucum.org/ucum>; the code system of FHIR quantities, `http://unitsofmeasure.org`.
package struct UnitCode: Sendable {
  package static let system = "http://unitsofmeasure.org"

  /// As written.
  package let code: String
  package let dimension: Dimension
  /// One of this unit in canonical units; of a special unit, the factor of its ratio unit.
  package let factor: Ratio
  /// Set where the unit is a single special one, such as `Cel`.
  let special: SpecialFunction?
  /// The factor of the special unit's prefix.
  let prefix: Ratio
  private let term: UnitTerm

  private static let known = Memo<UnitCode?>(limit: 4_096)

  /// The unit with this code, read once for all; nil where it is none.
  package static func named(_ code: String) -> UnitCode? {
    do {
      return try known.result(code) { code throws(Anomaly) in
        do { return try UnitCode(parsing: code) } catch { return nil }
      }
    } catch { return nil }
  }

  package init(parsing code: String) throws(Anomaly) {
    var parser = UnitParser(code)
    let term = try parser.parse()
    let value = try UnitValue(term, code: code, depth: 0)
    self.code = code
    self.term = term
    dimension = value.dimension
    factor = value.factor
    special = value.special
    prefix = value.prefix
  }

  /// The name of the unit in words, such as `(millimeter)`.
  package var display: String { code.isEmpty ? "(unity)" : term.display }

  package func isComparable(to other: UnitCode) -> Bool { dimension == other.dimension }

  /// The value in the canonical unit of the dimension, `dimension.code`; nil beyond the bounds of
  /// decimals.
  package func canonical(_ value: ExactDecimal) -> ExactDecimal? {
    guard let special else { return factor.applied(to: value) }
    guard let scaled = prefix.applied(to: value) else { return nil }
    if let zero = special.zeroInKelvin.flatMap({ ExactDecimal($0) }) {
      // Celsius: v + 273.15; Fahrenheit: (v + 459.67) · 5/9; Réaumur: v · 5/4 + 273.15.
      if special == .degRe { return factor.applied(to: scaled)?.adding(zero) }
      return scaled.adding(zero).flatMap { factor.applied(to: $0) }
    }
    return UnitCode.decimal(special.ratioValue(scaled.double) * factor.double)
  }

  /// The value of this unit that a value of the canonical unit is.
  package func value(ofCanonical value: ExactDecimal) -> ExactDecimal? {
    guard let special else { return factor.inverse.applied(to: value) }
    if let zero = special.zeroInKelvin.flatMap({ ExactDecimal($0) }) {
      let scaled =
        special == .degRe
        ? value.subtracting(zero).flatMap { factor.inverse.applied(to: $0) }
        : factor.inverse.applied(to: value)?.subtracting(zero)
      return scaled.flatMap { prefix.inverse.applied(to: $0) }
    }
    let ratio = value.double / factor.double
    return UnitCode.decimal(special.specialValue(ratio) / prefix.double)
  }

  /// The value in another unit.
  package func convert(_ value: ExactDecimal, to other: UnitCode) throws(Anomaly) -> ExactDecimal {
    guard isComparable(to: other) else {
      throw .incorrect(
        "'\(code)' and '\(other.code)' measure different things",
        chinese: "“\(code)”与“\(other.code)”量纲不同", code: .value)
    }
    let result: ExactDecimal?
    if special == nil, other.special == nil {
      result = factor.multiplied(by: other.factor.inverse)?.applied(to: value)
    } else {
      result = canonical(value).flatMap { other.value(ofCanonical: $0) }
    }
    guard let result else {
      throw .incorrect(
        "The value is too large or too small in '\(other.code)'",
        chinese: "换算为“\(other.code)”后数值超出范围", code: .value)
    }
    return result
  }

  /// The code of a product or quotient of units, in canonical form.
  package func combined(with other: UnitCode, isQuotient: Bool) -> Dimension {
    dimension.adding(other.dimension, times: isQuotient ? -1 : 1)
  }

  /// Binary numbers are good for fifteen digits.
  private static func decimal(_ value: Double) -> ExactDecimal? {
    guard value.isFinite else { return nil }
    guard value != 0 else { return .zero }
    var scale = 0
    var digits = value
    while digits.magnitude < 1e14, scale < 300 {
      digits *= 10
      scale += 1
    }
    while digits.magnitude >= 1e15, scale > -300 {
      digits /= 10
      scale -= 1
    }
    guard let significand = Int64(exactly: digits.rounded()) else { return nil }
    return ExactDecimal(significand: Int128(significand), scale: scale).normalized
  }
}

/// What a term comes to.
private struct UnitValue {
  var dimension = Dimension()
  var factor = Ratio.one
  var special: SpecialFunction?
  var prefix = Ratio.one

  /// Units are defined by units; no chain is longer.
  static let depthLimit = 30

  init(_ term: UnitTerm, code: String, depth: Int) throws(Anomaly) {
    precondition(depth <= UnitValue.depthLimit, "units.tsv defines a unit by itself")
    switch term {
    case .number(let value):
      factor = Ratio(ExactDecimal(value)) ?? .one
    case .annotation: break
    case .group(let inner): self = try UnitValue(inner, code: code, depth: depth)
    case .reciprocal(let inner):
      self = try UnitValue(.quotient(.number(1), inner), code: code, depth: depth)
    case .product(let left, let right):
      try combine(left, right, times: 1, code, depth)
    case .quotient(let left, let right):
      try combine(left, right, times: -1, code, depth)
    case .atom(let prefix, let atom, let exponent):
      try read(prefix, atom, exponent, code, depth)
    }
  }

  private mutating func combine(
    _ left: UnitTerm, _ right: UnitTerm, times: Int, _ code: String, _ depth: Int
  ) throws(Anomaly) {
    let first = try UnitValue(left, code: code, depth: depth)
    let second = try UnitValue(right, code: code, depth: depth)
    guard first.special == nil, second.special == nil else {
      throw .incorrect(
        "'\(code)': a unit on a special scale cannot be multiplied",
        chinese: "“\(code)”:特殊刻度的单位不能相乘除", code: .value)
    }
    dimension = first.dimension.adding(second.dimension, times: times)
    let other = times < 0 ? second.factor.inverse : second.factor
    guard let product = first.factor.multiplied(by: other) else { throw Self.tooFar(code) }
    factor = product
  }

  private mutating func read(
    _ prefix: String, _ atom: UnitTable.Atom, _ exponent: Int, _ code: String, _ depth: Int
  ) throws(Anomaly) {
    var base = UnitValue(atom: atom.code)
    if let value = atom.value, let factor = Ratio(value) {
      if !(atom.isArbitrary && atom.unit == "1") {
        var parser = UnitParser(atom.unit)
        base = try UnitValue(try parser.parse(), code: atom.unit, depth: depth + 1)
      }
      guard let product = base.factor.multiplied(by: factor) else { throw Self.tooFar(code) }
      base.factor = product
    }
    let scale = UnitTable.shared.prefixes[prefix]?.factor ?? .one
    if let function = atom.function {
      guard exponent == 1 else {
        throw .incorrect(
          "'\(code)': a unit on a special scale has no powers",
          chinese: "“\(code)”:特殊刻度的单位不能乘方", code: .value)
      }
      self = base
      special = function
      self.prefix = scale
      return
    }
    guard let scaled = base.factor.multiplied(by: scale)?.raised(to: exponent) else {
      throw Self.tooFar(code)
    }
    factor = scaled
    dimension = Dimension().adding(base.dimension, times: exponent)
  }

  private init(atom code: String) { dimension = Dimension(code) }

  private static func tooFar(_ code: String) -> Anomaly {
    .incorrect("The unit '\(code)' is out of bounds", chinese: "单位“\(code)”超出范围", code: .value)
  }
}
