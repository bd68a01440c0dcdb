package import FHIR
import Ucum

/// A number with a unit, <https://hl7.org/fhirpath/N1/#quantity>.
package struct Quantity: Hashable, Sendable {
  package enum Unit: Hashable, Sendable {
    /// `4 days`
    case calendar(CalendarUnit)
    /// `10 'mg'`
    case ucum(String)
    /// A unit of another system, or in words: equal to itself alone.
    case other(String)
  }

  package let value: ExactDecimal
  package let unit: Unit

  package init(value: ExactDecimal, unit: Unit) {
    self.value = value
    self.unit = unit
  }

  /// A quantity with its unit in quotes; names of calendar units mean these.
  init(_ value: ExactDecimal, unit: String) {
    self.init(value: value, unit: CalendarUnit(unit).map { .calendar($0) } ?? .ucum(unit))
  }

  /// What an element of type Quantity says; nil for "less than 5", which is no one quantity.
  ///
  /// <https://hl7.org/fhir/R4/fhirpath.html#quantity>.
  init?(_ node: Node) {
    guard let number = node.cursor.member(.value), number.kind == .number,
      let value = ExactDecimal(parsing: number.raw), node.cursor.member(.comparator) == nil
    else { return nil }
    let code = node.cursor.member(.code)?.string
    if let code, node.cursor.member(.system)?.equals("http://unitsofmeasure.org") == true {
      self.init(value: value, unit: .ucum(code))
    } else if let text = code ?? node.cursor.member(.unit)?.string {
      self.init(value: value, unit: .other(text))
    } else {
      self.init(value: value, unit: .ucum("1"))
    }
  }

  /// Reads what `toQuantity` accepts: a number, and a unit in quotes or of the calendar.
  init?(parsing text: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
    let digits = number.first == "+" ? number.dropFirst() : number
    guard let value = ExactDecimal(String(digits)) else { return nil }
    let unit = text.dropFirst(number.count).drop { $0 == " " }
    if unit.isEmpty {
      self.init(value: value, unit: .ucum("1"))
    } else if unit.first == "'", unit.last == "'", unit.count > 2 {
      self.init(value, unit: String(unit.dropFirst().dropLast()))
    } else if let calendar = CalendarUnit(String(unit)), unit.startIndex > number.endIndex {
      self.init(value: value, unit: .calendar(calendar))
    } else {
      return nil
    }
  }

  /// The unit as a code of UCUM; of years and months only where `isApproximate`, for they have no
  /// fixed length.
  func unitCode(isApproximate: Bool) -> UnitCode? {
    let code: String
    switch unit {
    case .ucum(let text): code = text
    case .calendar(let unit):
      guard isApproximate || unit.hasFixedLength else { return nil }
      code = unit.ucum
    case .other: return nil
    }
    return UnitCode.named(code)
  }

  package var unitText: String {
    switch unit {
    case .calendar(let unit): unit.rawValue
    case .ucum(let code), .other(let code): code
    }
  }
}

extension Quantity: CustomStringConvertible {
  package var description: String {
    switch unit {
    case .calendar(let unit): "\(value) \(unit.rawValue)\(value == .one ? "" : "s")"
    case .ucum(let code), .other(let code): "\(value) '\(code)'"
    }
  }
}

/// The units of calendar durations, <https://hl7.org/fhirpath/N1/#time-valued-quantities>.
package enum CalendarUnit: String, Sendable {
  case year, month, week, day, hour, minute, second, millisecond

  /// Singular and plural are the same.
  init?(_ word: String) {
    let singular = word.last == "s" ? String(word.dropLast()) : word
    guard let unit = CalendarUnit(rawValue: singular) else { return nil }
    self = unit
  }

  /// The unit of UCUM that is nearest.
  var ucum: String {
    switch self {
    case .year: "a"
    case .month: "mo"
    case .week: "wk"
    case .day: "d"
    case .hour: "h"
    case .minute: "min"
    case .second: "s"
    case .millisecond: "ms"
    }
  }

  /// Years and months do not last the same each time; the others are equal to their units of UCUM.
  var hasFixedLength: Bool { self != .year && self != .month }
}
