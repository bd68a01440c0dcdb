/// A value that is bound to a statement.
enum SQLValue: Hashable, Sendable {
  case integer(Int64)
  case real(Double)
  case text(String)
  /// A logical id, in the form in which the table `ident` has it.
  case id(String)
}

/// A part of a statement with the values bound to its question marks.
///
/// Interpolated numbers and texts are bound, never written into the statement; so its text depends
/// on the
/// shape of a search alone and prepared statements are found again.
struct SQLText: Hashable, Sendable, ExpressibleByStringInterpolation {
  var text: String
  var values: [SQLValue]

  init(stringLiteral text: String) {
    self.text = text
    values = []
  }

  init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
    values = stringInterpolation.values
  }

  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""
    var values: [SQLValue] = []

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ value: SQLValue) {
      text += "?"
      values.append(value)
    }

    mutating func appendInterpolation(_ value: Int64) { appendInterpolation(.integer(value)) }
    mutating func appendInterpolation(_ value: Int) { appendInterpolation(.integer(Int64(value))) }
    mutating func appendInterpolation(_ value: String) { appendInterpolation(.text(value)) }

    /// `= ?` for one value, `IN (?, ?)` for several.
    mutating func appendInterpolation(oneOf values: [SQLValue]) {
      if values.count == 1 {
        text += "= "
        appendInterpolation(values[0])
        return
      }
      text += "IN ("
      for (index, value) in values.enumerated() {
        if index > 0 { text += ", " }
        appendInterpolation(value)
      }
      text += ")"
    }

    mutating func appendInterpolation(_ part: SQLText) {
      text += part.text
      values += part.values
    }

    /// Words of the language itself, such as a name of a table.
    mutating func appendInterpolation(raw: String) { text += raw }
  }

  static func + (left: SQLText, right: SQLText) -> SQLText { "\(left)\(right)" }

  static func joined(_ parts: [SQLText], by separator: String) -> SQLText {
    var whole: SQLText = ""
    for (index, part) in parts.enumerated() {
      if index > 0 { whole.text += separator }
      whole.text += part.text
      whole.values += part.values
    }
    return whole
  }
}
